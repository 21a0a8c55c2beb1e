//! The limits of this crate. Invariant: a text above a limit is refused, never truncated. Each limit has a test that
//! exceeds it by one.

/// The longest Digital Link URI or request target, in bytes.
pub const URI_BYTES_MAX: usize = 4_096;

/// The most pairs in the query of a Digital Link URI, empty ones not counted.
pub const QUERY_PAIRS_MAX: usize = 64;

/// The longest element string, in bytes.
pub const ELEMENT_STRING_BYTES_MAX: usize = 4_096;

/// The most elements of an element string or a Digital Link.
pub const ELEMENTS_MAX: usize = 64;

/// The longest root of written links, in bytes: scheme, host and stem.
pub const ROOT_BYTES_MAX: usize = 512;

/// The largest linkset document, in bytes.
pub const LINKSET_BYTES_MAX: usize = 1024 * 1024;

/// The deepest nesting of arrays and objects in a linkset document, including the document itself.
pub const LINKSET_DEPTH_MAX: usize = 16;

/// The most links of a linkset document, over all anchors and link types.
pub const LINKS_MAX: usize = 1_000;

/// The most problems reported for one linkset document.
pub const PROBLEMS_MAX: usize = 100;

/// The longest `Accept`, `Accept-Language` or `context` of a request, in bytes.
pub const PREFERENCE_BYTES_MAX: usize = 1_024;

/// The most entries of an `Accept` or `Accept-Language` header.
pub const PREFERENCES_MAX: usize = 32;

/// The longest member name in the pointer of a problem, in bytes. A member with a longer name is pointed at by the
/// object that has it.
pub const POINTER_NAME_BYTES_MAX: usize = 256;
