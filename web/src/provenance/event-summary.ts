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

function identifiers(event: EpcisEvent): string[] {
  const items = ["parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList"].flatMap((name) => {
    const value = event[name];
    return typeof value === "string" ? [value] : list(value).map(text);
  });
  const classes = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"].flatMap(
    (name) => list(event[name]).map(classOf),
  );
  return [...items, ...classes].filter((identifier) => identifier !== null);
}

/** Shortens an identifier for a narrow column by its common prefix; the title shows it in full. */
export function shortIdentifier(identifier: string): string {
  return identifier.replace(/^https:\/\/id\.gs1\.org\//, "").replace(/^urn:epc:(id|class|idpat):/, "");
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
