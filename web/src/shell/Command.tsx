//! A shell command to copy, with a copy button. Invariant: the command is shown and copied in full, and never run.

import styles from "./Command.module.css";
import { Copy } from "./Copy.tsx";

/** `command` is the text to copy; `what` is its name for screen readers. */
export function Command({ command, what }: { command: string; what: string }) {
  return (
    <div className={styles.command}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{command}</pre>
      <Copy value={command} what={what} />
    </div>
  );
}
