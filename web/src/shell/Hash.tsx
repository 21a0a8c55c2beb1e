//! Digests, keys and ids in one form: monospace and shortened in the middle. Invariant: the whole value is in the
//! title, in print and in the clipboard.

import { Copy } from "./Copy.tsx";
import styles from "./Hash.module.css";

/** The number of characters kept at the beginning and at the end. */
const [FRONT, BACK] = [10, 8];

/** Shortens a long text in its middle. */
export function shorten(value: string): string {
  return value.length <= FRONT + BACK + 1 ? value : `${value.slice(0, FRONT)}…${value.slice(-BACK)}`;
}

/** Shows a value in short form; `what` names it. The whole value is in the title, in print and in the clipboard. */
export function Hash({ value, what }: { value: string; what: string }) {
  return (
    <span className={styles.hash}>
      <code className={styles.short} title={value}>
        {shorten(value)}
      </code>
      <code className={styles.whole}>{value}</code>
      <Copy value={value} what={what} />
    </span>
  );
}
