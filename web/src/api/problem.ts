//! Problems of the API (RFC 9457). Invariant: whatever a server or a proxy responds, callers get this one type.

import type { Schemas } from "./schema.ts";

/** One fault of a request. */
export type ProblemEntry = Schemas["FieldProblem"];

/** A request that failed. */
export class ApiProblem extends Error {
  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** A stable code such as `provenance.unknown_event`. */
    readonly code: string,
    /** A short summary, in English. */
    readonly title: string,
    readonly detail: string | null,
    readonly errors: readonly ProblemEntry[],
    readonly traceId: string | null,
  ) {
    super(title);
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function readEntries(value: unknown): ProblemEntry[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: Record<string, unknown>) => ({
    pointer: text(entry.pointer) ?? "",
    code: text(entry.code) ?? "",
    detail: text(entry.detail) ?? "",
  }));
}

/** Reads the problem of a failed response. Also understands OAuth's own error format (RFC 6749 section 5.2). */
export async function readProblem(response: Response): Promise<ApiProblem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (typeof parsed === "object" && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: a proxy in front of the gateway responded, and only its status is known.
  }
  return new ApiProblem(
    response.status,
    text(body.code) ?? text(body.error) ?? `http.${response.status}`,
    text(body.title) ?? `HTTP ${response.status}`,
    text(body.detail) ?? text(body.error_description),
    readEntries(body.errors),
    text(body.trace_id),
  );
}
