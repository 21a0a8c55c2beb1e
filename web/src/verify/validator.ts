//! Validator sets and how one hands over to the next. Invariant: a set's canonical bytes, which block headers commit
//! to, follow from its epoch and its validators alone.

import { type BorshReader, decode } from "./borsh.ts";
import { type Bytes, concat, littleEndian } from "./bytes.ts";
import { readKey } from "./scheme.ts";

/** A validator: the key it votes with, its scheme first, and its weight. */
export interface Validator {
  key: Bytes;
  weight: bigint;
}

/** The validators of one epoch. */
export interface ValidatorSet {
  epoch: bigint;
  validators: readonly Validator[];
}

/** Who validates from an epoch on. */
export interface HandOver {
  bytes: Bytes;
  /** The protocol version that the epoch follows. */
  version: number;
  /** The beacon's last block of the epoch before. */
  height: bigint;
  /** Who signs the beacon's shard, and every shard where nothing is sampled. */
  committee: ValidatorSet;
  /** Where signers are sampled, who signs each shard from 1 on. */
  sampled: readonly ValidatorSet[];
}

/** Reads a validator set. */
export function readValidatorSet(reader: BorshReader): ValidatorSet {
  const epoch = reader.u64();
  const validators = reader.list(() => ({ key: readKey(reader), weight: reader.u64() }));
  return { epoch, validators };
}

/** The canonical bytes of a validator set. */
export function encodeValidatorSet({ epoch, validators }: ValidatorSet): Bytes {
  return concat([
    littleEndian(epoch, 8),
    littleEndian(validators.length, 4),
    ...validators.flatMap(({ key, weight }) => [key, littleEndian(weight, 8)]),
  ]);
}

/** Reads a hand-over from the front of longer bytes. */
export function readHandOver(reader: BorshReader): Omit<HandOver, "bytes"> {
  const version = reader.u16();
  const height = reader.u64();
  reader.fixed(32); // randomness
  const committee = readValidatorSet(reader);
  reader.list(() => reader.u16()); // league
  const sampled = reader.list(() => readValidatorSet(reader));
  return { version, height, committee, sampled };
}

/** Decodes a hand-over. */
export function decodeHandOver(bytes: Bytes): HandOver {
  return decode("HandOver", bytes, (reader) => ({ bytes, ...readHandOver(reader) }));
}
