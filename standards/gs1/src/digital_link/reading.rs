//! What a reader of Digital Links accepts beyond the syntax of today. Invariant: each switch admits more links, and
//! changes no link that is accepted without it.

/// The legacy and tolerant forms that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "the switches are independent of each other")]
pub struct Reading {
    /// A GTIN of 8, 12 or 13 digits, which is filled up with zeros to 14 (URI Syntax 1.7, section 4.1, for existing
    /// infrastructure).
    pub short_gtins: bool,
    /// Names instead of numbers in the path, such as `gtin`, `lot` and `ser` (URI Syntax 1.1; now withdrawn).
    pub short_names: bool,
    /// A slash after the last value (GS1-Conformant Resolver 1.2, section 2.13).
    pub trailing_slash: bool,
    /// AIs in the query that the dictionary of this crate does not have, such as one that is newer than it. Their
    /// values are one to 90 characters of set 82.
    pub unknown_attributes: bool,
}

impl Reading {
    /// Exactly the syntax of URI Syntax 1.7.
    pub const STRICT: Self =
        Self { short_gtins: false, short_names: false, trailing_slash: false, unknown_attributes: false };

    /// What a resolver accepts: printed codes of earlier versions, and a trailing slash.
    pub const RESOLVER: Self =
        Self { short_gtins: true, short_names: true, trailing_slash: true, unknown_attributes: false };
}
