//! The reader's language and colour scheme. Invariant: both are stored in this browser only.

import { NativeSelect, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { changeLanguage } from "../i18n/setup.ts";
import { LANGUAGES } from "../i18n/words.ts";

/** Two select boxes. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = (["auto", "light", "dark"] as const).map((value) => ({
    value,
    label: t(`shell.${value}`),
  }));
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={t("shell.language")}
        data={LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name }))}
        value={i18n.language}
        onChange={(event) => void changeLanguage(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label={t("shell.scheme")}
        data={schemes}
        value={colorScheme}
        onChange={(event) => setColorScheme(event.currentTarget.value as (typeof schemes)[number]["value"])}
      />
    </>
  );
}
