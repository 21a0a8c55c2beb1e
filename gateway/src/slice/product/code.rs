//! Problem codes of products.

crate::error::codes! {
    /// The product is registered with another content.
    PRODUCT_EXISTS = "product.product_exists", 409, "The product exists with another content";
}
