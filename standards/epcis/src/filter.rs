//! The conditions of a query that no index answers: extensions, master data in an event, sensor data, quantities,
//! parties, times of error declarations, and attributes of master data that an event names (EPCIS 2.0 section 8.2.7.1).
//! Each candidate event is read and checked. Invariant: the work on an event is in proportion to its bytes, times the
//! conditions on fields that it has. A value that is not in the form that a condition asks for does not match.

mod checker;
mod element;
mod extension;
mod naming;
mod test;

use std::cmp::Ordering;

use standards_number::Decimal;

pub use checker::{Checker, Outcome};
pub use element::{ElementChecker, Elements, NAMED_IDS_PER_EVENT_MAX, WANTED_BYTES_MAX, WANTED_IDS_MAX, Wanted};
pub(crate) use naming::{NAMINGS, Named};

use crate::{timestamp::Timestamp, unit::Unit, vocabulary::Vocabulary};

/// One condition: some value of a field passes a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub(crate) field: Field,
    pub(crate) test: Test,
}

impl Filter {
    /// Whether it is about an attribute of master data.
    pub fn is_on_attributes(&self) -> bool {
        matches!(self.field, Field::Attribute { .. })
    }
}

/// The fields that a condition is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    /// A user's field, by its full name.
    Extension { place: Place, depth: Depth, name: FieldName },
    /// `errorDeclaration/declarationTime`.
    DeclarationTime,
    /// `quantity` in any list of classes.
    Quantity,
    /// `sensorElementList`.
    SensorElements,
    /// A standard field of `sensorMetadata` and `sensorReport`.
    Sensor(&'static str),
    /// The items of one type in a list of transactions, sources or destinations.
    Typed { list: TypedList, kind: String },
    /// Attributes of the elements of master data that a field names, by the full URIs of the attributes.
    Attribute { of: Named, names: Vec<String> },
}

/// Where a user's field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Event,
    Ilmd,
    ErrorDeclaration,
    ReadPoint,
    BizLocation,
    SensorElement,
    SensorMetadata,
    SensorReport,
}

/// How deep a user's field stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// A member of the place itself.
    Top,
    /// `INNER`: at any level below a user's field of the place.
    Inner,
}

/// The full name of a user's field. The standard joins namespace and name by `#`, JSON-LD joins them by nothing. So a
/// text with a `#` can mean two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldName {
    pub(crate) full: String,
    pub(crate) other: Option<String>,
}

/// The lists whose elements have a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypedList {
    BizTransaction,
    Source,
    Destination,
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// `EXISTS_…`: anything that is not empty.
    Exists,
    /// `EQ_…`: one of these.
    OneOf(Values),
    /// `GT_…`, `GE_…`, `LT_…`, `LE_…`.
    Compare(Comparison, Bound),
    /// A number in the unit that the event states beside it.
    Measure { comparison: Comparison, values: Vec<Decimal>, unit: UnitCode },
}

/// The values of an `EQ_…` condition, each list sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) form: Form,
    pub(crate) texts: Vec<String>,
    pub(crate) numbers: Vec<Decimal>,
    pub(crate) times: Vec<Timestamp>,
}

/// The form in which texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Of a user's field: with a prefix written out.
    Extension,
    /// A number.
    Number,
    /// An identifier in any spelling.
    Identifier,
    /// A word of a vocabulary in any spelling.
    Word(&'static Vocabulary),
    /// Exactly this text.
    Text,
    /// Hexadecimal digits, large or small.
    Hex,
    /// `true` or `false`.
    Boolean,
}

/// The value that another one is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bound {
    Number(Decimal),
    Time(Timestamp),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    /// Whether it holds for a value in this order to the bound.
    pub(crate) const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}

/// The unit of a query's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitCode {
    Known(&'static Unit),
    /// A code that is not listed: it is compared with itself alone.
    Other {
        code: [u8; 4],
        length: usize,
    },
}

impl UnitCode {
    /// Reads two to four capitals and digits. `None` for other texts.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(2..=4).contains(&text.len()) || !text.bytes().all(is_code) {
            return None;
        }
        if let Some(unit) = Unit::find(text) {
            return Some(Self::Known(unit));
        }
        let mut code = [0; 4];
        code[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self::Other { code, length: text.len() })
    }

    fn is(&self, text: &str) -> bool {
        match self {
            Self::Known(unit) => unit.code() == text,
            Self::Other { code, length } => code[..*length] == *text.as_bytes(),
        }
    }
}
