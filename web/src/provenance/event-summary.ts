//! Summarises EPCIS events for lists. Invariant: only fields that the event has are shown; nothing is guessed.

import { type Document, members } from "../verify/document.ts";
import type { EpcisEvent } from "./epcis.ts";

/** A summary; `null` stands for a field that the event lacks. */
export interface EventSummary {
  id: string | null;
  type: string;
  time: string | null;
  action: string | null;
  step: string | null;
  where: string | null;
  /** The read point and the business location. */
  places: string[];
  /** Items, products and lots that the event contains, in the order of its fields. */
  about: string[];
  isDeclaration: boolean;
}

function text(value: Document | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function idOf(value: Document | undefined): string | null {
  return text(members(value)?.id);
}

function list(value: Document | undefined): Document[] {
  return Array.isArray(value) ? value : [];
}

function classOf(value: Document): string | null {
  return text(members(value)?.epcClass);
}

function classes(event: EpcisEvent): (string | null)[] {
  return ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"].flatMap((name) =>
    list(event[name]).map(classOf),
  );
}

function identifiers(event: EpcisEvent): string[] {
  const items = ["parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList"].flatMap((name) => {
    const value = event[name];
    return typeof value === "string" ? [value] : list(value).map(text);
  });
  return [...items, ...classes(event)].filter((identifier) => identifier !== null);
}

/** Shortens an identifier for a narrow column by its common prefix; the title shows it in full. */
export function shortIdentifier(identifier: string): string {
  return identifier.replace(/^https:\/\/id\.gs1\.org\//, "").replace(/^urn:epc:(id|class|idpat):/, "");
}

/**
 * What master data may describe in an event, each once: its places, its sources and destinations, and its classes.
 */
export function describable(event: EpcisEvent): string[] {
  const parties = (["source", "destination"] as const).flatMap((name) =>
    list(event[`${name}List`]).map((entry) => text(members(entry)?.[name])),
  );
  const ids = [idOf(event.readPoint), idOf(event.bizLocation), ...parties, ...classes(event)];
  return [...new Set(ids.filter((id) => id !== null))];
}

export function summarise(event: EpcisEvent): EventSummary {
  const places = [idOf(event.readPoint), idOf(event.bizLocation)].filter((place) => place !== null);
  return {
    id: text(event.eventID),
    type: text(event.type) ?? "",
    time: text(event.eventTime),
    action: text(event.action),
    step: text(event.bizStep),
    where: places[0] ?? null,
    places,
    about: identifiers(event),
    isDeclaration: event.errorDeclaration !== undefined,
  };
}
