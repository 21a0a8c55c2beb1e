//! Requests for images of barcodes. Invariant: an image that is saved is the one that the gateway drew.

import type { QueryOf } from "../../api/schema.ts";
import { authorisedFetch } from "../../auth/session.ts";

type Query = QueryOf<"drawCode">;

/** The symbols: a QR code with a Digital Link, a GS1 DataMatrix with an element string. */
export type Symbology = Query["symbol"];
/** The formats of an image. */
export type Format = NonNullable<Query["format"]>;

/** Both symbols, in the order in which they are shown. */
export const SYMBOLS = ["qr", "datamatrix"] as const satisfies readonly Symbology[];

/** Draws a code. */
export async function fetchCode(
  data: string,
  symbol: Symbology,
  format: Format,
  signal: AbortSignal | null,
): Promise<Blob> {
  const query = new URLSearchParams({ data, symbol, format } satisfies Query);
  const response = await authorisedFetch(`/v1/provenance/codes?${query}`, signal);
  return response.blob();
}

/** The name of a file with a code, from the characters of its data that every file system takes. */
export function fileName(data: string, symbol: Symbology, format: Format): string {
  const name = data.replace(/^https?:\/\/[^/]*/, "").replace(/[^A-Za-z0-9.-]+/g, "-");
  return `${symbol}${name.replace(/^-?/, "-").slice(0, 80)}.${format}`;
}

/** The address of an image in a page, which may show `data:` only. */
export function imageAddress(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
