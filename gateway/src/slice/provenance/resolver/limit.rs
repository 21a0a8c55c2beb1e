//! The limits of the resolver. Invariant: each limit has a test that exceeds it by one.

/// The most objects for which a tenant stores links.
pub const LINKED_OBJECTS_MAX: u32 = 50_000;

/// The most bytes of all links of a tenant, as they are stored.
pub const LINKS_OF_TENANT_BYTES_MAX: u32 = 64 * 1024 * 1024;

/// The largest request that stores the links of an object, in bytes.
pub const LINKS_BYTES_MAX: usize = 16 * 1024;

/// The most links of an object.
pub const LINKS_PER_OBJECT_MAX: usize = 100;

/// The longest address to which a link leads, in bytes.
pub const LINK_ADDRESS_BYTES_MAX: usize = 2_048;

/// The longest title, description or context of a link, in characters.
pub const LINK_TEXT_CHARS_MAX: usize = 200;

/// The most levels of an object whose links one answer holds: a primary key has at most three qualifiers.
pub(in crate::slice::provenance) const LEVELS_MAX: usize = 8;
