//! The identifiers of an event in two spellings. Invariant: a Digital Link is shown only where the gateway gave one.

import { isDigitalLink } from "../code/digital-link.ts";
import type { EpcisEvent } from "../epcis.ts";
import { summarise } from "../event-summary.ts";

/** An identifier as it was captured, and as GS1 Digital Link; `null` when it has no such form. */
export interface SpelledIdentifier {
  captured: string;
  link: string | null;
}

function identifiersOf(event: EpcisEvent): string[] {
  const { about, places } = summarise(event);
  return [...about, ...places];
}

/**
 * Pairs the identifiers of an event, each once, with those of the same event in the spelling of Digital Links. Both
 * have the same order, because a spelling changes no list.
 */
export function spellIdentifiers(
  captured: EpcisEvent | undefined,
  linked: EpcisEvent | undefined,
): SpelledIdentifier[] {
  if (captured === undefined) return [];
  const links = linked === undefined ? [] : identifiersOf(linked);
  const spelled = new Map<string, string | null>();
  for (const [index, identifier] of identifiersOf(captured).entries()) {
    const link = links[index];
    spelled.set(identifier, link !== undefined && isDigitalLink(link) ? link : null);
  }
  return [...spelled].map(([identifier, link]) => ({ captured: identifier, link }));
}
