//! The console's parts of the domain product: routes, navigation and texts.

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../shell/root-route.ts";
import type { Slice } from "../shell/slice.ts";
import { ProductsPage } from "./ProductsPage.tsx";
import { words } from "./words.ts";

const products = createRoute({
  getParentRoute: () => rootRoute,
  path: "/product/products",
  validateSearch: (search: Record<string, unknown>): { cursor?: string } =>
    typeof search.cursor === "string" ? { cursor: search.cursor } : {},
  component: ProductsPage,
});

/** The domain product. */
export const product = {
  name: "product",
  routes: [products],
  navigation: [{ route: products, label: "product.products.title" }],
  words,
} as const satisfies Slice;
