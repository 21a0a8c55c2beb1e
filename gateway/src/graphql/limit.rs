//! Limits on a GraphQL document. Invariant: a document above one of them is refused before async-graphql validates or
//! runs it, because async-graphql expands a fragment again at each spread.

/// The maximum size of a document, in bytes.
pub const QUERY_BYTES_MAX: usize = 32 * 1024;
/// The maximum number of tokens of a document (GraphQL, section 2.1.6).
pub const TOKENS_MAX: usize = 4_000;
/// The maximum length of a name, in bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// The maximum nesting of brackets, braces and parentheses. The parser needs stack for each level.
pub const NESTING_MAX: usize = 32;

/// The maximum number of operations in a document.
pub const OPERATIONS_MAX: usize = 10;
/// The maximum number of fragments in a document.
pub const FRAGMENTS_MAX: usize = 50;
/// The maximum number of variables of all operations together.
pub const VARIABLES_MAX: usize = 50;
/// The maximum number of aliases. An alias makes the same field run again.
pub const ALIASES_MAX: usize = 30;
/// The maximum number of directives in a document.
pub const DIRECTIVES_MAX: usize = 50;
/// The maximum number of directives on one field.
pub const DIRECTIVES_PER_FIELD_MAX: usize = 5;
/// The maximum number of arguments of one field or directive.
pub const ARGUMENTS_PER_FIELD_MAX: usize = 10;

/// The maximum number of selections of an operation once each fragment spread is replaced by its fragment.
pub const SELECTIONS_MAX: u64 = 1_000;
/// The maximum nesting of selection sets, those of fragments included. The library needs stack for each level.
pub const RECURSION_MAX: usize = 32;
/// The maximum nesting depth of fields.
pub const DEPTH_MAX: u64 = 12;
/// The maximum complexity: the number of fields, each multiplied by the sizes of the pages and lists around it.
pub const COMPLEXITY_MAX: u64 = 10_000;
/// The maximum number of database reads of one operation.
pub const READS_MAX: u64 = 50;
/// The maximum number of database reads of one request that run at the same time.
pub const READS_AT_ONCE_MAX: usize = 2;
/// The maximum size of all arguments, counted again at each spread and at each use of a variable: one for each value,
/// and one for each [`INPUT_UNIT_BYTES`] of its text.
pub const INPUT_MAX: u64 = 10_000;
/// The number of bytes of text that count as one value.
pub const INPUT_UNIT_BYTES: usize = 64;
/// The number of items that a list counts for when its field has no [price](super::price::FieldPrice) of its own.
pub const LIST_ITEMS_ASSUMED: u64 = 10;

/// The maximum nesting depth of fields of an introspection: that of the standard query of graphql-js.
pub const INTROSPECTION_DEPTH_MAX: u64 = 15;
/// The maximum nesting of the lists that lead from one type to others. The standard query nests two of them.
pub const INTROSPECTION_LISTS_MAX: u64 = 2;
/// The maximum complexity of an introspection: three to four times that of the standard query of graphql-js.
pub const INTROSPECTION_COMPLEXITY_MAX: u64 = 100_000;

/// The maximum time that a document waits for a processor, is parsed and is measured, in milliseconds.
pub const PREPARE_MS_MAX: u64 = 2_000;
/// The maximum number of subscriptions of one socket that run at the same time.
pub const GRAPHQL_SUBSCRIPTIONS_MAX: usize = 20;
/// The maximum length of the id of a subscription, in bytes.
pub const SUBSCRIPTION_ID_BYTES_MAX: usize = 128;
/// The maximum number of errors in an answer.
pub const ERRORS_MAX: usize = 100;
