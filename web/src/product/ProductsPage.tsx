//! The page of the list of products.

import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { useSession } from "../auth/session.ts";
import { Page } from "../shell/Page.tsx";
import { ProductList } from "./ProductList.tsx";

/** The number of products per page. */
const PER_PAGE = 50;

/** The page of products. */
export function ProductsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { cursor } = useSearch({ from: "/product/products" });
  return (
    <Page title={t("product.products.title")} lead={t("product.products.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="panel">
          <ProductList limit={PER_PAGE} cursor={cursor} />
        </div>
      )}
    </Page>
  );
}
