//! The placeholder of an empty list, with the command that fills the list. Invariant: the command is only shown, never
//! run.

import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Command } from "./Command.tsx";

/** `title` names what is missing. */
export function Empty({ title, command }: { title: string; command: string }) {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mb="sm">
        {t("empty.fill")}
      </Text>
      <Command command={command} what={t("empty.command")} />
    </div>
  );
}
