//! Links to the lists of what events name. Invariant: the link of the list that is shown is marked as current.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import styles from "./ResourceLinks.module.css";
import { RESOURCES, type Resource } from "./resource.ts";

/** `current` is the list that is shown. */
export function ResourceLinks({ current }: { current: Resource }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("provenance.browse.lists")}>
      <ul className={styles.lists}>
        {RESOURCES.map((list) => (
          <li key={list}>
            <Link
              to="/provenance/browse"
              search={{ list }}
              className={styles.link}
              aria-current={list === current ? "page" : undefined}
            >
              {t(`provenance.browse.list.${list}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
