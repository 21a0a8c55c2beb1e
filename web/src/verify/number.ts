//! JSON numbers (RFC 8259 section 6) as exact decimals, by the same rules as `standards/number`; both are tested with
//! its vectors. Invariant: no number is converted to a double or written out to the size of its value, and the time is
//! proportional to the length of the text.

/** The maximum number of digits from the first to the last that is not zero. */
export const NUMBER_DIGITS_MAX = 1_000;
/** The maximum absolute exponent of a number written as d.ddd times a power of ten. */
export const NUMBER_EXPONENT_MAX = 10_000;

/** Why a text is not a number that can be committed to. */
export type NumberFault = "syntax" | "digits" | "exponent";

/** The canonical text of a number's value, or the reason why there is none. */
export type Canonical = { text: string; fault: null } | { text: null; fault: NumberFault };

const NUMBER = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?$/;
/** Exponents with more digits exceed every limit; this many leave room for shifting the decimal point. */
const EXPONENT_DIGITS_MAX = 15;
/** Outside of these exponents the text has an exponent, as in ECMAScript and RFC 8785 (section 3.2.2.3). */
const [PLAIN_EXPONENT_MIN, PLAIN_EXPONENT_MAX] = [-6, 20];

const refused = (fault: NumberFault): Canonical => ({ text: null, fault });

/** The index of the first character that is not zero; the length of the text when there is none. */
function skipZeros(text: string): number {
  let at = 0;
  while (text[at] === "0") at += 1;
  return at;
}

function readExponent(sign: string, text: string): number {
  const digits = text.slice(skipZeros(text));
  const size = digits.length > EXPONENT_DIGITS_MAX ? 10 ** EXPONENT_DIGITS_MAX : Number(digits);
  return sign === "-" ? -size : size;
}

function write(digits: string, exponent: number): string {
  if (exponent < PLAIN_EXPONENT_MIN || exponent > PLAIN_EXPONENT_MAX) {
    const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
    return `${mantissa}e${exponent < 0 ? "" : "+"}${exponent}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Returns the canonical text of a JSON number: equal values have equal texts, different values have different ones. */
export function canonicalNumber(source: string): Canonical {
  const found = NUMBER.exec(source);
  if (found === null) return refused("syntax");
  const [, sign = "", whole = "", fraction = "", exponentSign = "", exponentText = ""] = found;
  const all = whole + fraction;
  const first = skipZeros(all);
  let last = all.length;
  while (last > first && all[last - 1] === "0") last -= 1;
  const digits = all.slice(first, last);
  if (digits === "") return { text: "0", fault: null };
  if (digits.length > NUMBER_DIGITS_MAX) return refused("digits");
  const exponent = readExponent(exponentSign, exponentText) + whole.length - 1 - first;
  if (Math.abs(exponent) > NUMBER_EXPONENT_MAX) return refused("exponent");
  return { text: sign + write(digits, exponent), fault: null };
}
