//! What is known of one event: its members, its summary, and links to its record and evidence. Invariant: the evidence
//! is saved exactly as the gateway sent it.

import { Button, CopyButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { evidenceCommand, fetchEvidence } from "../../proof/evidence.ts";
import { Command } from "../../shell/Command.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Icon } from "../../shell/Icon.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { saveFile } from "../../shell/save-file.ts";
import type { Slice } from "../../shell/slice.ts";
import { useFormat } from "../../shell/use-format.ts";
import { slices } from "../../slices.ts";
import type { CloudEvent } from "../cloud-event.ts";
import { domainOf } from "../event-types.ts";
import { Facts } from "../Facts.tsx";
import styles from "./EventList.module.css";

/** The link to the record of an event, by its domain. */
function RecordLink({ event }: { event: CloudEvent }): ReactNode {
  const domain = domainOf(event.type);
  const slice = slices.find(({ name }: Slice) => name === domain) as Slice | undefined;
  return slice?.RecordOfEvent ? <slice.RecordOfEvent event={event} /> : null;
}

function Evidence({ path, id }: { path: string; id: string }) {
  const { t } = useTranslation();
  const saving = useMutation({
    mutationFn: async () =>
      saveFile(
        await fetchEvidence(path, new AbortController().signal),
        "waymark-evidence.json",
        "application/json",
      ),
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="download" />}
        aria-label={t("event.stream.evidenceOf", { id })}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        {t("event.stream.evidence")}
      </Button>
      <CopyButton value={evidenceCommand(window.location.origin, path)}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? t("proof.curlDone") : t("proof.curl")}
          </Button>
        )}
      </CopyButton>
      {saving.isError ? <Failure error={saving.error} /> : null}
    </>
  );
}

/** Shows `event` in full. */
export function EventDetail({ event }: { event: CloudEvent }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, type, subject, source, shard, height, recordindex: index, data, evidence } = event;
  const place = { shard, height: format.count(BigInt(height)), index: format.count(index) };
  return (
    <div className={styles.detail}>
      <Facts
        facts={[
          [t("event.stream.type"), <Identifier key="type" value={type} what={t("event.stream.type")} />],
          [
            t("event.stream.subject"),
            subject ? <Identifier key="subject" value={subject} what={t("event.stream.subject")} /> : null,
          ],
          [
            t("event.stream.source"),
            <Identifier key="source" value={source} what={t("event.stream.source")} />,
          ],
          [t("event.stream.place"), t("event.stream.placeOf", place)],
        ]}
      />
      {Object.keys(data).length === 0 ? (
        <p className="note">{t("event.stream.noData")}</p>
      ) : (
        <Command command={JSON.stringify(data, null, 2)} what={t("event.stream.data")} />
      )}
      <div className={styles.actions}>
        <RecordLink event={event} />
        <Evidence path={evidence} id={id} />
      </div>
    </div>
  );
}
