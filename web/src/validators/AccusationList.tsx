//! Detected equivocations with both votes. Invariant: an accusation is called proved only after this browser has
//! checked both signatures.

import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Accusation, AccusedVote } from "../api/network.ts";
import { Banner } from "../proof/VerdictBanner.tsx";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { useConvicted } from "./use-convicted.ts";

type Vote = AccusedVote & { which: "first" | "second" };

function VoteTable({ first, second }: Pick<Accusation, "first" | "second">) {
  const { t } = useTranslation();
  const columns: Column<Vote>[] = [
    { header: t("validators.vote"), cell: ({ which }) => t(`validators.${which}`) },
    { header: t("validators.step"), cell: ({ step }) => <code>{step}</code> },
    {
      header: t("validators.block"),
      cell: ({ block }) => <Hash value={block} what={t("validators.block")} />,
    },
    { header: t("validators.bytes"), cell: ({ vote }) => <Hash value={vote} what={t("validators.vote")} /> },
    {
      header: t("validators.signature"),
      cell: ({ signature }) => <Hash value={signature} what={t("validators.signature")} />,
    },
  ];
  return (
    <DataTable
      label={t("validators.accusations")}
      columns={columns}
      rows={[
        { ...first, which: "first" },
        { ...second, which: "second" },
      ]}
      rowKey={({ which }) => which}
    />
  );
}

function Verdict({ accusation }: { accusation: Accusation }) {
  const { t } = useTranslation();
  const checked = useConvicted(accusation);
  if (checked.isPending) return <Banner tone="busy" title={t("validators.checking")} />;
  if (checked.isError) return <Banner tone="unsure" title={t("proof.unavailable")} />;
  return checked.data ? (
    <Banner tone="bad" title={t("validators.proved", { index: accusation.validator })} />
  ) : (
    <Banner tone="unsure" title={t("validators.unproved", { index: accusation.validator })} />
  );
}

function AccusationItem({ accusation }: { accusation: Accusation }) {
  const { t } = useTranslation();
  const { shard, validator, key, first, second, evidence } = accusation;
  const name = t("validators.name", { index: validator });
  return (
    <li>
      <Verdict accusation={accusation} />
      <p>{t("validators.accused", { name, shard, height: first.height, view: first.view })}</p>
      <VoteTable first={first} second={second} />
      <p className="note">
        {t("validators.keyOf", { name })} <Hash value={key} what={t("validators.keyOf", { name })} />{" "}
        {t("validators.evidence")} <Hash value={evidence} what={t("validators.evidence")} />
      </p>
    </li>
  );
}

/** The list; `accusations` is `null` until the first response. */
export function AccusationList({ accusations }: { accusations: readonly Accusation[] | null }) {
  const { t } = useTranslation();
  if (accusations === null) return <Skeleton height={24} mt={8} />;
  if (accusations.length === 0) return <p className="note">{t("validators.noAccusations")}</p>;
  return (
    <ul className="stack">
      {accusations.map((accusation) => (
        <AccusationItem key={accusation.evidence} accusation={accusation} />
      ))}
    </ul>
  );
}
