//! The steps of a verification with the hashes that this browser computed in each. Invariant: a step is ticked only
//! when it ran and passed; one that was not reached says so.

import { useTranslation } from "react-i18next";
import type { Words } from "../i18n/en.ts";
import { Hash } from "../shell/Hash.tsx";
import { Icon } from "../shell/Icon.tsx";
import type { Report, StepName, StepReport } from "../verify/report.ts";
import type { Computation } from "../verify/workbook.ts";
import styles from "./StepList.module.css";

/** Computations shown per step; the first and the last ones tell the story. */
const SHOWN_MAX = 60;

function ComputationRow({ computation }: { computation: Computation }) {
  const { t } = useTranslation();
  const { label, method, inputBytes, output, ok } = computation;
  return (
    <tr data-ok={ok}>
      <td className={styles.label}>{label}</td>
      <td>{method === "sha256" ? "SHA-256" : "Ed25519"}</td>
      <td className={styles.size}>{t("proof.bytes", { count: inputBytes })}</td>
      <td>
        <Hash value={output} what={label} />
      </td>
      <td className={styles.mark}>{method === "ed25519" ? <Icon name={ok ? "check" : "cross"} /> : null}</td>
    </tr>
  );
}

function Computations({ step }: { step: StepReport }) {
  const { t } = useTranslation();
  const shown = step.computations.slice(0, SHOWN_MAX);
  const rest = step.computationCount - shown.length;
  if (shown.length === 0) return null;
  return (
    <details className={styles.computations}>
      <summary>{t("proof.computations", { count: step.computationCount })}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label={t(`step.${step.step}.title`)}>
        <table>
          <tbody>
            {shown.map((computation, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is written once and never reordered
              <ComputationRow key={index} computation={computation} />
            ))}
          </tbody>
        </table>
      </section>
      {rest > 0 ? <p className={styles.rest}>{t("proof.more", { count: rest })}</p> : null}
    </details>
  );
}

/** The sentence that says what a step found. */
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

/** After which steps the rest of a record's proof was not reached. */
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

/** The steps that ran, and after a failure those of a record that it kept from running. */
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
