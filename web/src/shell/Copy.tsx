//! A button that copies text. Invariant: the whole value is copied, never its shortened form.

import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon.tsx";

/** Copies `value`; `what` names it for screen readers. */
export function Copy({ value, what }: { value: string; what: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copy.done") : t("copy.do")} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            className="no-print"
            onClick={copy}
            aria-label={copied ? t("copy.done") : t("copy.what", { what })}
          >
            <Icon name={copied ? "check" : "copy"} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
