//! Validator sets and hand-overs between them. Invariant: the canonical bytes of a set, to which block headers commit,
//! depend only on its epoch and its validators.

import { type BorshReader, decode } from "./borsh.ts";
import { type Bytes, concat, littleEndian } from "./bytes.ts";
import { readKey } from "./scheme.ts";

/** A validator: its voting key, which begins with its scheme, and its weight. */
export interface Validator {
  key: Bytes;
  weight: bigint;
}

/** The validators of an epoch that sign one shard or all shards. */
export interface ValidatorSet {
  epoch: bigint;
  validators: readonly Validator[];
}

/** The validators from an epoch on. */
export interface HandOver {
  bytes: Bytes;
  /** The protocol version of the epoch. */
  version: number;
  /** The height of the beacon shard's last block of the previous epoch. */
  height: bigint;
  /** The signers of the beacon's shard, and of every shard when nothing is sampled. */
  committee: ValidatorSet;
  /** The signers of each shard from 1 on, when signers are sampled. */
  sampled: readonly ValidatorSet[];
}

export function readValidatorSet(reader: BorshReader): ValidatorSet {
  const epoch = reader.u64();
  const validators = reader.list(() => ({ key: readKey(reader), weight: reader.u64() }));
  return { epoch, validators };
}

export function encodeValidatorSet({ epoch, validators }: ValidatorSet): Bytes {
  return concat([
    littleEndian(epoch, 8),
    littleEndian(validators.length, 4),
    ...validators.flatMap(({ key, weight }) => [key, littleEndian(weight, 8)]),
  ]);
}

/** Reads a hand-over from the beginning of longer bytes. */
export function readHandOver(reader: BorshReader): Omit<HandOver, "bytes"> {
  const version = reader.u16();
  const height = reader.u64();
  reader.fixed(32); // randomness
  const committee = readValidatorSet(reader);
  reader.list(() => reader.u16()); // league
  const sampled = reader.list(() => readValidatorSet(reader));
  return { version, height, committee, sampled };
}

export function decodeHandOver(bytes: Bytes): HandOver {
  return decode("HandOver", bytes, (reader) => ({ bytes, ...readHandOver(reader) }));
}
