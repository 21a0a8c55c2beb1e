//! Buttons that download an event as JSON and as XML. Invariant: the file is what the gateway answered, unchanged.

import { Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import { Icon } from "../../shell/Icon.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { fetchEventDocument } from "../epcis.ts";

const FORMS = [
  { name: "JSON", type: "application/ld+json", file: "event.jsonld" },
  { name: "XML", type: "application/xml", file: "event.xml" },
] as const;

/** The buttons for the event `eventId`. */
export function EventDownloads({ eventId }: { eventId: string }) {
  const { t } = useTranslation();
  const saving = useMutation({
    mutationFn: async ({ type, file }: (typeof FORMS)[number]) =>
      saveFile(await fetchEventDocument(eventId, type), file, type),
  });
  return (
    <div className="no-print">
      <Group gap="xs" mt="xs">
        {FORMS.map((form) => (
          <Button
            key={form.name}
            size="xs"
            variant="default"
            leftSection={<Icon name="download" />}
            aria-label={t("provenance.event.download", { form: form.name })}
            loading={saving.isPending && saving.variables.name === form.name}
            onClick={() => saving.mutate(form)}
          >
            {form.name}
          </Button>
        ))}
      </Group>
      {saving.isError ? <Failure error={saving.error} /> : null}
    </div>
  );
}
