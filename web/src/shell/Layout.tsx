//! The layout around every page: brand, account, navigation and preferences. Invariant: on narrow screens a button
//! opens navigation and preferences, so that the header takes one row.

import { ActionIcon } from "@mantine/core";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "../auth/AccountMenu.tsx";
import { Icon } from "./Icon.tsx";
import styles from "./Layout.module.css";
import { Navigation } from "./Navigation.tsx";
import { Preferences } from "./Preferences.tsx";

/** The menu of narrow screens; it closes when the page changes, and with Escape. */
function useMenu() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the event, not an input
  useEffect(() => setIsOpen(false), [path]);
  useEffect(() => {
    if (!isOpen) return;
    const closeOnEscape = ({ key }: KeyboardEvent) => {
      if (key !== "Escape") return;
      setIsOpen(false);
      button.current?.focus();
    };
    document.addEventListener("keydown", closeOnEscape);
    return () => document.removeEventListener("keydown", closeOnEscape);
  }, [isOpen]);
  return { isOpen, toggle: () => setIsOpen(!isOpen), button };
}

/** The layout around the page of the current address. */
export function Layout() {
  const { t } = useTranslation();
  const { isOpen, toggle, button } = useMenu();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t("shell.skip")}
      </a>
      <header className={styles.top}>
        <ActionIcon
          ref={button}
          className={styles.menu}
          variant="default"
          size={30}
          aria-label={t("shell.menu")}
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={toggle}
        >
          <Icon name={isOpen ? "cross" : "menu"} />
        </ActionIcon>
        <Link to="/" className={styles.brand}>
          <img src="/favicon.svg" width="22" height="22" alt="" />
          Waymark
        </Link>
        <div className={styles.account}>
          <AccountMenu />
        </div>
      </header>
      <div id="navigation" className={styles.side} data-open={isOpen}>
        <Navigation />
        <section className={styles.preferences} aria-label={t("shell.preferences")}>
          <Preferences />
        </section>
      </div>
      <main id="content" className={styles.content}>
        <Outlet />
      </main>
    </div>
  );
}
