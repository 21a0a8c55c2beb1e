//! The files of the Verify page. Invariant: the verdict shown is always that of the bundle and the anchor shown.

import { useCallback, useEffect, useState } from "react";
import { useVerification, type VerificationState } from "../proof/use-verification.ts";
import type { Anchor } from "../verify/bundle.ts";
import { FILE_BYTES_MAX, parseAnchor } from "../verify/verify.ts";

/** The maximum size of a file, in MiB. */
export const FILE_MIB_MAX = FILE_BYTES_MAX / 1024 / 1024;

/** The reason why a file was not used. */
export type FileProblem = { kind: "size" } | { kind: "anchor"; detail: string };

/** The chosen files and the state of their verification. */
export interface BundleFile {
  state: VerificationState;
  bundle: { name: string } | null;
  anchor: { name: string } | null;
  problem: FileProblem | null;
  takeBundle: (file: File) => void;
  takeAnchor: (file: File) => void;
  removeAnchor: () => void;
}

interface Named<T> {
  name: string;
  content: T;
}

/** Reads the chosen files and verifies whenever one of them changes. */
export function useBundleFile(): BundleFile {
  const { state, run, reset } = useVerification();
  const [bundle, setBundle] = useState<Named<Uint8Array> | null>(null);
  const [anchor, setAnchor] = useState<Named<Anchor> | null>(null);
  const [problem, setProblem] = useState<FileProblem | null>(null);

  useEffect(() => {
    if (bundle !== null) run(bundle.content, anchor?.content ?? null);
  }, [bundle, anchor, run]);

  const takeBundle = useCallback(
    (file: File) => {
      const isTooLarge = file.size > FILE_BYTES_MAX;
      setProblem(isTooLarge ? { kind: "size" } : null);
      if (isTooLarge) {
        setBundle(null);
        reset();
        return;
      }
      void file
        .arrayBuffer()
        .then((buffer) => setBundle({ name: file.name, content: new Uint8Array(buffer) }));
    },
    [reset],
  );

  const takeAnchor = useCallback((file: File) => {
    if (file.size > FILE_BYTES_MAX) {
      setProblem({ kind: "size" });
      return;
    }
    file
      .text()
      .then(parseAnchor)
      .then((content) => {
        setProblem(null);
        setAnchor({ name: file.name, content });
      })
      .catch((error: unknown) =>
        setProblem({ kind: "anchor", detail: error instanceof Error ? error.message : String(error) }),
      );
  }, []);

  const removeAnchor = useCallback(() => setAnchor(null), []);
  return { state, bundle, anchor, problem, takeBundle, takeAnchor, removeAnchor };
}
