//! The panel of messages between shards: sent, received and waiting. Invariant: the panel shows what the gateway
//! reports and checks nothing.

import { useTranslation } from "react-i18next";
import type { Outbox } from "../api/network.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { useFormat } from "../shell/use-format.ts";

/** The panel of messages. */
export function OutboxPanel({ outboxes }: { outboxes: readonly Outbox[] }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const columns: Column<Outbox>[] = [
    {
      header: t("beacon.route"),
      cell: ({ source, destination }) => t("beacon.fromTo", { source, destination }),
      narrow: "unlabelled",
    },
    { header: t("beacon.sent"), cell: ({ sent }) => count(sent), align: "end" },
    { header: t("beacon.acknowledged"), cell: ({ acknowledged }) => count(acknowledged), align: "end" },
    {
      header: t("beacon.queued"),
      cell: ({ sent, acknowledged }) => count(sent - acknowledged),
      align: "end",
    },
  ];
  return (
    <section className="panel" aria-labelledby="outboxes">
      <h2 id="outboxes">{t("beacon.outboxes")}</h2>
      {outboxes.length === 0 ? (
        <p className="note">{t("beacon.noMessages")}</p>
      ) : (
        <DataTable
          label={t("beacon.outboxes")}
          columns={columns}
          rows={outboxes}
          rowKey={({ source, destination }) => `${source}-${destination}`}
        />
      )}
    </section>
  );
}
