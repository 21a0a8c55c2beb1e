//! The values of parameters that no index answers. Invariant: a value that does not have the type of its field is
//! refused, never ignored.

use standards_number::{Decimal, Grammar};

use super::{Comparison, Names, field::Kind};
use crate::{
    extract::canonical_identifier,
    filter::{Bound, Form, Test, UnitCode, Values},
    problem::quote,
    timestamp::Timestamp,
};

fn read_existence(text: &str) -> Option<bool> {
    text.parse().ok()
}

/// The test of `EXISTS_…`. `None` for `false`, which is no condition.
pub(super) fn existence(values: &[&str]) -> Result<Option<Test>, String> {
    match values {
        [value] => match read_existence(value) {
            Some(exists) => Ok(exists.then_some(Test::Exists)),
            None => Err(format!("{} is not \"true\" or \"false\"", quote(value))),
        },
        _ => Err("takes one value".to_owned()),
    }
}

/// The test of a number with a unit.
pub(super) fn measure(comparison: Comparison, unit: UnitCode, values: &[&str]) -> Result<Test, String> {
    let mut values: Vec<Decimal> = values.iter().map(|value| number(value)).collect::<Result<_, _>>()?;
    if comparison != Comparison::Equal && values.len() > 1 {
        return Err("takes one value".to_owned());
    }
    values.sort_unstable();
    Ok(Test::Measure { comparison, values, unit })
}

/// The test of `EQ_…`.
pub(super) fn one_of(kind: Kind, values: &[&str], names: Names<'_>) -> Result<Test, String> {
    let form = match kind {
        Kind::Text(form) => form,
        Kind::Number => Form::Number,
        Kind::Any | Kind::Time | Kind::Part => Form::Extension,
    };
    let mut found = Values { form, texts: Vec::new(), numbers: Vec::new(), times: Vec::new() };
    if form == Form::Boolean && values.len() > 1 {
        return Err("takes one value".to_owned());
    }
    for value in values {
        match form {
            Form::Number => found.numbers.push(number(value)?),
            Form::Extension => {
                found.numbers.extend(Decimal::read(value, Grammar::Lenient).ok());
                found.times.extend(Timestamp::parse(value));
                found.texts.push(names.expand(value).into_owned());
            }
            Form::Identifier => found.texts.push(canonical_identifier(&names.expand(value)).into_owned()),
            Form::Word(vocabulary) => found.texts.push(vocabulary.canonical(&names.expand(value)).into_owned()),
            Form::Text => found.texts.push((*value).to_owned()),
            Form::Hex if value.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                found.texts.push(value.to_ascii_lowercase());
            }
            Form::Hex => return Err(format!("{} is not hexadecimal", quote(value))),
            Form::Boolean if read_existence(value).is_some() => found.texts.push((*value).to_owned()),
            Form::Boolean => return Err(format!("{} is not \"true\" or \"false\"", quote(value))),
        }
    }
    found.texts.sort_unstable();
    found.numbers.sort_unstable();
    found.times.sort_unstable();
    Ok(Test::OneOf(found))
}

/// The test of `GT_…`, `GE_…`, `LT_…` and `LE_…`.
pub(super) fn compare(comparison: Comparison, kind: Kind, values: &[&str]) -> Result<Test, String> {
    let [value] = values else { return Err("takes one value".to_owned()) };
    let time = Timestamp::parse(value).map(Bound::Time);
    let bound = match kind {
        Kind::Time => time.ok_or_else(|| format!("{} is not a time with a zone", quote(value)))?,
        Kind::Number => Bound::Number(number(value)?),
        Kind::Any | Kind::Text(_) | Kind::Part => match time {
            Some(time) => time,
            None => Bound::Number(
                number(value).map_err(|_| format!("{} is neither a number nor a time with a zone", quote(value)))?,
            ),
        },
    };
    Ok(Test::Compare(comparison, bound))
}

fn number(text: &str) -> Result<Decimal, String> {
    Decimal::read(text, Grammar::Lenient).map_err(|error| format!("{}: {error}", quote(text)))
}
