//! The rejections of the account slice; each comment is the text that clients see. Invariant: codes never change
//! meaning.

use crate::verdict::halts;

chain_types::rejections! {
    "account";
    /// Only the operator may do this.
    NotOperator = "not_operator";
    /// The tenant exists already.
    TenantExists = "tenant_exists";
    /// The transaction's tenant is not registered here.
    UnknownTenant = "unknown_tenant";
    /// The number of partitions is out of range.
    Partitions = "partitions_out_of_range";
    /// The key is of small order.
    WeakKey = "weak_key";
    /// The key is an author already.
    AuthorExists = "author_exists";
    /// The key is not an author.
    UnknownAuthor = "unknown_author";
    /// A tenant keeps at least one author.
    LastAuthor = "last_author";
    /// The tenant has as many authors as it may have.
    TooManyAuthors = "too_many_authors";
}

halts!(Rejection);
