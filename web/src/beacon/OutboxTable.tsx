//! Messages between shards: how many left, how many arrived, how many wait.

import { useTranslation } from "react-i18next";
import type { Outbox } from "../api/network.ts";

/** The panel. */
export function OutboxPanel({ outboxes }: { outboxes: readonly Outbox[] }) {
  const { t, i18n } = useTranslation();
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  return (
    <section className="panel" aria-labelledby="outboxes">
      <h2 id="outboxes">{t("beacon.outboxes")}</h2>
      {outboxes.length === 0 ? (
        <p className="note">{t("beacon.noMessages")}</p>
      ) : (
        <div className="scroll-x">
          <table className="data-table">
            <caption className="visually-hidden">{t("beacon.outboxes")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("beacon.route")}</th>
                {(["sent", "acknowledged", "queued"] as const).map((column) => (
                  <th scope="col" className="number" key={column}>
                    {t(`beacon.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {outboxes.map(({ source, destination, sent, acknowledged }) => (
                <tr key={`${source}-${destination}`}>
                  <th scope="row">{t("beacon.fromTo", { source, destination })}</th>
                  <td className="number">{count(sent)}</td>
                  <td className="number">{count(acknowledged)}</td>
                  <td className="number">{count(sent - acknowledged)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
