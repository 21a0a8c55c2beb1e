//! Reads elements of master data for display (EPCIS 2.0, `epcisMasterData` of the JSON schema). Invariant: only what
//! the document has is shown; nothing is guessed.

import { type Document, type DocumentObject, formatDocument, members } from "../../verify/document.ts";

/** An attribute of an element. */
export interface Attribute {
  /** As captured. */
  id: string;
  value: Document;
}

/** What an element states. */
export interface Element {
  attributes: Attribute[];
  /** The ids of the elements below it, as captured. */
  children: string[];
}

/** The vocabularies of EPCIS and of the Core Business Vocabulary that people use most. */
export const VOCABULARIES = ["BusinessLocation", "ReadPoint", "Location", "EPCClass"].map(
  (name) => `urn:epcglobal:epcis:vtype:${name}`,
);

/** Attributes of the Core Business Vocabulary that people use most. */
export const ATTRIBUTES = [
  "name",
  "streetAddressOne",
  "streetAddressTwo",
  "city",
  "state",
  "postalCode",
  "countryCode",
  "latitude",
  "longitude",
].map((name) => `urn:epcglobal:cbv:mda#${name}`);

/** Shortens the URI of a vocabulary of the standard; others are shown in full. */
export function shortVocabulary(vocabulary: string): string {
  return vocabulary.replace(/^urn:epcglobal:epcis:vtype:/, "");
}

/** Shortens the URI of an attribute of the standard, in each of its spellings; others are shown in full. */
export function shortAttribute(id: string): string {
  return id.replace(/^(urn:epcglobal:cbv:mda[#:]|cbvmda:)/, "");
}

/** A value for people: a text as it is, anything else as JSON with every digit. */
export function valueText(value: Document): string {
  return typeof value === "string" ? value : formatDocument(value);
}

function list(value: Document | undefined): Document[] {
  return Array.isArray(value) ? value : [];
}

function readAttribute(attribute: Document): Attribute {
  const { id, attribute: value } = members(attribute) ?? {};
  return { id: typeof id === "string" ? id : "", value: value ?? null };
}

/** Reads the element of a record's document. */
export function readElement(document: DocumentObject): Element {
  const { attributes, children } = members(document.element) ?? {};
  return {
    attributes: list(attributes).map(readAttribute),
    children: list(children).filter((child) => typeof child === "string"),
  };
}
