//! Computes every hash and signature check of a verification, and reports each. Invariant: a computation is reported
//! only after this browser did it.

import { type Bytes, concat, littleEndian, toHex, utf8 } from "./bytes.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { ED25519 } from "./scheme.ts";

/** One computed hash or one signature check. */
export interface Computation {
  /** A stable label of the input, such as `record` or `node`. */
  label: string;
  /** The algorithm. */
  method: "sha256" | "ed25519";
  /** The length of the input in bytes. */
  inputBytes: number;
  /** The digest in hexadecimal; for a signature check the public key. */
  output: string;
  /** False only for an invalid signature. */
  ok: boolean;
}

/** WebCrypto is missing, because the page is neither on HTTPS nor on localhost. */
export class CryptoMissingError extends Error {}

/** Domain separation tags. The tag of the kind of content is hashed before the content. */
export const TAG = {
  transaction: "waymark/tx/1",
  command: "waymark/entry/1",
  bodyPublic: "waymark/body-public/1",
  body: "waymark/body/1",
  fields: "waymark/fields/1",
  record: "waymark/record/1",
  records: "waymark/records/1",
  stream: "waymark/stream/1",
  subject: "waymark/subject/1",
  home: "waymark/home/1",
  stateKey: "waymark/state-key/1",
  stateValue: "waymark/state-value/1",
  header: "waymark/header/1",
  vote: "waymark/vote/1",
  validators: "waymark/validators/1",
  genesis: "waymark/genesis/1",
} as const;

/** Namespaces of signatures, which are part of the signed bytes. */
export const NAMESPACE = { transaction: "waymark/transaction/1", vote: "waymark/vote/1" } as const;

/** Computes hashes and checks signatures, and reports each computation to a callback. */
export class Workbook {
  private readonly subtle: SubtleCrypto;

  /** @throws CryptoMissingError when the browser offers no WebCrypto on this page. */
  constructor(private readonly listen: (computation: Computation) => void) {
    const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
    if (subtle === undefined) throw new CryptoMissingError("WebCrypto is not available on this page");
    this.subtle = subtle;
  }

  /** Plain SHA-256 (FIPS 180-4) over the parts. */
  async sha256(label: string, ...parts: readonly Uint8Array[]): Promise<Bytes> {
    const input = concat(parts);
    const digest = new Uint8Array(await this.subtle.digest("SHA-256", input));
    this.listen({ label, method: "sha256", inputBytes: input.length, output: toHex(digest), ok: true });
    return digest;
  }

  /** SHA-256 over a length byte, the tag and the parts. */
  async tagged(label: string, tag: string, ...parts: readonly Uint8Array[]): Promise<Bytes> {
    const text = utf8(tag);
    return this.sha256(label, littleEndian(text.length, 1), text, ...parts);
  }

  /** The hash of a Merkle leaf (RFC 9162 section 2.1.1): `SHA-256(0x00 || data)`. */
  async leaf(label: string, ...data: readonly Uint8Array[]): Promise<Bytes> {
    return this.sha256(label, Uint8Array.of(0), ...data);
  }

  /** The hash of an inner Merkle node: `SHA-256(0x01 || left || right)`. */
  async node(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
    return this.sha256("node", Uint8Array.of(1), left, right);
  }

  /**
   * Whether a signature over `len(namespace) || namespace || digest` is valid. Key and signature begin with their
   * scheme.
   */
  async verify(
    label: string,
    namespace: string,
    claim: { key: Bytes; digest: Bytes; signature: Bytes },
  ): Promise<boolean> {
    const text = utf8(namespace);
    const message = concat([littleEndian(text.length, 1), text, claim.digest]);
    const [key, signature] = [claim.key, claim.signature];
    const ok =
      key[0] === ED25519 &&
      signature[0] === ED25519 &&
      (await verifyEd25519(this.subtle, { key: key.slice(1), signature: signature.slice(1), message }));
    this.listen({ label, method: "ed25519", inputBytes: message.length, output: toHex(key), ok });
    return ok;
  }
}
