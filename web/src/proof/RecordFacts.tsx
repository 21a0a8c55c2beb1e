//! The content of a verified bundle, as sentences and as digests. Invariant: every line comes from the verifier's
//! report, never from the gateway's index.

import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Hash } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";
import { useFormat } from "../shell/use-format.ts";
import type { Report } from "../verify/report.ts";
import styles from "./RecordFacts.module.css";

export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The sentences of a green verdict. */
export function ProofSentences({
  report,
  elapsedMs,
  isOffline = false,
}: {
  report: Report;
  elapsedMs: number;
  isOffline?: boolean;
}) {
  const { t } = useTranslation();
  const { count, decimal, moment } = useFormat();
  const { record, stream } = report;
  return (
    <>
      {record === null ? null : (
        <p>
          {t("proof.sentence", {
            height: count(record.height),
            shard: record.shard,
            time: moment(record.timestamp),
          })}{" "}
          {record.rejection === null
            ? t("proof.applied")
            : t("proof.rejected", { code: record.rejection.code })}
        </p>
      )}
      {stream === null ? null : (
        <p>
          {stream.count === 0
            ? t("proof.absent", { id: stream.id, tenant: stream.tenant })
            : t("proof.complete", { count: stream.count, id: stream.id, tenant: stream.tenant })}
        </p>
      )}
      <Text size="sm" c="dimmed" component="p">
        {t(isOffline ? "proof.took" : "proof.tookAfterFetch", {
          count: report.computationCount,
          ms: decimal(elapsedMs),
        })}
      </Text>
    </>
  );
}

/** The chain, the block and the ids of a proven bundle. */
export function RecordFacts({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { count, moment } = useFormat();
  const { record, trust } = report;
  return (
    <>
      <Facts>
        {report.chain_id === null ? null : (
          <Fact name={t("proof.chain")}>
            <Hash value={report.chain_id} what={t("proof.chain")} />
          </Fact>
        )}
        {record === null ? null : (
          <>
            <Fact name={t("proof.block")}>
              {t("proof.blockOf", {
                height: count(record.height),
                shard: record.shard,
              })}
              , <Time at={record.timestamp} />
            </Fact>
            <Fact name={t("proof.outcome")}>
              <code>{record.rejection?.code ?? record.events[0] ?? record.outcome}</code>
            </Fact>
            <Fact name={t("proof.tenant")}>
              <Hash value={record.tenant} what={t("proof.tenant")} />
            </Fact>
            <Fact name={t("proof.transaction")}>
              <Hash value={record.tx_id} what={t("proof.transaction")} />
            </Fact>
            <Fact name={t("proof.leaf")}>
              <Hash value={record.leaf} what={t("proof.leaf")} />
            </Fact>
          </>
        )}
      </Facts>
      {trust === null ? null : (
        <Text size="sm" c="dimmed" mt={8}>
          {t(report.anchored ? "proof.anchored" : "proof.unanchored", {
            epoch: count(trust.epoch),
            time: moment(trust.as_of),
          })}
        </Text>
      )}
    </>
  );
}
