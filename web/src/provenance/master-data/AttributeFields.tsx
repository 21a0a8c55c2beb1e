//! The fields of one attribute. Invariant: a value that is no text is shown and kept, and each fault that the gateway
//! finds is shown at its field.

import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import styles from "../link/LinkForm.module.css";
import type { AttributeDraft, ElementField } from "./draft.ts";

/** `number` counts the attributes from 1. */
export function AttributeFields({
  attribute,
  number,
  faults,
  onChange,
  onRemove,
}: {
  attribute: AttributeDraft;
  number: number;
  faults: ReadonlyMap<ElementField, string>;
  onChange: (next: Partial<AttributeDraft>) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const isFixed = attribute.fixed !== undefined;
  return (
    <fieldset className={styles.link}>
      <legend>{t("provenance.masterData.attributeNumber", { number })}</legend>
      <div className={styles.fields}>
        <TextInput
          size="xs"
          className={styles.wide}
          label={t("provenance.masterData.attribute")}
          placeholder="urn:epcglobal:cbv:mda#name"
          list="form-attributes"
          value={attribute.id}
          error={faults.get(`${attribute.key}.id`)}
          onChange={({ currentTarget }) => onChange({ id: currentTarget.value })}
        />
        <TextInput
          size="xs"
          className={styles.wide}
          label={t("provenance.masterData.value")}
          readOnly={isFixed}
          description={isFixed ? t("provenance.masterData.fixed") : undefined}
          value={attribute.value}
          error={faults.get(`${attribute.key}.value`)}
          onChange={({ currentTarget }) => onChange({ value: currentTarget.value })}
        />
      </div>
      <div className={styles.row}>
        <Button
          size="xs"
          variant="default"
          aria-label={t("provenance.masterData.remove", { number })}
          onClick={onRemove}
        >
          {t("provenance.links.removeShort")}
        </Button>
      </div>
    </fieldset>
  );
}
