//! The choice of event types, as check boxes that open below a summary. Invariant: without a choice, all types are
//! meant. A type that this console does not know stays chosen.

import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ALL_TYPES, domainOf, EVENT_TYPES, typeName } from "./event-types.ts";
import styles from "./TypeChoice.module.css";

/** The types by domain, with those of `chosen` that are not known here. */
function groups(chosen: readonly string[]): [string, string[]][] {
  const known = Object.entries(EVENT_TYPES).map(([domain, names]): [string, string[]] => [
    domain,
    names.map((name) => typeName(domain, name)),
  ]);
  const foreign = chosen
    .filter((type) => !ALL_TYPES.includes(type))
    .map((type): [string, string[]] => [domainOf(type), [type]]);
  return [...known, ...foreign];
}

/** The fields of a form are all named `type`; `chosen` are those that are checked at first. */
export function TypeChoice({ chosen, error }: { chosen: readonly string[]; error?: string | undefined }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(chosen);
  const toggle = (type: string, isChecked: boolean) =>
    setNow((before) => (isChecked ? [...before, type] : before.filter((other) => other !== type)));
  return (
    <div className={styles.choice}>
      <details>
        <summary>
          {t("event.types.title")}:{" "}
          {now.length === 0 ? t("event.types.all") : t("event.types.some", { count: now.length })}
        </summary>
        <p className="note">{t("event.types.note")}</p>
        <div className={styles.groups}>
          {groups(chosen).map(([domain, types]) => (
            <fieldset key={types[0]}>
              <legend>{domain}</legend>
              {types.map((type) => (
                <Checkbox
                  key={type}
                  size="xs"
                  name="type"
                  value={type}
                  label={type.split(".").slice(2).join(".")}
                  checked={now.includes(type)}
                  onChange={({ currentTarget }) => toggle(type, currentTarget.checked)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      </details>
      {error === undefined ? null : <p className={styles.error}>{error}</p>}
    </div>
  );
}
