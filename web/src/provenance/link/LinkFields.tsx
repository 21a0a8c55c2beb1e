//! The fields of one link. Invariant: each fault that the gateway finds is shown at its field.

import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LinkDraft, LinkField } from "./draft.ts";
import styles from "./LinkForm.module.css";
import { isOffered, OFFERED, typeName, typeOf } from "./link-type.ts";

/** A type with its words; a type without words is shown as it is stored. */
function useTypeOptions(type: string): { value: string; label: string }[] {
  const { t } = useTranslation();
  const offered: { value: string; label: string }[] = OFFERED.map((name) => ({
    value: typeOf(name),
    label: t(`provenance.links.type.${name}`),
  }));
  if (offered.some(({ value }) => value === type)) return offered;
  const name = typeName(type);
  return [...offered, { value: type, label: isOffered(name) ? t(`provenance.links.type.${name}`) : name }];
}

/** `number` counts the links from 1; `onRemove` is absent for the only link. */
export function LinkFields({
  link,
  number,
  isDefault,
  faults,
  onChange,
  onDefault,
  onRemove,
}: {
  link: LinkDraft;
  number: number;
  isDefault: boolean;
  faults: ReadonlyMap<LinkField, string>;
  onChange: (next: Partial<LinkDraft>) => void;
  onDefault: (isDefault: boolean) => void;
  onRemove: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.link}>
      <legend>{t("provenance.links.link", { number })}</legend>
      <div className={styles.fields}>
        <TextInput
          size="xs"
          type="url"
          className={styles.wide}
          label={t("provenance.links.href")}
          placeholder="https://"
          required
          value={link.href}
          error={faults.get(`${link.id}.href`)}
          onChange={({ currentTarget }) => onChange({ href: currentTarget.value })}
        />
        <TextInput
          size="xs"
          className={styles.wide}
          label={t("provenance.links.linkTitle")}
          required
          value={link.title}
          error={faults.get(`${link.id}.title`)}
          onChange={({ currentTarget }) => onChange({ title: currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label={t("provenance.links.linkType")}
          data={useTypeOptions(link.type)}
          value={link.type}
          error={faults.get(`${link.id}.type`)}
          onChange={({ currentTarget }) => onChange({ type: currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={t("provenance.links.languages")}
          placeholder="en, zh-CN"
          value={link.languages}
          error={faults.get(`${link.id}.languages`)}
          onChange={({ currentTarget }) => onChange({ languages: currentTarget.value })}
        />
      </div>
      <div className={styles.row}>
        <Checkbox
          size="xs"
          label={t("provenance.links.isDefault")}
          checked={isDefault}
          onChange={({ currentTarget }) => onDefault(currentTarget.checked)}
        />
        {onRemove === undefined ? null : (
          <Button
            size="xs"
            variant="default"
            aria-label={t("provenance.links.remove", { number })}
            onClick={onRemove}
          >
            {t("provenance.links.removeShort")}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
