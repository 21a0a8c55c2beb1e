//! The steps of a verification with the hashes that this browser computed in each. Invariant: a step is ticked only
//! when it ran and passed; a step that was not reached is shown as such.

import { useTranslation } from "react-i18next";
import type { Words } from "../i18n/words.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { Icon } from "../shell/Icon.tsx";
import type { Report, StepName, StepReport } from "../verify/report.ts";
import type { Computation } from "../verify/workbook.ts";
import styles from "./StepList.module.css";

/** The maximum number of computations shown per step. */
const SHOWN_MAX = 60;

function Method({ computation: { method, ok } }: { computation: Computation }) {
  const { t } = useTranslation();
  if (method === "sha256") return "SHA-256";
  return (
    <span className={styles.signature} data-ok={ok}>
      Ed25519 <Icon name={ok ? "check" : "cross"} /> {t(ok ? "proof.valid" : "proof.invalid")}
    </span>
  );
}

function Computations({ step }: { step: StepReport }) {
  const { t } = useTranslation();
  const shown = step.computations.slice(0, SHOWN_MAX);
  const rest = step.computationCount - shown.length;
  if (shown.length === 0) return null;
  const columns: Column<Computation>[] = [
    { header: t("proof.computation"), cell: ({ label }) => label, narrow: "unlabelled" },
    { header: t("proof.method"), cell: (computation) => <Method computation={computation} /> },
    {
      header: t("proof.input"),
      cell: ({ inputBytes }) => t("proof.bytes", { count: inputBytes }),
      align: "end",
    },
    {
      header: t("proof.output"),
      cell: ({ output, label }) => <Hash value={output} what={label} />,
      narrow: "below",
    },
  ];
  return (
    <details className={styles.computations}>
      <summary>{t("proof.computations", { count: step.computationCount })}</summary>
      <DataTable
        label={t(`step.${step.step}.title`)}
        className={styles.scroll}
        columns={columns}
        rows={shown}
        rowKey={(_, index) => index}
      />
      {rest > 0 ? <p className={styles.rest}>{t("proof.more", { count: rest })}</p> : null}
    </details>
  );
}

/** The translation key of a step's result. */
function foundKey({ step, found }: StepReport): `found.${keyof Words["found"]}` {
  if (step !== "fields") return `found.${step as "genesis"}`;
  const sentences = {
    public: "found.fieldsPublic",
    unknown: "found.fieldsUnknown",
    sealed: "found.fields",
  } as const;
  return sentences[found?.kind as keyof typeof sentences];
}

function StepItem({ step, name }: { step: StepReport | null; name: StepName }) {
  const { t } = useTranslation();
  const mark = step === null ? "none" : step.ok ? "ok" : "failed";
  return (
    <li className={styles.step} data-mark={mark} data-step={name}>
      <span className={styles.sign}>
        <Icon name={{ none: "dash", ok: "check", failed: "cross" }[mark] as "dash" | "check" | "cross"} />
      </span>
      <div className={styles.body}>
        <div className={styles.head}>
          <span className={styles.title}>{t(`step.${name}.title`)}</span>
          <code className={styles.name}>{name}</code>
          {step === null ? <span className={styles.name}>{t("proof.notRun")}</span> : null}
        </div>
        <p className={styles.says}>
          {mark === "ok" ? t(`step.${name}.says`) : t("proof.mustHold", { claim: t(`step.${name}.says`) })}
        </p>
        {step?.found ? <p className={styles.found}>{t(foundKey(step), step.found)}</p> : null}
        {step !== null && !step.ok ? (
          <p className={styles.detail} lang="en">
            {step.detail}
          </p>
        ) : null}
        {step === null ? null : <Computations step={step} />}
      </div>
    </li>
  );
}

/** The steps of a record's proof; those after a failed one are shown as not reached. */
const RECORD_STEPS: readonly StepName[] = [
  "shape",
  "genesis",
  "fields",
  "command",
  "author",
  "record",
  "inclusion",
  "certificate",
];

/** Lists the steps that ran, and after a failure the steps of a record that were not reached. */
export function StepList({ report }: { report: Report }) {
  const { t } = useTranslation();
  const failed = report.steps.find((step) => !step.ok)?.step;
  const unreached = failed === undefined ? [] : RECORD_STEPS.slice(RECORD_STEPS.indexOf(failed) + 1);
  return (
    <section aria-label={t("proof.steps")}>
      <ol className={styles.list}>
        {report.steps.map((step) => (
          <StepItem key={step.step} step={step} name={step.step} />
        ))}
        {(failed !== undefined && RECORD_STEPS.includes(failed) ? unreached : []).map((name) => (
          <StepItem key={name} step={null} name={name} />
        ))}
      </ol>
    </section>
  );
}
