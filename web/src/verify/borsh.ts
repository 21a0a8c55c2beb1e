//! A reader and writer of borsh, the ledger's canonical encoding. Invariant: one value has one encoding. The types in
//! use leave only four ways to encode a value twice (a boolean other than 0 and 1, a variant out of range, text that is
//! not UTF-8, trailing bytes). The reader refuses all four, so it need not encode again and compare.

import { type Bytes, concat, fromUtf8, littleEndian, utf8 } from "./bytes.ts";

/** The bytes are not the canonical encoding of the expected type. */
export class BorshError extends Error {}

/** Reads values from the beginning of a byte string. */
export class BorshReader {
  private at = 0;
  constructor(
    private readonly what: string,
    private readonly bytes: Bytes,
  ) {}

  private fail(detail: string): never {
    throw new BorshError(`not a canonical encoding of ${this.what}: ${detail}`);
  }

  /** Reads `size` bytes. */
  fixed(size: number): Bytes {
    if (size > this.bytes.length - this.at) this.fail("the bytes end early");
    const out = this.bytes.slice(this.at, this.at + size);
    this.at += size;
    return out;
  }

  private unsigned(size: number): bigint {
    return this.fixed(size).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  u16(): number {
    return Number(this.unsigned(2));
  }
  u32(): number {
    return Number(this.unsigned(4));
  }
  u64(): bigint {
    return this.unsigned(8);
  }

  /** Reads a boolean: 0 or 1. */
  bool(): boolean {
    return this.variant(2) === 1;
  }

  /** Reads the index of an enum variant, below `count`. */
  variant(count: number): number {
    const index = this.fixed(1)[0] ?? 0;
    if (index >= count) this.fail(`there is no variant ${index}`);
    return index;
  }

  /** Reads a text that follows its length. */
  string(): string {
    return fromUtf8(this.fixed(this.u32())) ?? this.fail("text is not UTF-8");
  }

  /** Reads a list that follows its length. Every element takes at least one byte, which bounds the list. */
  list<T>(read: () => T): T[] {
    const count = this.u32();
    if (count > this.bytes.length - this.at) this.fail("the bytes end early");
    return Array.from({ length: count }, read);
  }

  /** Reads all remaining bytes, for values that are only hashed. */
  rest(): Bytes {
    return this.fixed(this.bytes.length - this.at);
  }

  /** Checks that no bytes are left. */
  end(): void {
    if (this.at !== this.bytes.length) this.fail("bytes are left over");
  }
}

/**
 * Decodes a whole byte string.
 * @throws BorshError unless the bytes are exactly one value's encoding.
 */
export function decode<T>(what: string, bytes: Bytes, read: (reader: BorshReader) => T): T {
  const reader = new BorshReader(what, bytes);
  const value = read(reader);
  reader.end();
  return value;
}

/** Encodes a text after its length. */
export function encodeString(text: string): Bytes {
  const bytes = utf8(text);
  return concat([littleEndian(bytes.length, 4), bytes]);
}
