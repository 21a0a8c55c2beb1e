//! Tests that identifiers are paired with their Digital Links.

import { expect, test } from "vitest";
import { spellIdentifiers } from "./identifiers.ts";

const captured = {
  type: "ObjectEvent",
  epcList: ["urn:epc:id:sgtin:4012345.011111.9876", "urn:ex:own", "urn:epc:id:sgtin:4012345.011111.9876"],
  quantityList: [{ epcClass: "urn:epc:class:lgtin:4012345.011111.A" }],
  readPoint: { id: "urn:epc:id:sgln:4012345.00005.0" },
  bizLocation: { id: "urn:ex:dock" },
};
const linked = {
  ...captured,
  epcList: [
    "https://id.gs1.org/01/04012345111118/21/9876",
    "urn:ex:own",
    "https://id.gs1.org/01/04012345111118/21/9876",
  ],
  quantityList: [{ epcClass: "https://id.gs1.org/01/04012345111118/10/A" }],
  readPoint: { id: "https://id.gs1.org/414/4012345000054" },
};

test("each identifier has its Digital Link once, and one without a key has none", () => {
  expect(spellIdentifiers(captured, linked)).toEqual([
    {
      captured: "urn:epc:id:sgtin:4012345.011111.9876",
      link: "https://id.gs1.org/01/04012345111118/21/9876",
    },
    { captured: "urn:ex:own", link: null },
    { captured: "urn:epc:class:lgtin:4012345.011111.A", link: "https://id.gs1.org/01/04012345111118/10/A" },
    { captured: "urn:epc:id:sgln:4012345.00005.0", link: "https://id.gs1.org/414/4012345000054" },
    { captured: "urn:ex:dock", link: null },
  ]);
});

test("without the second spelling there are no links", () => {
  expect(spellIdentifiers(captured, undefined)).toHaveLength(5);
  expect(spellIdentifiers(captured, undefined).filter(({ link }) => link !== null)).toEqual([]);
  expect(spellIdentifiers(undefined, linked)).toEqual([]);
});
