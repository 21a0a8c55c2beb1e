//! File inputs. Invariant: everything that works with a mouse also works with a keyboard.

import { Button, type ButtonVariant } from "@mantine/core";
import { type DragEvent, useId, useRef, useState } from "react";
import styles from "./VerifyPage.module.css";

/** A button that opens the dialog for a JSON file. */
export function FileButton({
  label,
  onFile,
  variant = "filled",
}: {
  label: string;
  onFile: (file: File) => void;
  variant?: ButtonVariant;
}) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <>
      <Button size="xs" variant={variant} onClick={() => input.current?.click()} aria-controls={id}>
        {label}
      </Button>
      <input
        ref={input}
        id={id}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={label}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // Allows choosing the same file again after it has changed.
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}

/** An area to drop a file on, with a button that does the same. */
export function Dropzone({
  title,
  choose,
  note,
  onFile,
}: {
  title: string;
  choose: string;
  note: string;
  onFile: (file: File) => void;
}) {
  const [isOver, setIsOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  };
  return (
    <section
      className={styles.zone}
      data-over={isOver}
      aria-label={title}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <strong>{title}</strong>
      <FileButton label={choose} onFile={onFile} />
      <p className="note">{note}</p>
    </section>
  );
}
