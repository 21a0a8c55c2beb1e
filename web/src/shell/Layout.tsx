//! What every page stands in: the way around, the language, the colours and who is signed in.

import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "../auth/AccountMenu.tsx";
import styles from "./Layout.module.css";
import { Preferences } from "./Preferences.tsx";

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.section}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </div>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const linked = { className: styles.link, activeProps: { "data-active": true } };
  return (
    <nav className={styles.navigation} aria-label={t("shell.navigation")}>
      <Section title={t("shell.ledger")}>
        <li>
          <Link to="/" activeOptions={{ exact: true }} {...linked}>
            {t("shell.overview")}
          </Link>
        </li>
        <li>
          <Link to="/validators" {...linked}>
            {t("shell.validators")}
          </Link>
        </li>
      </Section>
      <Section title={t("shell.provenance")}>
        <li>
          <Link to="/provenance/events" activeOptions={{ includeSearch: false }} {...linked}>
            {t("shell.events")}
          </Link>
        </li>
      </Section>
      <Section title={t("shell.evidence")}>
        <li>
          <Link to="/verify" {...linked}>
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

/** The frame around the page at the current address. */
export function Layout() {
  const { t } = useTranslation();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t("shell.skip")}
      </a>
      <header className={styles.top}>
        <Link to="/" className={styles.brand}>
          <img src="/favicon.svg" width="22" height="22" alt="" />
          Waymark
        </Link>
        <div className={styles.tools}>
          <Preferences />
          <AccountMenu />
        </div>
      </header>
      <Navigation />
      <main id="content" className={styles.content}>
        <Outlet />
      </main>
    </div>
  );
}
