//! Reads a query into a type. Invariant: a fault names its parameter, also one that is missing, and quotes at most a
//! bounded part of what was sent.

use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error, Expected, IntoDeserializer as _, MapAccess, Unexpected, Visitor},
    forward_to_deserialize_any,
};
use standards_epcis::problem::quote;
use std::{borrow::Cow, fmt, str::FromStr};

/// The fault of a query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    /// The parameter.
    pub(super) name: String,
    pub(super) detail: String,
}

/// Reads the parameters of a query.
///
/// # Errors
/// The first fault.
pub(super) fn read<T: DeserializeOwned>(query: &str) -> Result<T, Fault> {
    T::deserialize(Parameters { rest: form_urlencoded::parse(query.as_bytes()), next: None })
}

/// The parameters of a query.
struct Parameters<'q> {
    rest: form_urlencoded::Parse<'q>,
    /// The name and the text of the parameter whose name was read.
    next: Option<(Cow<'q, str>, Cow<'q, str>)>,
}

impl<'de> Deserializer<'de> for Parameters<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Parameters<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.next = self.rest.next();
        self.next.as_ref().map(|(name, _)| seed.deserialize(Text(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, text) = self.next.take().unwrap_or_default();
        seed.deserialize(Text(&text)).map_err(|fault| Fault { name: name.into_owned(), ..fault })
    }
}

/// A name, or the text of a parameter.
struct Text<'t>(&'t str);

impl Text<'_> {
    fn number<T: FromStr>(&self) -> Result<T, Fault> {
        let fault = || Fault::custom(format!("{} is not a whole number, or too large or too small", quote(self.0)));
        self.0.parse().map_err(|_| fault())
    }
}

/// Reads integers of these types from the text.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident;)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.number()?)
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    numbers! {
        deserialize_u8 visit_u8;
        deserialize_u16 visit_u16;
        deserialize_u32 visit_u32;
        deserialize_u64 visit_u64;
        deserialize_i8 visit_i8;
        deserialize_i16 visit_i16;
        deserialize_i32 visit_i32;
        deserialize_i64 visit_i64;
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(detail: T) -> Self {
        Self { name: String::new(), detail: detail.to_string() }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_value(unexpected, expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format!("is not {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("{} is none of {}", quote(variant), expected.join(", ")))
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        let name_shown = quote(name);
        let detail = match expected {
            [] => format!("{name_shown}: this request takes no parameters; ? within an identifier is written as %3F"),
            known => format!("{name_shown} is not a parameter of this request, which takes {}", known.join(", ")),
        };
        Self { name: name.to_owned(), detail }
    }

    fn missing_field(name: &'static str) -> Self {
        Self { name: name.to_owned(), detail: format!("the parameter {name} is missing") }
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self { name: name.to_owned(), detail: format!("the parameter {name} is there twice") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, PartialEq, Eq, Debug)]
    #[serde(rename_all = "lowercase")]
    enum Format {
        Svg,
        Png,
    }

    #[derive(Deserialize, PartialEq, Eq, Debug)]
    #[serde(try_from = "String")]
    struct Even(u8);

    impl TryFrom<String> for Even {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            text.parse().ok().filter(|number| number % 2 == 0).map(Self).ok_or("is not even")
        }
    }

    #[derive(Deserialize, PartialEq, Eq, Debug)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        data: String,
        format: Option<Format>,
        scale: Option<u8>,
        even: Option<Even>,
    }

    #[test]
    fn parameters_are_read() {
        let asked = read::<Asked>("data=a+%C3%BC&format=png&scale=7&even=8");
        let expected =
            Asked { data: "a ü".to_owned(), format: Some(Format::Png), scale: Some(7), even: Some(Even(8)) };
        assert_eq!(asked, Ok(expected));
        assert_eq!(read::<Asked>("&data=&").map(|asked| asked.data), Ok(String::new()));
    }

    #[test]
    fn a_fault_names_its_parameter() {
        let long = "x".repeat(10_000);
        for (query, name, detail) in [
            ("", "data", "the parameter data is missing"),
            ("data=a&data=b", "data", "the parameter data is there twice"),
            (
                "data=a&foo=1",
                "foo",
                "\"foo\" is not a parameter of this request, which takes data, format, scale, even",
            ),
            ("data=a&format=gif", "format", "\"gif\" is none of svg, png"),
            ("data=a&scale=256", "scale", "\"256\" is not a whole number, or too large or too small"),
            ("data=a&scale=", "scale", "\"\" is not a whole number, or too large or too small"),
            ("data=a&even=7", "even", "is not even"),
        ] {
            let expected = Fault { name: name.to_owned(), detail: detail.to_owned() };
            assert_eq!(read::<Asked>(query), Err(expected), "{query}");
        }
        for query in [format!("{long}=1"), format!("data=a&format={long}"), format!("data=a&scale={long}")] {
            assert!(read::<Asked>(&query).expect_err(&query).detail.len() < 200);
        }
    }
}
