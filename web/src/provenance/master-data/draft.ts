//! An element as a form edits it. Invariant: what the form does not show is recorded as it was read, with every digit.

import type { ProblemEntry } from "../../api/problem.ts";
import { type Document, type DocumentObject, formatDocument, members } from "../../verify/document.ts";
import { VOCABULARIES, valueText } from "./element.ts";
import type { MasterDataVersion } from "./master-data.ts";

/** One attribute in the form. */
export interface AttributeDraft {
  /** Unique within the form. */
  key: number;
  id: string;
  /** A text as it is; a value that is no text as JSON, which the form only shows. */
  value: string;
  /** The value of an attribute that is no text, which the form keeps; `undefined` for a text. */
  fixed: Document | undefined;
  /** The other members of the attribute. */
  others: DocumentObject;
}

/** An element in the form. */
export interface ElementDraft {
  context: Document;
  vocabulary: string;
  id: string;
  attributes: AttributeDraft[];
  /** The ids of the elements below, one in each line. */
  children: string;
  /** The other members of the element. */
  others: DocumentObject;
}

/** The fields of a form, to which faults are assigned. */
export type ElementField = "vocabulary" | "id" | "children" | `${number}.${"id" | "value"}`;

const GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/** An attribute without content. */
export function emptyAttribute(key: number): AttributeDraft {
  return { key, id: "", value: "", fixed: undefined, others: {} };
}

/** The form of a new element, whose id and vocabulary may be known. */
export function emptyDraft({ id = "", vocabulary = VOCABULARIES[0] ?? "" } = {}): ElementDraft {
  return {
    context: [GS1_CONTEXT],
    vocabulary,
    id,
    attributes: [emptyAttribute(0)],
    children: "",
    others: {},
  };
}

function list(value: Document | undefined): Document[] {
  return Array.isArray(value) ? value : [];
}

function readAttribute(document: Document, key: number): AttributeDraft {
  const { id, attribute = null, ...others } = members(document) ?? {};
  const fixed = typeof attribute === "string" ? undefined : attribute;
  return { key, id: typeof id === "string" ? id : "", value: valueText(attribute), fixed, others };
}

/** The form of a recorded version; that of a new element when the version cannot be read. */
export function readDraft(version: MasterDataVersion): ElementDraft {
  const { document } = version;
  if (document === null) return emptyDraft(version);
  const { id, attributes, children, ...others } = members(document.element) ?? {};
  const { vocabulary } = document;
  return {
    context: document["@context"] ?? [GS1_CONTEXT],
    vocabulary: typeof vocabulary === "string" ? vocabulary : version.vocabulary,
    id: typeof id === "string" ? id : version.id,
    attributes: list(attributes).map(readAttribute),
    children: list(children)
      .filter((child) => typeof child === "string")
      .join("\n"),
    others,
  };
}

function idsOf(children: string): string[] {
  return children.split(/\s+/).filter((id) => id !== "");
}

/** Attributes that the reader left empty are not sent. */
function sentAttributes(draft: ElementDraft): AttributeDraft[] {
  return draft.attributes.filter(({ id, value }) => id.trim() !== "" || value !== "");
}

function elementOf(draft: ElementDraft): DocumentObject {
  const attributes = sentAttributes(draft).map(({ id, value, fixed, others }) => ({
    id: id.trim(),
    attribute: fixed === undefined ? value : fixed,
    ...others,
  }));
  const children = idsOf(draft.children);
  return {
    id: draft.id.trim(),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(children.length === 0 ? {} : { children }),
    ...draft.others,
  };
}

/** The EPCIS document that records the element. `createdAt` is its creation date, RFC 3339. */
export function documentOf(draft: ElementDraft, createdAt: string): string {
  const vocabulary = { type: draft.vocabulary.trim(), vocabularyElementList: [elementOf(draft)] };
  return formatDocument({
    "@context": draft.context,
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: createdAt,
    epcisHeader: { epcisMasterData: { vocabularyList: [vocabulary] } },
    epcisBody: { eventList: [] },
  });
}

const VOCABULARY = "/epcisHeader/epcisMasterData/vocabularyList/0";
const ELEMENT = `${VOCABULARY}/vocabularyElementList/0`;

/** The field that shows a fault of the document; `null` when it concerns no field. */
export function fieldOf(draft: ElementDraft, { pointer }: ProblemEntry): ElementField | null {
  if (pointer === `${VOCABULARY}/type`) return "vocabulary";
  if (pointer === `${ELEMENT}/id`) return "id";
  if (!pointer.startsWith(`${ELEMENT}/`)) return null;
  const [member, index, name] = pointer.slice(ELEMENT.length + 1).split("/");
  if (member === "children") return "children";
  const attribute = member === "attributes" ? sentAttributes(draft)[Number(index)] : undefined;
  return attribute === undefined ? null : `${attribute.key}.${name === "id" ? "id" : "value"}`;
}
