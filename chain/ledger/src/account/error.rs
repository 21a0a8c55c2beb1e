//! Why the account slice rejects. Invariant: codes never change meaning.

use chain_types::Rejection;

/// The slice's rejections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// Only the operator may do this.
    NotOperator,
    /// The tenant exists already.
    TenantExists,
    /// The transaction's tenant is not registered here.
    UnknownTenant,
    /// The number of partitions is out of range.
    Partitions,
    /// The key is of small order.
    WeakKey,
    /// The key is an author already.
    AuthorExists,
    /// The key is not an author.
    UnknownAuthor,
    /// A tenant keeps at least one author.
    LastAuthor,
    /// The tenant has as many authors as it may have.
    TooManyAuthors,
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOperator => "account.not_operator",
            Self::TenantExists => "account.tenant_exists",
            Self::UnknownTenant => "account.unknown_tenant",
            Self::Partitions => "account.partitions_out_of_range",
            Self::WeakKey => "account.weak_key",
            Self::AuthorExists => "account.author_exists",
            Self::UnknownAuthor => "account.unknown_author",
            Self::LastAuthor => "account.last_author",
            Self::TooManyAuthors => "account.too_many_authors",
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code())
    }
}
