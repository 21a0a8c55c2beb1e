//! The size of a selection: what it costs to validate, to run and to answer. Invariant: arithmetic saturates, so no
//! document is large enough to look small.

use super::limit::{
    COMPLEXITY_MAX, DEPTH_MAX, INPUT_MAX, INTROSPECTION_COMPLEXITY_MAX, INTROSPECTION_DEPTH_MAX,
    INTROSPECTION_LISTS_MAX, READS_MAX, RECURSION_MAX, SELECTIONS_MAX,
};

/// The size of a selection set with all its fragments expanded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Size {
    /// The number of selections.
    pub(super) selections: u64,
    /// The nesting of selection sets, those of fragments included.
    pub(super) nesting: u64,
    /// The nesting depth of fields.
    pub(super) depth: u64,
    /// The number of fields, each multiplied by the sizes of the pages and lists around it.
    pub(super) complexity: u64,
    /// The number of database reads, multiplied likewise.
    pub(super) reads: u64,
    /// The values of the arguments.
    pub(super) input: u64,
    /// The nesting of the lists that lead from one type of the schema to others.
    pub(super) lists: u64,
    /// Depth and complexity of the introspections, which are not part of the above.
    pub(super) introspection: Introspection,
}

/// The size of the introspections of a selection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Introspection {
    pub(super) depth: u64,
    pub(super) complexity: u64,
    pub(super) lists: u64,
}

impl Size {
    /// The size of two selections side by side.
    pub(super) fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            nesting: self.nesting.max(other.nesting),
            depth: self.depth.max(other.depth),
            complexity: self.complexity.saturating_add(other.complexity),
            reads: self.reads.saturating_add(other.reads),
            input: self.input.saturating_add(other.input),
            lists: self.lists.max(other.lists),
            introspection: Introspection {
                depth: self.introspection.depth.max(other.introspection.depth),
                complexity: self.introspection.complexity.saturating_add(other.introspection.complexity),
                lists: self.introspection.lists.max(other.introspection.lists),
            },
        }
    }

    /// The size of a selection set one level further down.
    pub(super) fn nested(self) -> Self {
        Self { nesting: self.nesting.saturating_add(1), ..self }
    }

    /// The size of a selection below a field with `items` items.
    pub(super) fn below(self, items: u64) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            complexity: self.complexity.saturating_mul(items),
            reads: self.reads.saturating_mul(items),
            introspection: Introspection {
                complexity: self.introspection.complexity.saturating_mul(items),
                ..self.introspection
            },
            ..self
        }
    }

    /// The size of a field that asks the schema about itself.
    pub(super) fn introspected(self) -> Self {
        let (depth, complexity, lists) = (self.depth.saturating_add(1), self.complexity, self.lists);
        Self { depth: 1, complexity: 1, lists: 0, introspection: Introspection { depth, complexity, lists }, ..self }
    }

    /// The first limit that is exceeded: its name, the value and the maximum.
    pub(super) fn above(&self) -> Option<(&'static str, u64, u64)> {
        let asked = self.introspection;
        [
            ("number of selections, with each fragment expanded,", self.selections, SELECTIONS_MAX),
            ("nesting of selection sets", self.nesting, RECURSION_MAX),
            ("depth", self.depth, DEPTH_MAX),
            ("complexity", self.complexity, COMPLEXITY_MAX),
            ("number of database reads", self.reads, READS_MAX),
            ("size of arguments", self.input, INPUT_MAX),
            ("depth of introspection", asked.depth, INTROSPECTION_DEPTH_MAX),
            ("nesting of lists of types", asked.lists, INTROSPECTION_LISTS_MAX),
            ("complexity of introspection", asked.complexity, INTROSPECTION_COMPLEXITY_MAX),
        ]
        .into_iter()
        .find(|(_, value, max)| value > max)
    }
}
