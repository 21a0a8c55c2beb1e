//! An id with a copy button. Invariant: the id is shown and copied in full.

import { Copy } from "./Copy.tsx";
import styles from "./Identifier.module.css";

/** `what` names the id for screen readers. */
export function Identifier({ value, what }: { value: string; what: string }) {
  return (
    <span className={styles.identifier}>
      <code>{value}</code>
      <Copy value={value} what={what} />
    </span>
  );
}
