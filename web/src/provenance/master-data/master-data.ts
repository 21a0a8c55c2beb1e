//! Requests about master data, and the addresses of its pages. Invariant: an element is named by its vocabulary and its
//! id, and a version by the time of its record. Numbers of a document keep all their digits.

import { ApiProblem } from "../../api/problem.ts";
import type { QueryOf, Schemas } from "../../api/schema.ts";
import { authorisedFetch, TENANT_DATA } from "../../auth/session.ts";
import { type Document, type DocumentObject, members, parseDocument } from "../../verify/document.ts";

/** A recorded version of an element. */
export interface MasterDataVersion {
  /** The full URI of the vocabulary. */
  vocabulary: string;
  /** In canonical form. */
  id: string;
  /** RFC 3339 in UTC. */
  recordTime: string;
  /** `@context`, `vocabulary` and `element` as captured; `null` for a record that cannot be read. */
  document: DocumentObject | null;
}

/** A page of versions. */
export interface VersionPage {
  versions: MasterDataVersion[];
  /** The cursor of the next page, or `null` on the last page. */
  nextCursor: string | null;
}

/** The filters and the page of the list, with the names of the API. */
export type ElementSearch = Pick<QueryOf<"listMasterData">, "vocabulary" | "id" | "attribute" | "cursor">;

/** Which element of an id, and which version of it, with the names of the API. */
export type VersionSearch = Pick<QueryOf<"getMasterData">, "vocabulary" | "as_of">;

/** The element that a form is to begin with. */
export interface RecordSearch {
  id?: string;
  vocabulary?: string;
}

/** The query keys of all requests about master data. */
export const MASTER_DATA = [...TENANT_DATA, "master-data"] as const;

/** The number of elements that a search for parents examines at once, the most of the API. */
export const EXAMINED_PER_PAGE = 500;

const PATH = "/v1/provenance/master-data";

/** Keeps the texts with these names that are not empty. */
function pick<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { [Key in Name]?: string } {
  const entries = names.map((name) => [name, search[name]] as const);
  const given = entries.filter(([, value]) => typeof value === "string" && value.trim() !== "");
  return Object.fromEntries(given) as { [Key in Name]?: string };
}

/** Reads the filters and the page of an address. */
export function readElementSearch(search: Record<string, unknown>): ElementSearch {
  return pick(search, ["vocabulary", "id", "attribute", "cursor"]);
}

/** Reads the vocabulary and the time of an address. */
export function readVersionSearch(search: Record<string, unknown>): VersionSearch {
  return pick(search, ["vocabulary", "as_of"]);
}

/** Reads the element of an address. */
export function readRecordSearch(search: Record<string, unknown>): RecordSearch {
  return pick(search, ["id", "vocabulary"]);
}

function withQuery(path: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given as [string, string][]).toString();
  return query === "" ? path : `${path}?${query}`;
}

function text(value: Document | undefined): string {
  return typeof value === "string" ? value : "";
}

function readVersion(version: Document): MasterDataVersion {
  const { vocabulary, id, record_time: recordTime, document } = members(version) ?? {};
  return {
    vocabulary: text(vocabulary),
    id: text(id),
    recordTime: text(recordTime),
    document: members(document),
  };
}

async function fetchPage(address: string, signal: AbortSignal): Promise<VersionPage> {
  const response = await authorisedFetch(address, signal);
  const { items, next_cursor: next } = members(parseDocument(await response.text())) ?? {};
  const versions = (Array.isArray(items) ? items : []).map(readVersion);
  return { versions, nextCursor: typeof next === "string" ? next : null };
}

/** Fetches a page of elements, each in its newest version. */
export function fetchElements(
  search: ElementSearch & { child?: string },
  limit: number,
  signal: AbortSignal,
): Promise<VersionPage> {
  return fetchPage(withQuery(PATH, { ...search, limit: String(limit) }), signal);
}

/** Fetches a version of an element. */
export async function fetchVersion(
  id: string,
  search: VersionSearch,
  signal: AbortSignal,
): Promise<MasterDataVersion> {
  const address = withQuery(`${PATH}/${encodeURIComponent(id)}`, search);
  return readVersion(parseDocument(await (await authorisedFetch(address, signal)).text()));
}

/** Fetches a page of the versions of an element, newest first. */
export function fetchHistory(
  { vocabulary, id }: Pick<MasterDataVersion, "vocabulary" | "id">,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<VersionPage> {
  const address = `${PATH}/${encodeURIComponent(id)}/history`;
  return fetchPage(withQuery(address, { vocabulary, limit: String(limit), cursor }), signal);
}

/** The address of the evidence of a version. */
export function evidencePath({ vocabulary, id, recordTime }: MasterDataVersion): string {
  return withQuery(`${PATH}/${encodeURIComponent(id)}/evidence`, { vocabulary, as_of: recordTime });
}

/** What the ledger decided about a document, as far as it is known. */
export type Outcome = "recorded" | "running";

/** XML begins with `<`, JSON never does. */
function mediaType(document: string): string {
  return document.trimStart().startsWith("<") ? "application/xml" : "application/ld+json";
}

/**
 * Captures a document in JSON or XML and waits for its outcome for at most 10 s.
 * @throws ApiProblem when the document is refused, by the gateway or by the ledger.
 */
export async function capture(document: string): Promise<Outcome> {
  const headers = { "Content-Type": mediaType(document), Prefer: "wait=10" };
  const response = await authorisedFetch("/epcis/capture", null, headers, { method: "POST", body: document });
  const job = (await response.json()) as Schemas["CaptureJob"];
  const [first] = job.errors;
  if (first !== undefined) {
    throw new ApiProblem(first.status, first.code, first.title, first.detail, job.errors, null);
  }
  return job.running ? "running" : "recorded";
}
