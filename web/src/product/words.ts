//! The texts of products in all languages. Invariant: all languages have the keys of English.

const en = {
  title: "Products",
  products: {
    title: "Products",
    lead: "Products of your tenant, newest first.",
    id: "Id",
    name: "Name",
    registered: "Registered",
    none: "No products yet",
  },
  problem: {
    product_exists: "The product exists with another content",
  },
};

const zhCN: typeof en = {
  title: "产品",
  products: {
    title: "产品",
    lead: "您租户的产品，从新到旧。",
    id: "标识",
    name: "名称",
    registered: "登记时间",
    none: "还没有产品",
  },
  problem: {
    product_exists: "该产品已以其他内容登记",
  },
};

/** The texts, by language tag. */
export const words = { en, "zh-CN": zhCN };
