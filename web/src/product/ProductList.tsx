//! A page of products as a table.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { TENANT_DATA } from "../auth/session.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Empty } from "../shell/Empty.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Paging } from "../shell/Paging.tsx";
import { Time } from "../shell/Time.tsx";
import { fetchProducts, type Product, registerCommand } from "./products.ts";

/** The page of `limit` products at `cursor`. */
export function ProductList({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  const { t } = useTranslation();
  const page = useQuery({
    queryKey: [...TENANT_DATA, "products", limit, cursor],
    queryFn: ({ signal }) => fetchProducts(limit, cursor, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={160} />;
  const { items, next_cursor: next } = page.data;
  if (items.length === 0) {
    return <Empty title={t("product.products.none")} command={registerCommand(window.location.origin)} />;
  }
  const columns: Column<Product>[] = [
    { header: t("product.products.id"), cell: ({ id }) => id, narrow: "unlabelled" },
    { header: t("product.products.name"), cell: ({ name }) => name ?? "–" },
    { header: t("product.products.registered"), cell: (product) => <Time at={product.registered_at} /> },
  ];
  return (
    <>
      <DataTable
        label={t("product.products.title")}
        columns={columns}
        rows={items}
        rowKey={({ id }, index) => `${id} ${index}`}
      />
      <Paging count={items.length}>
        {cursor === undefined ? null : <Link to="/product/products">{t("list.first")}</Link>}
        {next === null ? null : (
          <Link to="/product/products" search={{ cursor: next }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}
