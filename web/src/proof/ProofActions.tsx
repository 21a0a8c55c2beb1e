//! Buttons to download the bundle, to copy the command that fetches it, and to print the page. Invariant: the
//! downloaded bundle is the text that was received.

import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/Icon.tsx";
import { saveFile } from "../shell/save-file.ts";
import { evidenceCommand } from "./evidence.ts";
import styles from "./ProofActions.module.css";

/** Buttons for the bundle that was read from `evidencePath`. */
export function ProofActions({ evidencePath, bundle }: { evidencePath: string; bundle: string }) {
  const { t } = useTranslation();
  return (
    <div className={`${styles.actions} no-print`}>
      <Button
        size="xs"
        leftSection={<Icon name="download" />}
        onClick={() => saveFile(bundle, "waymark-evidence.json", "application/json")}
      >
        {t("proof.download")}
      </Button>
      <CopyButton value={evidenceCommand(window.location.origin, evidencePath)}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? t("proof.curlDone") : t("proof.curl")}
          </Button>
        )}
      </CopyButton>
      <Button size="xs" variant="default" onClick={() => window.print()}>
        {t("proof.print")}
      </Button>
    </div>
  );
}
