//! The image of one barcode, with buttons that save it. Invariant: the image is the gateway's, and so are its files.

import { Button, Group, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TENANT_DATA } from "../../auth/session.ts";
import { Failure } from "../../shell/Failure.tsx";
import { Icon } from "../../shell/Icon.tsx";
import { saveFile } from "../../shell/save-file.ts";
import styles from "./CodeImage.module.css";
import { type Format, fetchCode, fileName, imageAddress, type Symbology } from "./code.ts";

const FORMATS = ["svg", "png"] as const satisfies readonly Format[];

/** Draws `data` as `symbol`. */
export function CodeImage({ data, symbol }: { data: string; symbol: Symbology }) {
  const { t } = useTranslation();
  const title = t(`provenance.code.${symbol}`);
  const image = useQuery({
    queryKey: [...TENANT_DATA, "code", symbol, data],
    queryFn: async ({ signal }) => imageAddress(await (await fetchCode(data, symbol, "svg", signal)).text()),
    // The same data always gives the same image.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const saving = useMutation({
    mutationFn: async (format: Format) => {
      const file = await fetchCode(data, symbol, format, null);
      saveFile(file, fileName(data, symbol, format), file.type);
    },
  });
  if (image.isError) return <Failure error={image.error} retry={() => void image.refetch()} />;
  return (
    <figure className={styles.code}>
      {image.data === undefined ? (
        <Skeleton height={160} width={160} />
      ) : (
        <img src={image.data} alt={t("provenance.code.alt", { title, data })} />
      )}
      <figcaption className="note">{t(`provenance.code.${symbol}Note`)}</figcaption>
      <Group gap="xs" className="no-print">
        {FORMATS.map((format) => (
          <Button
            key={format}
            size="xs"
            variant="default"
            leftSection={<Icon name="download" />}
            aria-label={t("provenance.code.save", { title, format: format.toUpperCase() })}
            loading={saving.isPending && saving.variables === format}
            onClick={() => saving.mutate(format)}
          >
            {format.toUpperCase()}
          </Button>
        ))}
      </Group>
      {saving.isError ? <Failure error={saving.error} /> : null}
    </figure>
  );
}
