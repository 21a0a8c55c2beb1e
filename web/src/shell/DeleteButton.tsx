//! A button that deletes something after a question. Invariant: nothing is deleted before the reader has confirmed.

import { Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./DeleteButton.module.css";
import { Failure } from "./Failure.tsx";

/**
 * `name` is the button's name for screen readers, `question` asks, and `onDelete` deletes; `onDone` follows when it
 * succeeded; what it returns is awaited. `texts` are those of the buttons for another word than "delete".
 */
export function DeleteButton({
  name,
  question,
  texts,
  onDelete,
  onDone,
}: {
  name: string;
  question: string;
  texts?: { do: string; confirm: string };
  onDelete: () => Promise<void>;
  onDone: () => unknown;
}) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const title = useId();
  const button = useRef<HTMLButtonElement>(null);
  const deletion = useMutation({
    mutationFn: onDelete,
    onSuccess: async () => {
      await onDone();
      // The button that had the focus is gone with what was deleted.
      document.querySelector("h1")?.focus({ preventScroll: true });
    },
  });

  const stay = () => {
    deletion.reset();
    setIsAsking(false);
    // The button is in the document again when the state is applied.
    requestAnimationFrame(() => button.current?.focus());
  };
  const stayOnEscape = ({ key }: KeyboardEvent) => {
    if (key === "Escape" && !deletion.isPending) stay();
  };

  if (!isAsking) {
    return (
      <Button ref={button} size="xs" variant="default" aria-label={name} onClick={() => setIsAsking(true)}>
        {texts?.do ?? t("delete.do")}
      </Button>
    );
  }
  return (
    <div role="alertdialog" aria-labelledby={title} className={styles.question} onKeyDown={stayOnEscape}>
      <p id={title}>{question}</p>
      {deletion.isError ? <Failure error={deletion.error} isChange /> : null}
      <Group mt="xs">
        <Button size="xs" loading={deletion.isPending} onClick={() => deletion.mutate()}>
          {texts?.confirm ?? t("delete.confirm")}
        </Button>
        <Button size="xs" variant="default" disabled={deletion.isPending} onClick={stay} autoFocus>
          {t("delete.stay")}
        </Button>
      </Group>
    </div>
  );
}
