//! The filters of the event stream in the address. Invariant: the names are those of the API.

import type { EventFilter } from "../cloud-event.ts";

function filled(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Keeps the known, non-empty names and drops everything else. */
export function readEventSearch({ type, subject }: Record<string, unknown>): EventFilter {
  const filter = { type: filled(type), subject: filled(subject) };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** The types of a filter. */
export function chosenTypes({ type }: EventFilter): string[] {
  return type?.split(",").filter((name) => name !== "") ?? [];
}

/** The filter of a form's fields. */
export function filterOf(form: FormData): EventFilter {
  return readEventSearch({ type: form.getAll("type").join(","), subject: form.get("subject") });
}
