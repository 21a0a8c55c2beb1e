//! What changed between two versions of an element. Invariant: attributes are compared by their names, in whatever
//! spelling of the standard's namespace, and values by every digit.

import { type DocumentObject, flatten, members } from "../../verify/document.ts";
import { readElement, shortAttribute, valueText } from "./element.ts";

/** A difference between a version and the one before it; `null` stands for what a version lacks. */
export interface Change {
  kind: "attribute" | "child" | "field";
  /** The short name of the attribute, the id of the child, or the JSON pointer of the field. */
  name: string;
  before: string | null;
  after: string | null;
}

/** The values of each attribute, in the order in which they are stated. */
function valuesByName(document: DocumentObject): Map<string, string> {
  const values = new Map<string, string[]>();
  for (const { id, value } of readElement(document).attributes) {
    const name = shortAttribute(id);
    values.set(name, [...(values.get(name) ?? []), valueText(value)]);
  }
  return new Map([...values].map(([name, texts]) => [name, texts.join(" | ")]));
}

function childrenOf(document: DocumentObject): Map<string, string> {
  return new Map(readElement(document).children.map((child) => [child, child]));
}

/** All other fields of the document, by their JSON pointers. */
function otherFields(document: DocumentObject): Map<string, string> {
  const { attributes: _, children: __, ...element } = members(document.element) ?? {};
  return flatten({ ...document, element });
}

function differences(
  kind: Change["kind"],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const all = names.map((name) => ({
    kind,
    name,
    before: before.get(name) ?? null,
    after: after.get(name) ?? null,
  }));
  return all.filter((change) => change.before !== change.after);
}

/** Compares the documents of two versions. Empty when only an order differs. */
export function changesBetween(before: DocumentObject, after: DocumentObject): Change[] {
  return [
    ...differences("attribute", valuesByName(before), valuesByName(after)),
    ...differences("child", childrenOf(before), childrenOf(after)),
    ...differences("field", otherFields(before), otherFields(after)),
  ];
}
