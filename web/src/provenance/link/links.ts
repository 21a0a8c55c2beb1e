//! Requests about the links of identified objects, which the public resolver answers with. Invariant: links are read
//! and stored as one linkset (RFC 9264).

import { ApiProblem } from "../../api/problem.ts";
import type { QueryOf, Schemas } from "../../api/schema.ts";
import { authorisedFetch, TENANT_DATA } from "../../auth/session.ts";

/** An object for which links are stored. */
export type LinkedObject = Schemas["LinkedObject"];
/** A page of objects. */
export type LinkedObjectPage = Schemas["LinkedObjectPage"];
/** The address of a page of objects. */
export type LinkSearch = Pick<QueryOf<"listLinks">, "cursor">;

/** One link: the members of the resolver's standard, of which the form shows some and keeps the others. */
export interface Target {
  href: string;
  title: string;
  hreflang?: string[];
  [member: string]: unknown;
}

/** A linkset of one object: its address, its name, and its links by type. */
export interface Linkset {
  linkset: [Record<string, string | Target[]> & { anchor: string; itemDescription: string }];
}

/** The query keys of all requests about links. */
export const LINKS = [...TENANT_DATA, "links"] as const;

const LINKSET_TYPE = "application/linkset+json";

/** Reads the page of an address. */
export function readLinkSearch({ cursor }: Record<string, unknown>): LinkSearch {
  return typeof cursor === "string" && cursor !== "" ? { cursor } : {};
}

function pathOf(object: string): string {
  return `/v1/provenance/links/${encodeURIComponent(object)}`;
}

/** Fetches a page of the objects that have links. */
export async function fetchObjects(
  { cursor }: LinkSearch,
  limit: number,
  signal: AbortSignal,
): Promise<LinkedObjectPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
  return (await authorisedFetch(`/v1/provenance/links?${query}`, signal)).json();
}

/** Fetches the links of an object; `null` when it has none. */
export async function fetchLinks(object: string, signal: AbortSignal | null): Promise<Linkset | null> {
  try {
    return await (await authorisedFetch(pathOf(object), signal)).json();
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "provenance.unknown_link") return null;
    throw error;
  }
}

/** Stores the links of an object in place of those that it had. */
export async function storeLinks(object: string, links: Linkset): Promise<void> {
  const change = { method: "PUT", body: JSON.stringify(links) } as const;
  await authorisedFetch(pathOf(object), null, { "Content-Type": LINKSET_TYPE }, change);
}

/** Deletes the links of an object. */
export async function deleteLinks(object: string): Promise<void> {
  await authorisedFetch(pathOf(object), null, {}, { method: "DELETE" });
}
