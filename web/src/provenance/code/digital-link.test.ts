//! Tests the spellings of identified objects.

import { expect, test } from "vitest";
import { addressOf, isDigitalLink, objectOf } from "./digital-link.ts";

test.each([
  ["(01)09506000134352(10)A/B", "/01/09506000134352/10/A%2FB"],
  ["(01)09506000134352(10)A(1)B", "/01/09506000134352/10/A(1)B"],
  [" /01/09506000134352/10/A%2FB ", "/01/09506000134352/10/A%2FB"],
  ["01/09506000134352", "/01/09506000134352"],
  ["https://id.gs1.org/01/09506000134352", "/01/09506000134352"],
  ["https://brand.example/some/stem/01/09506000134352", "https://brand.example/some/stem/01/09506000134352"],
  ["", ""],
])("%j is the object %j", (text, object) => expect(objectOf(text)).toBe(object));

test("an object has a Digital Link of its own", () => {
  expect(addressOf("/01/09506000134352")).toBe("https://id.gs1.org/01/09506000134352");
  expect(addressOf("https://brand.example/01/09506000134352")).toBe(
    "https://brand.example/01/09506000134352",
  );
});

test.each([
  ["https://id.gs1.org/01/09506000134352/21/1", true],
  ["https://id.gs1.org/414/4012345000054", true],
  ["https://brand.example/stem/01/09506000134352", true],
  ["urn:epc:id:sgtin:4012345.011111.9876", false],
  ["urn:ex:dock", false],
  ["https://brand.example/page", false],
])("%s is a Digital Link: %s", (text, expected) => expect(isDigitalLink(text)).toBe(expected));
