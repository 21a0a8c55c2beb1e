//! The kinds of values that events name, and that the EPCIS binding lists. Invariant: a stored number never changes its
//! meaning.

use crate::column;
use standards_epcis::limit::QUERY_VALUE_BYTES_MAX;

/// The longest value that is listed, in bytes: a longer one cannot be asked for.
pub const VALUE_BYTES_MAX: usize = QUERY_VALUE_BYTES_MAX;

/// A kind of values of events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ValueKind {
    /// Event types of users, by their URIs. The standard's are not stored.
    OwnType,
    /// EPCs in any role, in canonical form. Classes are none.
    Epc,
    /// `bizStep`: bare words or users' URIs.
    BizStep,
    /// `bizLocation`, in canonical form.
    BizLocation,
    /// `readPoint`, in canonical form.
    ReadPoint,
    /// `disposition`: bare words or users' URIs.
    Disposition,
}

impl ValueKind {
    /// All kinds, in the order of their stored numbers.
    pub const ALL: [Self; 6] =
        [Self::OwnType, Self::Epc, Self::BizStep, Self::BizLocation, Self::ReadPoint, Self::Disposition];

    const fn number(self) -> i16 {
        match self {
            Self::OwnType => 1,
            Self::Epc => 2,
            Self::BizStep => 3,
            Self::BizLocation => 4,
            Self::ReadPoint => 5,
            Self::Disposition => 6,
        }
    }
}

column::column_types! {
    ValueKind as i16: |kind| Ok(kind.number()), |sql| column::from_number(&ValueKind::ALL, ValueKind::number, sql);
}

/// Whether a value is listed.
pub(super) fn is_listed(value: &str) -> bool {
    !value.is_empty() && value.len() <= VALUE_BYTES_MAX && !value.contains(char::is_control)
}
