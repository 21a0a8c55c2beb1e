//! The types of events that an endpoint receives.

import { useTranslation } from "react-i18next";
import { shortType } from "../event-types.ts";
import styles from "./Webhook.module.css";

/** Shows the types without their common prefix; all types when there is none. */
export function TypeList({ types }: { types: readonly string[] }) {
  const { t } = useTranslation();
  if (types.length === 0) return t("event.types.all");
  return (
    <ul className={styles.list}>
      {types.map((type) => (
        <li key={type}>
          <code>{shortType(type)}</code>
        </li>
      ))}
    </ul>
  );
}
