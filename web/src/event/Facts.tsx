//! Names and values of one thing. Invariant: assistive technology reads them as pairs.

import { Fragment, type ReactNode } from "react";
import styles from "./Facts.module.css";

/** Shows `facts`, each a name and a value, in their order; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
