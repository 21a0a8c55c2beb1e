//! The page to sign in with client credentials. Invariant: the form passes the secret only to the session.

import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../shell/Failure.tsx";
import { Page } from "../shell/Page.tsx";
import { isLinkOffered } from "./console-link.ts";
import { LinkQuestion } from "./LinkQuestion.tsx";
import { signIn, useSession } from "./session.ts";

/** The sign-in form; afterwards it returns to the previous page. */
export function SignInPage() {
  const { t } = useTranslation();
  const { to, link } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const session = useSession();
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setState({ busy: true, error: null });
    try {
      await signIn({
        clientId: String(form.get("client_id")),
        clientSecret: String(form.get("client_secret")),
      });
      await navigate({ href: to ?? "/" });
    } catch (error) {
      setState({ busy: false, error });
    }
  };

  if (link === "confirm" && isLinkOffered() && state.error === null) {
    return (
      <Page title={t("auth.title")}>
        <Stack maw={560}>
          <LinkQuestion
            onDone={() => void navigate({ href: to ?? "/" })}
            onOtherWay={() => void navigate({ to: "/sign-in", search: to === undefined ? {} : { to } })}
            onFailure={(error) => setState({ busy: false, error })}
          />
        </Stack>
      </Page>
    );
  }
  return (
    <Page title={t("auth.title")} lead={t("auth.lead")}>
      <Stack maw={420}>
        {link === "failed" && session === null && state.error === null ? (
          <Alert color="yellow" variant="light" title={t("auth.failed")}>
            {t("auth.linkFailed")}
          </Alert>
        ) : null}
        {state.error === null ? null : <Failure error={state.error} isChange />}
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <TextInput
              name="client_id"
              label={t("auth.clientId")}
              required
              autoComplete="username"
              spellCheck={false}
            />
            <PasswordInput
              name="client_secret"
              label={t("auth.clientSecret")}
              required
              autoComplete="current-password"
            />
            <Button type="submit" loading={state.busy}>
              {state.busy ? t("auth.submitting") : t("auth.submit")}
            </Button>
            <Text size="sm" c="dimmed">
              {t("auth.kept")}
            </Text>
          </Stack>
        </form>
      </Stack>
    </Page>
  );
}
