//! Native units as people read them. Invariant: exact; an amount never passes through a floating-point number.

/** Decimals of the native token. */
const DECIMALS = 8;

/** An amount in native units as tokens. */
export function tokens(units: string, language: string): string {
  const digits = units.padStart(DECIMALS + 1, "0");
  const text = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: DECIMALS });
  return format.format(text as Intl.StringNumericLiteral);
}

/** The share of a whole in millionths, as a number for display; `null` when there is no whole. */
export function share(part: string, whole: bigint): number | null {
  const scale = 1_000_000n;
  return whole === 0n ? null : Number((BigInt(part) * scale) / whole) / Number(scale);
}
