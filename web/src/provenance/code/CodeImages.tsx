//! Both barcodes of an object side by side. Invariant: both carry the same identifier.

import styles from "./CodeImage.module.css";
import { CodeImage } from "./CodeImage.tsx";
import { SYMBOLS } from "./code.ts";

/** `data` is a GS1 Digital Link or its path; without a host, the QR code leads to the tenant's resolver. */
export function CodeImages({ data }: { data: string }) {
  return (
    <div className={styles.codes}>
      {SYMBOLS.map((symbol) => (
        <CodeImage key={symbol} data={data} symbol={symbol} />
      ))}
    </div>
  );
}
