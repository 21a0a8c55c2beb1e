//! What a field costs. Invariant: prices are known before a document runs. A field without a price costs 1, and its
//! children once for each item of its list.

/// The price of one field of the schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldPrice {
    /// The GraphQL type and the name of its field.
    pub field: (&'static str, &'static str),
    /// The number of database reads, each a transaction.
    pub reads: u64,
    /// The complexity of the field itself.
    pub own: u64,
    /// The number of items for which the children are counted.
    pub items: Items,
}

/// The number of items of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Items {
    /// One.
    One,
    /// The value of an argument, at most `max`; `default` when the argument is absent.
    Page { argument: &'static str, default: u64, max: u64 },
    /// The maximum length of its list.
    AtMost(u64),
}

impl FieldPrice {
    /// A field that reads the database `reads` times and shows one value.
    pub const fn read(of: &'static str, name: &'static str, reads: u64) -> Self {
        Self { field: (of, name), reads, own: 1, items: Items::One }
    }

    /// A page of items from one read. The page itself is free: its cost is that of its items.
    pub const fn page(of: &'static str, name: &'static str, argument: &'static str, default: u32, max: u32) -> Self {
        let items = Items::Page { argument, default: default as u64, max: max as u64 };
        Self { field: (of, name), reads: 1, own: 0, items }
    }

    /// A list of at most `items` items that are already read.
    pub const fn list(of: &'static str, name: &'static str, items: u64) -> Self {
        Self { field: (of, name), reads: 0, own: 1, items: Items::AtMost(items) }
    }

    /// Replaces the complexity of the field itself.
    #[must_use]
    pub const fn weighing(mut self, own: u64) -> Self {
        self.own = own;
        self
    }
}
