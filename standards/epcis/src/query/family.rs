//! The names of parameters that no index answers (EPCIS 2.0 section 8.2.7.1, and the query schema of the REST binding).
//! A name consists of a comparison, a place and a field: `GE_` `ILMD_` `https://example.org/#weight`. Invariant: a name
//! has one meaning, and a name of another form is unknown.

mod attribute;
mod field;
mod value;

use super::{names::Names, reader::Fault};
use crate::{
    filter::{Comparison, Filter, UnitCode},
    problem::{code, quote},
};

/// The comparison at the beginning of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Exists,
    Compare(Comparison),
}

const OPERATORS: [(&str, Operator); 6] = [
    ("EXISTS_", Operator::Exists),
    ("EQ_", Operator::Compare(Comparison::Equal)),
    ("GT_", Operator::Compare(Comparison::Greater)),
    ("GE_", Operator::Compare(Comparison::GreaterOrEqual)),
    ("LT_", Operator::Compare(Comparison::Less)),
    ("LE_", Operator::Compare(Comparison::LessOrEqual)),
];

/// The fixed names, for the documentation of a repository. The others are families.
pub fn filter_names() -> impl Iterator<Item = String> {
    field::STANDARD
        .iter()
        .flat_map(|standard| standard.operators().map(move |prefix| format!("{prefix}{}", standard.name)))
}

/// A parameter that was recognised by its name.
pub(super) struct Family(Kind);

enum Kind {
    /// A comparison with values of a field.
    Compare { operator: Operator, target: field::Target, unit: Option<UnitCode> },
    /// A condition on attributes of master data.
    Attribute(attribute::Condition),
}

/// Recognises a name.
///
/// # Errors
/// A prefix that is not bound, a unit that is none, or a field or an attribute that is none.
pub(super) fn recognise(name: &str, names: Names<'_>) -> Result<Option<Family>, Fault> {
    if let Some(condition) = attribute::recognise(name, names)? {
        return Ok(Some(Family(Kind::Attribute(condition))));
    }
    let operator = OPERATORS.iter().find_map(|(prefix, operator)| Some((name.strip_prefix(prefix)?, *operator)));
    let Some((rest, operator)) = operator else { return Ok(None) };
    if let Some(target) = field::standard(rest, operator) {
        return Ok(Some(Family(Kind::Compare { operator, target, unit: None })));
    }
    if let Some((target, unit)) = field::with_unit(rest, operator) {
        let unit = UnitCode::read(unit).ok_or_else(|| {
            let detail = format!("{} is not a unit code, as KGM", quote(unit));
            (code::UNKNOWN_QUERY_PARAMETER, detail)
        })?;
        return Ok(Some(Family(Kind::Compare { operator, target, unit: Some(unit) })));
    }
    let target = field::typed(rest, operator, names).map(Ok).or_else(|| field::extension(rest, names));
    let target = target.transpose().map_err(unbound)?;
    Ok(target.map(|target| Family(Kind::Compare { operator, target, unit: None })))
}

/// The fault of a prefix that is not bound.
fn unbound(prefix: &str) -> Fault {
    let detail = format!("the prefix {} is not bound; bind it in GS1-Extensions or @context", quote(prefix));
    (code::UNBOUND_PREFIX, detail)
}

impl Family {
    /// The condition that the values make. `None` for one that is always met.
    ///
    /// # Errors
    /// A sentence for people.
    pub(super) fn filter(self, values: &[&str], names: Names<'_>) -> Result<Option<Filter>, String> {
        let (operator, target, unit) = match self.0 {
            Kind::Attribute(condition) => return condition.filter(values, names).map(Some),
            Kind::Compare { operator, target, unit } => (operator, target, unit),
        };
        let test = match (operator, unit) {
            (Operator::Exists, _) => value::existence(values)?,
            (Operator::Compare(comparison), Some(unit)) => Some(value::measure(comparison, unit, values)?),
            (Operator::Compare(Comparison::Equal), None) => Some(value::one_of(target.kind, values, names)?),
            (Operator::Compare(comparison), None) => Some(value::compare(comparison, target.kind, values)?),
        };
        Ok(test.map(|test| Filter { field: target.field, test }))
    }
}
