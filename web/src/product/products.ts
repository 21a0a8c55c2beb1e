//! Requests of the list of products. Invariant: the types are those of the API schema.

import type { Path, Schemas } from "../api/schema.ts";
import { authorisedFetch } from "../auth/session.ts";

/** A registered product. */
export type Product = Schemas["Product"];

/** A page of products, newest first. */
export type ProductPage = Schemas["ProductPage"];

const PATH = "/v1/products" satisfies Path;

/** Fetches a page of products. */
export async function fetchProducts(
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ProductPage> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set("cursor", cursor);
  const response = await authorisedFetch(`${PATH}?${query}`, signal);
  return (await response.json()) as ProductPage;
}

/** Returns the command that registers a product. The token is a variable, so no secret is copied. */
export function registerCommand(origin: string): string {
  return `curl --fail-with-body "${origin}${PATH}" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" \\
  -H "Content-Type: application/json" -H "Prefer: wait=10" \\
  --data '{"id":"p1","name":"Lettuce"}'`;
}
