//! The foot of a list: the number of rows on the page, and links to other pages. Invariant: the links are the caller's.

import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** `count` is the number of rows on this page; `children` are the links. */
export function Paging({ count, children }: { count: number; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" align="baseline" gap="lg" mt="sm">
      <span className="note">{t("list.shown", { count })}</span>
      {children}
    </Group>
  );
}
