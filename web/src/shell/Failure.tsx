//! A failed request: its cause, a button to retry, and the note that nothing was lost. Invariant: a code without a
//! translation is shown with the server's title.

import { Alert, Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../api/problem.ts";

/** The translation key of a code: the domain's, else the shared one; `null` when there is none. */
function problemKey(code: string, exists: (key: string) => boolean) {
  const [domain = "", ...rest] = code.split(".");
  const key = [`${domain}.problem.${rest.join(".")}`, `problem.${code}`].find(exists);
  return (key as "failure.network" | undefined) ?? null;
}

/**
 * Shows `error`; `retry` adds a button that repeats the request. `isChange` is for a request that does more than read,
 * such as signing in. Faults whose field shows them are left out by `isShown`.
 */
export function Failure({
  error,
  retry,
  isChange = false,
  isShown = () => true,
}: {
  error: unknown;
  retry?: () => void;
  isChange?: boolean;
  isShown?: (entry: ProblemEntry) => boolean;
}) {
  const { t, i18n } = useTranslation();
  const problem = error instanceof ApiProblem ? error : null;
  const key = problem === null ? "failure.network" : problemKey(problem.code, (one) => i18n.exists(one));
  return (
    <Alert color="red" variant="light" title={key === null ? problem?.title : t(key)} role="alert">
      <Text size="sm">{problem?.detail ?? t("failure.networkDetail")}</Text>
      {problem?.errors.filter(isShown).map((entry) => (
        <Text size="sm" key={`${entry.pointer} ${entry.code}`}>
          <code>{entry.pointer || "/"}</code> {entry.detail}
        </Text>
      ))}
      {isChange ? null : (
        <Text size="sm" mt={6}>
          {t("failure.safe")}
        </Text>
      )}
      {problem?.traceId ? (
        <Text size="xs" mt={6}>
          {t("failure.trace")} <code>{problem.traceId}</code>
        </Text>
      ) : null}
      {retry ? (
        <Button mt="sm" size="xs" variant="default" onClick={retry}>
          {t("failure.retry")}
        </Button>
      ) : null}
    </Alert>
  );
}
