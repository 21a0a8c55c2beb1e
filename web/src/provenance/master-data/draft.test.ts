//! Tests that an element is recorded as it was read, and that each fault finds its field.

import { expect, test } from "vitest";
import { members, parseDocument } from "../../verify/document.ts";
import { documentOf, emptyDraft, fieldOf, readDraft } from "./draft.ts";

const NOW = "2026-01-01T00:00:00Z";
const VOCABULARY = "urn:epcglobal:epcis:vtype:BusinessLocation";
const ELEMENT = `{"id":"urn:epc:id:sgln:4012345.00005.0","attributes":[
  {"id":"cbvmda:city","attribute":"Köln","ex:since":1.10},
  {"id":"ex:area","attribute":{"squareMetres":395212340000000017}},{"id":"ex:none","attribute":null}],
  "children":["ex:shelf","urn:ex:b"],"ex:more":[null]}`;
const TEXT = `{"@context":["https://a.example",{"ex":"https://ex.example/"}],"vocabulary":"${VOCABULARY}","element":${ELEMENT}}`;

const version = {
  vocabulary: VOCABULARY,
  id: "https://id.gs1.org/414/4012345000054",
  recordTime: NOW,
  document: members(parseDocument(TEXT)),
};

/** The list of vocabularies of a capture document. */
function vocabularies(text: string) {
  const header = members(members(parseDocument(text))?.epcisHeader);
  return members(header?.epcisMasterData)?.vocabularyList;
}

test("an element that nobody changed is recorded as it was read, with every digit", () => {
  const text = documentOf(readDraft(version), NOW);
  expect(vocabularies(text)).toEqual([{ type: VOCABULARY, vocabularyElementList: [parseDocument(ELEMENT)] }]);
  expect(members(parseDocument(text))?.["@context"]).toEqual(version.document?.["@context"]);
  expect(text).toContain("395212340000000017");
  expect(text).toContain("1.10");
});

test("a new element has what was typed, without empty attributes", () => {
  const draft = { ...emptyDraft({ id: " urn:ex:a " }), children: "urn:ex:b\n\n urn:ex:c " };
  const [attribute] = draft.attributes;
  if (attribute === undefined) throw new Error("the form begins with an attribute");
  const filled = {
    ...draft,
    attributes: [attribute, { ...attribute, key: 1, id: "cbvmda:city", value: "Bonn" }],
  };
  const text = documentOf(filled, NOW);
  expect(vocabularies(text)).toEqual([
    {
      type: VOCABULARY,
      vocabularyElementList: [
        {
          id: "urn:ex:a",
          attributes: [{ id: "cbvmda:city", attribute: "Bonn" }],
          children: ["urn:ex:b", "urn:ex:c"],
        },
      ],
    },
  ]);
  expect(members(parseDocument(text))).toMatchObject({
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: NOW,
  });
  expect(vocabularies(documentOf(draft, NOW))).toEqual([
    { type: VOCABULARY, vocabularyElementList: [{ id: "urn:ex:a", children: ["urn:ex:b", "urn:ex:c"] }] },
  ]);
});

test("a version that cannot be read begins an empty form of its element", () => {
  const draft = readDraft({ ...version, document: null });
  expect(draft).toEqual(emptyDraft({ id: version.id, vocabulary: VOCABULARY }));
});

const AT = "/epcisHeader/epcisMasterData/vocabularyList/0";

test.each([
  [`${AT}/type`, "vocabulary"],
  [`${AT}/vocabularyElementList/0/id`, "id"],
  [`${AT}/vocabularyElementList/0/attributes/0/id`, "1.id"],
  [`${AT}/vocabularyElementList/0/attributes/1/attribute/squareMetres`, "2.value"],
  [`${AT}/vocabularyElementList/0/attributes/1`, "2.value"],
  [`${AT}/vocabularyElementList/0/attributes/2/attribute`, "3.value"],
  [`${AT}/vocabularyElementList/0/attributes/3`, null],
  [`${AT}/vocabularyElementList/0/children/1`, "children"],
  [`${AT}/vocabularyElementList/0`, null],
  [`${AT}`, null],
  ["/epcisBody", null],
])("the fault at %s is shown at %j", (pointer, field) => {
  const read = readDraft(version);
  // The first attribute is empty, so it is not sent.
  const attributes = read.attributes.map((attribute) => ({ ...attribute, key: attribute.key + 1 }));
  const draft = { ...read, attributes: [...emptyDraft().attributes, ...attributes] };
  expect(fieldOf(draft, { pointer, code: "", detail: "" })).toBe(field);
});
