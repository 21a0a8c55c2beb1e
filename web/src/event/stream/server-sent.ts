//! Parses server-sent events (WHATWG HTML, section 9.2.6). Invariant: the input may be cut anywhere, and a line that
//! never ends takes bounded memory.
//!
//! The browser's own EventSource sends no `Authorization`, so the stream is read with `fetch`.

/** An event of a stream. */
export interface Message {
  /** `message` when the stream names none. */
  type: string;
  data: string;
}

/** The longest line, in characters; one event of the API is far shorter. */
export const LINE_CHARS_MAX = 1_048_576;

/** Parses a stream from its beginning. */
export class MessageParser {
  /** The last id that was received; `null` before the first. */
  lastId: string | null = null;
  /** The time in milliseconds after which the server wants a client to connect again; `null` when it named none. */
  retryMs: number | null = null;

  /** The beginning of a line whose end is still to come. */
  #line = "";
  /** Whether the last character was a carriage return, so that a line feed belongs to it. */
  #isAfterReturn = false;
  /** The fields of the event whose end is still to come. */
  #id: string | null = null;
  #type = "";
  #data: string[] = [];

  /** Takes the next characters and returns the events that they complete. */
  push(text: string): Message[] {
    const messages: Message[] = [];
    const rest = this.#isAfterReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#isAfterReturn = text.endsWith("\r");
    const lines = (this.#line + rest).split(/\r\n|\r|\n/);
    this.#line = lines.pop() ?? "";
    if (this.#line.length > LINE_CHARS_MAX) throw new RangeError("a line of the stream is too long");
    for (const line of lines) {
      if (line !== "") this.#field(line);
      else if (this.#data.length > 0) messages.push(this.#end());
      else this.#end();
    }
    return messages;
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    // A comment begins with a colon.
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^[0-9]{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #end(): Message {
    this.lastId = this.#id ?? this.lastId;
    const message = { type: this.#type === "" ? "message" : this.#type, data: this.#data.join("\n") };
    this.#id = null;
    this.#type = "";
    this.#data = [];
    return message;
  }
}
