//! The page of one webhook. Invariant: filters and pages are in the address, and what is shown stays current.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { AttemptsPanel } from "./AttemptsPanel.tsx";
import { DeadLettersPanel } from "./DeadLettersPanel.tsx";
import { EndpointPanel } from "./EndpointPanel.tsx";
import { ReplayPanel } from "./ReplayPanel.tsx";
import { SecretsPanel } from "./SecretsPanel.tsx";
import { fetchWebhook, POLL_INTERVAL_MS, WEBHOOKS } from "./webhooks.ts";

function Endpoint({ id }: { id: string }) {
  const search = useSearch({ from: "/event/webhooks/$webhookId" });
  const webhook = useQuery({
    queryKey: [...WEBHOOKS, "one", id],
    queryFn: ({ signal }) => fetchWebhook(id, signal),
    refetchInterval: POLL_INTERVAL_MS,
  });
  if (webhook.data === undefined) {
    if (webhook.isError) return <Failure error={webhook.error} retry={() => void webhook.refetch()} />;
    return <Skeleton height={360} />;
  }
  return (
    <div className="stack">
      {webhook.isError ? <Failure error={webhook.error} retry={() => void webhook.refetch()} /> : null}
      <EndpointPanel webhook={webhook.data} />
      <SecretsPanel id={id} />
      <AttemptsPanel id={id} search={search} />
      <DeadLettersPanel id={id} search={search} />
      <ReplayPanel id={id} replay={webhook.data.replay} />
    </div>
  );
}

/** The page of the webhook whose id is in the address. */
export function WebhookPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { webhookId } = useParams({ from: "/event/webhooks/$webhookId" });
  return (
    // The key makes another webhook another page, whose heading takes the focus.
    <Page
      key={webhookId}
      title={t("event.webhooks.one")}
      lead={<Link to="/event/webhooks">{t("event.webhooks.title")}</Link>}
    >
      {session === null ? <SignInNeeded /> : <Endpoint key={session.clientId} id={webhookId} />}
    </Page>
  );
}
