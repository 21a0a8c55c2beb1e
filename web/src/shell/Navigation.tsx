//! The main navigation: the ledger's pages, those of each domain, evidence and the developers' pages. Invariant: the
//! links of domains come from the list of slices.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { slices } from "../slices.ts";
import styles from "./Navigation.module.css";

const LINKED = { className: styles.link, activeProps: { "data-active": true } };

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.section}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </div>
  );
}

/** The navigation, as labelled lists of links. */
export function Navigation() {
  const { t } = useTranslation();
  return (
    <nav className={styles.navigation} aria-label={t("shell.navigation")}>
      <Section title={t("shell.ledger")}>
        <li>
          <Link to="/" activeOptions={{ exact: true }} {...LINKED}>
            {t("shell.overview")}
          </Link>
        </li>
        <li>
          <Link to="/validators" {...LINKED}>
            {t("shell.validators")}
          </Link>
        </li>
      </Section>
      {slices.map(({ name, navigation }) => (
        <Section key={name} title={t(`${name}.title`)}>
          {navigation.map(({ route, label }) => (
            <li key={label}>
              <Link to={route.to} activeOptions={{ includeSearch: false }} {...LINKED}>
                {t(label)}
              </Link>
            </li>
          ))}
        </Section>
      ))}
      <Section title={t("shell.evidence")}>
        <li>
          <Link to="/verify" {...LINKED}>
            {t("shell.verify")}
          </Link>
        </li>
      </Section>
      <Section title={t("shell.developers")}>
        <li>
          <a href="/docs/" className={styles.link}>
            {t("shell.rest")}
          </a>
        </li>
        <li>
          <a href="/graphiql/" className={styles.link}>
            {t("shell.graphql")}
          </a>
        </li>
      </Section>
    </nav>
  );
}
