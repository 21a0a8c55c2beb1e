//! What went wrong, what is safe, and what to do next. Invariant: a failure never leaves the reader guessing whether
//! anything was lost.

import { Alert, Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/problem.ts";

/** Shows a failed read. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  const problem = error instanceof ApiProblem ? error : null;
  const code = problem?.code ?? "network";
  // Codes are translated; a code without a translation speaks by its own title.
  const known = i18n.exists(`problem.${code}`) ? t(`problem.${code}` as "failure.network") : null;
  return (
    <Alert color="red" variant="light" title={known ?? problem?.title ?? t("failure.network")} role="alert">
      <Text size="sm">{problem?.detail ?? t("failure.networkDetail")}</Text>
      {problem?.errors.map((entry) => (
        <Text size="sm" key={`${entry.pointer} ${entry.code}`}>
          <code>{entry.pointer || "/"}</code> {entry.detail}
        </Text>
      ))}
      <Text size="sm" mt={6}>
        {t("failure.safe")}
      </Text>
      {problem?.traceId ? (
        <Text size="xs" mt={6} c="dimmed">
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
