//! The fields of an endpoint that can be changed later, too. Invariant: each fault that the gateway finds is shown at
//! its field, and the first faulty field takes the focus.

import { TextInput } from "@mantine/core";
import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../../api/problem.ts";
import { TypeChoice } from "../TypeChoice.tsx";
import type { Webhook, WebhookConditions } from "./webhooks.ts";

const FIELDS = ["url", "description", "types", "subject"] as const;

/** The field of a fault, which shows it. */
function fieldOf({ pointer }: ProblemEntry): (typeof FIELDS)[number] | undefined {
  return FIELDS.find((field) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));
}

/** Whether a fault is one of a request as a whole, which no field shows. */
export function isElsewhere(entry: ProblemEntry): boolean {
  return fieldOf(entry) === undefined;
}

/** What the fields of a form say. */
export function conditionsOf(form: FormData): WebhookConditions {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    url: text("url"),
    description: text("description"),
    types: form.getAll("type").map(String),
    subject: text("subject") === "" ? null : text("subject"),
  };
}

/** A form whose first faulty field takes the focus after `error`, which reads its fault to screen readers. */
export function useFaultFocus(error: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return form;
}

/** The fields, filled from `webhook` if there is one already; `error` is that of the request. */
export function WebhookFields({ webhook, error }: { webhook?: Webhook; error: unknown }) {
  const { t } = useTranslation();
  const faults = error instanceof ApiProblem ? error.errors : [];
  const faultOf = (field: (typeof FIELDS)[number]) =>
    faults.find((entry) => fieldOf(entry) === field)?.detail;
  return (
    <>
      <TextInput
        size="xs"
        name="url"
        type="url"
        label={t("event.webhooks.url")}
        description={t("event.webhooks.urlHint")}
        placeholder="https://example.com/waymark"
        required
        defaultValue={webhook?.url}
        error={faultOf("url")}
      />
      <TextInput
        size="xs"
        name="description"
        label={t("event.webhooks.description")}
        description={t("event.webhooks.descriptionHint")}
        defaultValue={webhook?.description}
        error={faultOf("description")}
      />
      <TypeChoice chosen={webhook?.types ?? []} error={faultOf("types")} />
      <TextInput
        size="xs"
        name="subject"
        label={t("event.stream.subject")}
        description={t("event.webhooks.subjectHint")}
        defaultValue={webhook?.subject ?? ""}
        error={faultOf("subject")}
      />
    </>
  );
}
