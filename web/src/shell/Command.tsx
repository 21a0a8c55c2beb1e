//! A command line with a copy button.

import styles from "./Command.module.css";
import { Copy } from "./Copy.tsx";

/** Shows `command` in full with a copy button; `what` names it for screen readers. */
export function Command({ command, what }: { command: string; what: string }) {
  return (
    <div className={styles.command}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{command}</pre>
      <Copy value={command} what={what} />
    </div>
  );
}
