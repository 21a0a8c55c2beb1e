//! Tests that links are stored as they were read, and that each fault finds its field.

import { expect, test } from "vitest";
import { emptyDraft, fieldOf, linksetOf, readDraft } from "./draft.ts";
import type { Linkset } from "./links.ts";

const OBJECT = "/01/09506000134352";
const [DEFAULT, PIP] = ["https://ref.gs1.org/voc/defaultLink", "https://gs1.org/voc/pip"];
const stored: Linkset = {
  linkset: [
    {
      anchor: `https://id.gs1.org${OBJECT}`,
      itemDescription: "Rice",
      [DEFAULT]: [{ href: "https://brand.example/rice", title: "Our rice" }],
      [PIP]: [
        { href: "https://brand.example/riz", title: "Riz", hreflang: ["fr", "fr-CH"], context: ["x"] },
        { href: "https://brand.example/rice", title: "Rice", type: "text/html", public: false, fwqs: true },
      ],
      "https://ref.gs1.org/voc/unheardOf": [{ href: "https://brand.example/other", title: "Other" }],
    },
  ],
};

test("links that nobody changed are stored as they were read", () => {
  const draft = readDraft(stored);
  expect(draft).toMatchObject({ name: "Rice", defaultId: 1, defaultTitle: "Our rice" });
  expect(draft.links.map(({ languages }) => languages)).toEqual(["fr, fr-CH", "", ""]);
  expect(linksetOf(OBJECT, draft)).toEqual(stored);
});

test("the default link has the address and the title of its link, and nothing else", () => {
  const draft = { ...emptyDraft(), name: "Rice" };
  const link = {
    ...emptyDraft().links[0],
    href: "https://brand.example/rice",
    title: "Rice",
    languages: "en de",
  };
  const filled = { ...draft, links: [{ ...link, id: 0, type: PIP, others: { public: false } }] };
  expect(linksetOf(OBJECT, filled)).toEqual({
    linkset: [
      {
        anchor: `https://id.gs1.org${OBJECT}`,
        itemDescription: "Rice",
        [DEFAULT]: [{ href: "https://brand.example/rice", title: "Rice" }],
        [PIP]: [{ href: "https://brand.example/rice", title: "Rice", hreflang: ["en", "de"], public: false }],
      },
    ],
  });
});

test("an object without a default link of its own gets none", () => {
  const { [DEFAULT]: _, ...context } = stored.linkset[0];
  const lot = { linkset: [context] } as Linkset;
  const draft = readDraft(lot);
  expect(draft.defaultId).toBeNull();
  expect(linksetOf(OBJECT, draft)).toEqual(lot);
});

const [D, P] = ["https:~1~1ref.gs1.org~1voc~1defaultLink", "https:~1~1gs1.org~1voc~1pip"];

test.each([
  ["/linkset/0/itemDescription", "name"],
  [`/linkset/0/${D}/0/href`, "1.href"],
  [`/linkset/0/${D}/0`, "1.type"],
  [`/linkset/0/${P}/0/hreflang/1`, "0.languages"],
  [`/linkset/0/${P}/1/title`, "1.title"],
  [`/linkset/0/${P}/1/type`, "1.type"],
  [`/linkset/0/${P}/1/context/0`, "1.type"],
  [`/linkset/0/${P}/12/title`, null],
  ["/linkset/0", null],
  ["/linkset/0/anchor", null],
])("the fault at %s is shown at %j", (pointer, field) => {
  expect(fieldOf(OBJECT, readDraft(stored), { pointer, code: "", detail: "" })).toBe(field);
});
