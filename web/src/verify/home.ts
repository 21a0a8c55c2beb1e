//! Computes the shard of a tenant's records. Invariant: a pure function of tenant, partition and the number of shards.

import { type Bytes, littleEndian } from "./bytes.ts";
import { TAG, type Workbook } from "./workbook.ts";

/** The home shard: the top 32 bits of the digest, scaled to the number of shards. */
export async function homeShard(
  book: Workbook,
  tenant: Bytes,
  partition: number,
  shards: number,
): Promise<number> {
  const digest = await book.tagged("home", TAG.home, tenant, littleEndian(partition, 2));
  const top = new DataView(digest.buffer).getUint32(0, false);
  return Number((BigInt(top) * BigInt(shards)) >> 32n);
}
