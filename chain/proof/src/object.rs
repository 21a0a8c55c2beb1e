//! Reads JSON whose objects are objects. Invariant: where a format has an object, an array is refused, although serde
//! would take its elements as the members in order. So one value has one shape, as other verifiers read it.

use serde::{Serialize, de::DeserializeOwned, de::Error as _};
use serde_json::Value;

/// Reads a value from JSON text.
///
/// # Errors
/// [`serde_json::Error`] of the category `Data` for JSON of another shape.
pub(crate) fn read<T: DeserializeOwned + Serialize>(text: &str) -> Result<T, serde_json::Error> {
    let value = serde_json::from_str::<T>(text)?;
    let (given, written) = (serde_json::from_str::<Value>(text)?, serde_json::to_value(&value)?);
    match find_array(&given, &written, &mut String::new()) {
        Some(pointer) => Err(serde_json::Error::custom(format!("an array instead of an object at {pointer:?}"))),
        None => Ok(value),
    }
}

/// The pointer of the first array in place of an object.
fn find_array(given: &Value, written: &Value, at: &mut String) -> Option<String> {
    match (given, written) {
        (Value::Array(_), Value::Object(_)) => Some(at.clone()),
        (Value::Object(given), Value::Object(written)) => {
            given.iter().find_map(|(name, value)| descend(value, written.get(name)?, name, at))
        }
        (Value::Array(given), Value::Array(written)) => {
            let pairs = given.iter().zip(written).enumerate();
            pairs.into_iter().find_map(|(index, (value, written))| descend(value, written, &index.to_string(), at))
        }
        _ => None,
    }
}

fn descend(given: &Value, written: &Value, name: &str, at: &mut String) -> Option<String> {
    let length = at.len();
    at.push('/');
    at.push_str(&name.replace('~', "~0").replace('/', "~1"));
    let found = find_array(given, written, at);
    at.truncate(length);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Serialize, Deserialize)]
    struct Inner {
        n: u8,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Outer {
        inner: Inner,
        list: Vec<Inner>,
        maybe: Option<Inner>,
    }

    #[test]
    fn an_array_in_place_of_an_object_is_refused_with_its_pointer() {
        read::<Outer>(r#"{"inner":{"n":1},"list":[{"n":1}],"maybe":null}"#).expect("objects");
        for (text, pointer) in [
            (r#"[{"n":1},[],null]"#, "\"\""),
            (r#"{"inner":[1],"list":[],"maybe":null}"#, "/inner"),
            (r#"{"inner":{"n":1},"list":[{"n":1},[2]],"maybe":null}"#, "/list/1"),
            (r#"{"inner":{"n":1},"list":[],"maybe":[3]}"#, "/maybe"),
        ] {
            let error = read::<Outer>(text).expect_err(text);
            assert!(error.to_string().contains(pointer) && error.is_data(), "{error}");
            serde_json::from_str::<Outer>(text).expect("serde takes it");
        }
    }
}
