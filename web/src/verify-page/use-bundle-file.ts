//! The files of the Verify page. Invariant: the verdict shown is always that of the bundle and the anchor shown. A
//! refused anchor stays named beside every verdict that was reached without it.

import { useCallback, useEffect, useState } from "react";
import { useVerification, type VerificationState } from "../proof/use-verification.ts";
import type { Anchor } from "../verify/bundle.ts";
import { FILE_BYTES_MAX, parseAnchor } from "../verify/verify.ts";

/** The maximum size of a file, in MiB. */
export const FILE_MIB_MAX = FILE_BYTES_MAX / 1024 / 1024;

/** The reason why an anchor file was not used; `detail`, in English, is `null` for a file that is too large. */
export interface AnchorProblem {
  name: string;
  detail: string | null;
}

/** The chosen files and the state of their verification. */
export interface BundleFile {
  state: VerificationState;
  bundle: { name: string } | null;
  anchor: { name: string } | null;
  /** Whether the last bundle file was too large to be read. */
  isTooLarge: boolean;
  /** The last anchor file, if it was refused. It stays until another one is chosen. */
  anchorProblem: AnchorProblem | null;
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
  const [isTooLarge, setTooLarge] = useState(false);
  const [anchorProblem, setAnchorProblem] = useState<AnchorProblem | null>(null);

  useEffect(() => {
    if (bundle !== null) run(bundle.content, anchor?.content ?? null);
  }, [bundle, anchor, run]);

  const takeBundle = useCallback(
    (file: File) => {
      const isBeyond = file.size > FILE_BYTES_MAX;
      setTooLarge(isBeyond);
      if (isBeyond) {
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
    const { name } = file;
    if (file.size > FILE_BYTES_MAX) {
      setAnchorProblem({ name, detail: null });
      return;
    }
    file
      .text()
      .then(parseAnchor)
      .then((content) => {
        setAnchorProblem(null);
        setAnchor({ name, content });
      })
      .catch((error: unknown) =>
        setAnchorProblem({ name, detail: error instanceof Error ? error.message : String(error) }),
      );
  }, []);

  const removeAnchor = useCallback(() => setAnchor(null), []);
  return { state, bundle, anchor, isTooLarge, anchorProblem, takeBundle, takeAnchor, removeAnchor };
}
