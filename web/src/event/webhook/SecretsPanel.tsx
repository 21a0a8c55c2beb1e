//! The valid secrets of an endpoint, and the button that makes a new one. Invariant: the value of a secret is shown
//! only after it was made here.

import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { Time } from "../../shell/Time.tsx";
import { SecretOnce } from "./SecretOnce.tsx";
import { useMaking } from "./use-making.ts";
import styles from "./Webhook.module.css";
import { fetchSecrets, rotateSecret, WEBHOOKS, type WebhookSecret } from "./webhooks.ts";

const HOUR_S = 3_600;
/** How long the secret before can stay valid, in seconds, with the key of the text. */
const GRACES = [
  [24 * HOUR_S, "day"],
  [HOUR_S, "hour"],
  [7 * 24 * HOUR_S, "week"],
  [0, "none"],
] as const;

function SecretTable({ rows }: { rows: readonly WebhookSecret[] | null }) {
  const { t } = useTranslation();
  const columns: Column<WebhookSecret>[] = [
    { header: t("event.webhooks.id"), cell: ({ id }) => <code>{id}</code>, narrow: "below" },
    {
      header: t("event.webhooks.publicKey"),
      cell: ({ public_key: key }) =>
        key === null ? (
          t("event.webhooks.noPublicKey")
        ) : (
          <Identifier value={key} what={t("event.webhooks.publicKey")} />
        ),
      narrow: "below",
    },
    { header: t("event.webhooks.created"), cell: ({ created_at: at }) => <Time at={at} /> },
    {
      header: t("event.webhooks.expires"),
      cell: ({ expires_at: at }) => (at === null ? t("event.webhooks.noExpiry") : <Time at={at} />),
    },
  ];
  return (
    <DataTable label={t("event.webhooks.secrets")} columns={columns} rows={rows} rowKey={({ id }) => id} />
  );
}

/** Shows the secrets of the endpoint `id`. */
export function SecretsPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [graceS, setGraceS] = useState<number>(GRACES[0][0]);
  const secrets = useQuery({
    queryKey: [...WEBHOOKS, "one", id, "secrets"],
    queryFn: ({ signal }) => fetchSecrets(id, signal),
  });
  const rotating = useMaking(
    (wanted: number, key) => rotateSecret(id, wanted, key),
    () => queries.invalidateQueries({ queryKey: [...WEBHOOKS, "one", id, "secrets"] }),
  );
  const rotate = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rotating.mutate(graceS);
  };
  const { data: made } = rotating;
  return (
    <section className="panel stack" aria-labelledby="secrets">
      <h2 id="secrets">{t("event.webhooks.secrets")}</h2>
      {secrets.isError ? (
        <Failure error={secrets.error} retry={() => void secrets.refetch()} />
      ) : (
        <SecretTable rows={secrets.data ?? null} />
      )}
      <form className={styles.row} onSubmit={rotate} aria-label={t("event.webhooks.rotate")}>
        <NativeSelect
          size="xs"
          label={t("event.webhooks.grace")}
          data={GRACES.map(([value, key]) => ({
            value: String(value),
            label: t(`event.webhooks.graces.${key}`),
          }))}
          value={String(graceS)}
          onChange={({ currentTarget }) => setGraceS(Number(currentTarget.value))}
        />
        <Button size="xs" variant="default" type="submit" loading={rotating.isPending}>
          {t("event.webhooks.rotate")}
        </Button>
      </form>
      {rotating.isError ? <Failure error={rotating.error} isChange /> : null}
      {/* The key lets the next secret take the focus, too. */}
      {made === undefined ? null : (
        <SecretOnce key={made.id} secret={made.secret} publicKey={made.public_key} />
      )}
    </section>
  );
}
