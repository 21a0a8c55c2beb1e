//! The rejections of the product slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

use crate::verdict::halts;

chain_types::rejections! {
    "product";
    /// The product's subject is not among the record's subjects.
    SubjectMissing = "subject_missing";
    /// The product is registered with another content.
    ProductExists = "product_exists";
}

halts!(Rejection);
