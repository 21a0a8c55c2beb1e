//! Runs the verifier for a component. Invariant: only the newest run is shown. The result of an older run is dropped.

import { useCallback, useEffect, useRef, useState } from "react";
import type { Anchor } from "../verify/bundle.ts";
import type { Report, StepName } from "../verify/report.ts";
import { verify } from "../verify/verify.ts";
import type { Computation } from "../verify/workbook.ts";

/** The state of the newest run. */
export type VerificationState =
  | { phase: "idle" }
  | { phase: "running"; step: StepName; last: Computation | null; count: number }
  | { phase: "done"; report: Report; elapsedMs: number }
  /** This browser cannot verify on this page. */
  | { phase: "unavailable"; reason: string };

/** A verification and the functions to control it. */
export interface Verification {
  state: VerificationState;
  run: (input: string | Uint8Array, anchor?: Anchor | null) => void;
  reset: () => void;
}

/** Shows the newest computation at most once per frame, because a long stream makes thousands. */
function everyFrame(show: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      show();
    });
  };
}

/** Runs verifications and shows only the newest. */
export function useVerification(): Verification {
  const [state, setState] = useState<VerificationState>({ phase: "idle" });
  const newest = useRef(0);

  const reset = useCallback(() => {
    newest.current += 1;
    setState({ phase: "idle" });
  }, []);

  const run = useCallback((input: string | Uint8Array, anchor: Anchor | null = null) => {
    newest.current += 1;
    const own = newest.current;
    const show = (next: VerificationState) => {
      if (newest.current === own) setState(next);
    };
    const seen = { step: "shape" as StepName, last: null as Computation | null, count: 0, running: true };
    const tick = everyFrame(() => {
      if (seen.running) show({ phase: "running", step: seen.step, last: seen.last, count: seen.count });
    });
    show({ phase: "running", step: "shape", last: null, count: 0 });
    const startedAt = performance.now();
    const progress = {
      onStep: (step: StepName) => {
        seen.step = step;
        tick();
      },
      onComputation: (_: StepName, computation: Computation) => {
        seen.last = computation;
        seen.count += 1;
        tick();
      },
    };
    verify(input, anchor, progress)
      .then((report) => show({ phase: "done", report, elapsedMs: performance.now() - startedAt }))
      .catch((error: unknown) =>
        show({ phase: "unavailable", reason: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => {
        seen.running = false;
      });
  }, []);

  useEffect(
    () => () => {
      newest.current += 1;
    },
    [],
  );
  return { state, run, reset };
}
