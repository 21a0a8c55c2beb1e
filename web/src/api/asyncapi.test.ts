//! Tests that the committed AsyncAPI document is one by the JSON schema of AsyncAPI 3.

import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";

/** Relative to `web/`, where the tests run. */
const SCHEMA = "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json";
const DOCUMENT = "../openapi/asyncapi.json";

// The schema describes schemas, so it has words and formats of several versions.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const isValid = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")) as object);

function document(): { operations: Record<string, { action: string }> } {
  return JSON.parse(readFileSync(DOCUMENT, "utf8"));
}

test("the document is valid", () => {
  isValid(document());
  expect(isValid.errors).toBeNull();
});

test("a document with another action is not", () => {
  const changed = document();
  for (const operation of Object.values(changed.operations)) {
    operation.action = "publish";
  }
  expect(Object.keys(changed.operations).length).toBeGreaterThan(1);
  expect(isValid(changed)).toBe(false);
});
