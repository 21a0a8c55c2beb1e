//! Checks an accusation in this browser. Invariant: each accusation is checked once.

import { useQuery } from "@tanstack/react-query";
import type { Accusation } from "../api/network.ts";
import { convicts } from "../verify/equivocation.ts";
import { Workbook } from "../verify/workbook.ts";

/** Queries whether the accused signed both votes and they contradict each other; disabled without an accusation. */
export function useConvicted(accusation: Accusation | null) {
  return useQuery({
    queryKey: ["accusation", accusation?.evidence],
    queryFn: () => accusation !== null && convicts(new Workbook(() => {}), accusation),
    enabled: accusation !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
