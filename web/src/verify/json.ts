//! A strict JSON parser. Invariant: an ambiguous text is refused, such as an object with a repeated name, and a number
//! keeps every digit of its text.

/** A number as its text, because a double would round it. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** A JSON value. Objects are maps, so that no member name is special. */
export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject;
export type JsonObject = Map<string, Json>;

/** The maximum nesting depth; a bundle needs six levels. */
export const JSON_DEPTH_MAX = 127;

/** The text is not JSON. */
export class JsonSyntaxError extends Error {}
/** The text is JSON but not a valid bundle: an object repeats a name, or it is nested too deeply. */
export class JsonMeaningError extends Error {}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const WORDS = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  private takeMark(mark: string): boolean {
    this.take(SPACE);
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private string(): string {
    this.take(SPACE);
    const token = this.take(STRING);
    const value: unknown = token === null ? null : JSON.parse(token);
    // A lone surrogate is not text: it has no UTF-8 form, so it cannot have been hashed.
    if (typeof value !== "string" || !value.isWellFormed()) {
      throw new JsonSyntaxError(`no text at character ${this.at}`);
    }
    return value;
  }

  value(depth: number): Json {
    if (depth > JSON_DEPTH_MAX) throw new JsonMeaningError(`nested more than ${JSON_DEPTH_MAX} deep`);
    if (this.takeMark("{")) return this.object(depth);
    if (this.takeMark("[")) return this.array(depth);
    if (this.text[this.at] === '"') return this.string();
    const word = this.take(WORD);
    if (word !== null) return WORDS.get(word) ?? null;
    const number = this.take(NUMBER);
    if (number === null) throw new JsonSyntaxError(`no value at character ${this.at}`);
    return new JsonNumber(number);
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    if (this.takeMark("}")) return object;
    do {
      const name = this.string();
      if (object.has(name)) throw new JsonMeaningError(`the name "${name}" occurs twice in one object`);
      this.takeMark(":");
      object.set(name, this.value(depth + 1));
    } while (this.takeMark(","));
    this.takeMark("}");
    return object;
  }

  private array(depth: number): Json[] {
    const array: Json[] = [];
    if (this.takeMark("]")) return array;
    do array.push(this.value(depth + 1));
    while (this.takeMark(","));
    this.takeMark("]");
    return array;
  }
}

/** Checks the grammar of a JSON text and returns its value as JSON.parse does. */
function checkGrammar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonSyntaxError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Parses a JSON text (RFC 8259). `inspect` sees the value as JSON.parse returns it, which may be ambiguous, and can
 * refuse it first.
 * @throws JsonSyntaxError when it is not JSON, JsonMeaningError when it is JSON that no bundle contains.
 */
export function parseJson(text: string, inspect?: (value: unknown) => void): Json {
  // The reader only has to check what JSON.parse does not report.
  const value = checkGrammar(text);
  inspect?.(value);
  return new Reader(text).value(1);
}
