//! Link types of the GS1 Web Vocabulary that the form offers. Invariant: a stored link of another type keeps it.

/** The namespace, in the spelling that the gateway gives. */
const NAMESPACE = "https://ref.gs1.org/voc/";
/** All spellings of the namespace. */
const NAMESPACES = /^(gs1:|https?:\/\/(www\.|ref\.)?gs1\.org\/voc\/)/;

/** The type of the default link. */
export const DEFAULT_LINK = `${NAMESPACE}defaultLink`;

/** The names of the types that the form offers. */
export const OFFERED = [
  "pip",
  "instructions",
  "ingredientsInfo",
  "nutritionalInfo",
  "allergenInfo",
  "certificationInfo",
  "sustainabilityInfo",
  "traceability",
  "dpp",
  "recallStatus",
  "safetyInfo",
  "support",
  "hasRetailers",
  "epcis",
] as const;

/** The name of a type of the vocabulary; any other type is its own name. */
export function typeName(type: string): string {
  return type.replace(NAMESPACES, "");
}

/** The type of a name. */
export function typeOf(name: string): string {
  return `${NAMESPACE}${name}`;
}

/** Whether a type is that of the default link. */
export function isDefaultLink(type: string): boolean {
  return NAMESPACES.test(type) && typeName(type) === "defaultLink";
}

/** Whether a name is offered, and so has words. */
export function isOffered(name: string): name is (typeof OFFERED)[number] {
  return OFFERED.some((offered) => offered === name);
}
