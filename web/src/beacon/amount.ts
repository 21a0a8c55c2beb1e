//! Formats amounts in native units for display. Invariant: exact; an amount is never converted to a floating-point
//! number.

/** The number of decimals of the native token. */
const DECIMALS = 8;

/** Formats an amount in native units as tokens. */
export function tokens(units: string, language: string): string {
  const digits = units.padStart(DECIMALS + 1, "0");
  const text = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: DECIMALS });
  return format.format(text as Intl.StringNumericLiteral);
}

/** The share `part / whole` with a precision of one millionth, as a number for display; `null` when `whole` is 0. */
export function share(part: string, whole: bigint): number | null {
  const scale = 1_000_000n;
  return whole === 0n ? null : Number((BigInt(part) * scale) / whole) / Number(scale);
}
