//! The links of an object as a form edits them. Invariant: what the form does not show is stored as it was read.

import type { ProblemEntry } from "../../api/problem.ts";
import { addressOf } from "../code/digital-link.ts";
import { DEFAULT_LINK, isDefaultLink, typeOf } from "./link-type.ts";
import type { Linkset, Target } from "./links.ts";

/** One link in the form. */
export interface LinkDraft {
  /** Unique within the form. */
  id: number;
  type: string;
  href: string;
  title: string;
  /** Languages, separated by commas. */
  languages: string;
  /** The other members of the link. */
  others: Record<string, unknown>;
}

/** All links of an object in the form. */
export interface LinksDraft {
  /** The name of the object. */
  name: string;
  links: LinkDraft[];
  /** The id of the link to whose address a scan leads; `null` when the object uses the default link of its product. */
  defaultId: number | null;
  /** The title of the default link, if it differs from that of its link; `null` for the same. */
  defaultTitle: string | null;
}

/** The fields of a form, to which faults are assigned. */
export type LinkField = "name" | `${number}.${"type" | "href" | "title" | "languages"}`;

/** A link without content. */
export function emptyLink(id: number): LinkDraft {
  return { id, type: typeOf("pip"), href: "", title: "", languages: "", others: {} };
}

/** The form of an object without links. */
export function emptyDraft(): LinksDraft {
  return { name: "", links: [emptyLink(0)], defaultId: 0, defaultTitle: null };
}

function draftOf(id: number, type: string, { href, title, hreflang, ...others }: Target): LinkDraft {
  return { id, type, href, title, languages: (hreflang ?? []).join(", "), others };
}

/** The form of stored links. */
export function readDraft({ linkset: [context] }: Linkset): LinksDraft {
  const { anchor: _, itemDescription: name, ...relations } = context;
  const targets = Object.entries(relations).flatMap(([type, list]) =>
    Array.isArray(list) ? list.map((target) => [type, target] as const) : [],
  );
  const links = targets
    .filter(([type]) => !isDefaultLink(type))
    .map(([type, target], id) => draftOf(id, type, target));
  const [, chosen] = targets.find(([type]) => isDefaultLink(type)) ?? [];
  // The standard requires that another link has the address of the default link.
  const same = links.filter(({ href }) => href === chosen?.href);
  const described = same.find(({ title }) => title === chosen?.title) ?? same[0];
  const defaultTitle = chosen === undefined || described?.title === chosen.title ? null : chosen.title;
  return { name, links, defaultId: described?.id ?? null, defaultTitle };
}

function targetOf({ href, title, languages, others }: LinkDraft): Target {
  const hreflang = languages.split(/[\s,]+/).filter((language) => language !== "");
  return { href, title, ...(hreflang.length === 0 ? {} : { hreflang }), ...others };
}

/** A name or an index in a JSON pointer (RFC 6901 section 3). */
function token(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The place of a link in the document. */
type Place = readonly [pointer: string, id: number];

/** Builds the document that is stored, and the places of its links. */
function build(object: string, draft: LinksDraft): { document: Linkset; places: Place[] } {
  const relations: Record<string, Target[]> = {};
  const places: Place[] = [];
  const add = (type: string, id: number, target: Target) => {
    const list = relations[type] ?? [];
    relations[type] = list;
    places.push([`/linkset/0/${token(type)}/${list.length}`, id]);
    list.push(target);
  };
  const chosen = draft.links.find(({ id }) => id === draft.defaultId);
  if (chosen !== undefined) {
    add(DEFAULT_LINK, chosen.id, { href: chosen.href, title: draft.defaultTitle ?? chosen.title });
  }
  for (const link of draft.links) add(link.type, link.id, targetOf(link));
  const anchor = addressOf(object);
  return { document: { linkset: [{ anchor, itemDescription: draft.name, ...relations }] }, places };
}

/** The document that is stored for an object. */
export function linksetOf(object: string, draft: LinksDraft): Linkset {
  return build(object, draft).document;
}

const MEMBERS = { href: "href", title: "title", hreflang: "languages" } as const;

/** The field that shows a fault of the document of an object; `null` when it concerns no field. */
export function fieldOf(object: string, draft: LinksDraft, { pointer }: ProblemEntry): LinkField | null {
  if (pointer === "/linkset/0/itemDescription") return "name";
  const place = build(object, draft).places.find(([at]) => pointer === at || pointer.startsWith(`${at}/`));
  if (place === undefined) return null;
  const [at, id] = place;
  const [, member = "type"] = pointer.slice(at.length).split("/");
  return `${id}.${Object.hasOwn(MEMBERS, member) ? MEMBERS[member as keyof typeof MEMBERS] : "type"}`;
}
