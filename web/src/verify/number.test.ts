//! Tests numbers with the vectors of `standards/number`.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalNumber, NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX } from "./number.ts";

interface Case {
  text: string;
  canonical?: string;
  refused?: string;
}

/** Relative to `web/`, where the tests run. */
const cases = JSON.parse(readFileSync("../standards/number/vectors/number.json", "utf8")) as Case[];

describe("a number", () => {
  test("has the text or the fault of the shared vectors", () => {
    expect(cases.length).toBeGreaterThan(100);
    for (const { text, canonical = null, refused = null } of cases) {
      expect({ of: text, ...canonicalNumber(text) }).toEqual({ of: text, text: canonical, fault: refused });
      if (canonical !== null) expect(canonicalNumber(canonical).text).toBe(canonical);
    }
  });

  test("is read within its limits and not beyond", () => {
    const nines = (count: number) => "9".repeat(count);
    expect(canonicalNumber(nines(NUMBER_DIGITS_MAX)).fault).toBeNull();
    expect(canonicalNumber(nines(NUMBER_DIGITS_MAX + 1)).fault).toBe("digits");
    for (const sign of ["", "-"]) {
      expect(canonicalNumber(`7e${sign}${NUMBER_EXPONENT_MAX}`).fault).toBeNull();
      expect(canonicalNumber(`7e${sign}${NUMBER_EXPONENT_MAX + 1}`).fault).toBe("exponent");
    }
  });

  test("is limited by its value, not by the length of its text", () => {
    const zeros = "0".repeat(200_000);
    expect(canonicalNumber(`1.${zeros}`).text).toBe("1");
    expect(canonicalNumber(`1${zeros}e-200000`).text).toBe("1");
    expect(canonicalNumber(`1e${zeros}`).text).toBe("1");
    expect(canonicalNumber(`1${zeros}1`).fault).toBe("digits");
    expect(canonicalNumber(`1e${"9".repeat(200_000)}`).fault).toBe("exponent");
  });
});
