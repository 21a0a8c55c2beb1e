//! Numbers compared with integers of any size: texts keep the value, and equal values have the same text. Where a
//! double represents the number exactly, the text is that of RFC 8785.

use num_bigint::BigInt;
use proptest::prelude::*;
use standards_number::{Grammar, Number, canonical};

/// An integer times a power of ten, computed independently of the code under test.
struct Reference {
    coefficient: BigInt,
    exponent: i64,
}

impl Reference {
    fn read(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().expect("the exponents are short");
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let coefficient = mantissa.replace('.', "").parse().expect("the mantissa has only digits and a sign");
        Self { coefficient, exponent: exponent - i64::try_from(places).expect("the texts are short") }
    }

    fn equals(&self, other: &Self) -> bool {
        let least = self.exponent.min(other.exponent);
        let whole = |number: &Self| {
            let zeros = u32::try_from(number.exponent - least).expect("the exponents are close to each other");
            &number.coefficient * BigInt::from(10).pow(zeros)
        };
        whole(self) == whole(other)
    }
}

/// Numbers whose digits and exponents are often near the limits of plain texts.
fn number() -> impl Strategy<Value = String> {
    let exponent = prop_oneof![Just(String::new()), (-30_i32..30).prop_map(|exponent| format!("e{exponent}"))];
    ("-?(0|[1-9][0-9]{0,30})", prop_oneof![Just(String::new()), Just(".0".into()), "\\.[0-9]{1,30}"], exponent)
        .prop_map(|(whole, fraction, exponent)| format!("{whole}{fraction}{exponent}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_text_keeps_the_value(text in number()) {
        let written = canonical(&text).expect("the number is within the limits");
        prop_assert!(Reference::read(&text).equals(&Reference::read(&written)), "{text} became {written}");
        prop_assert_eq!(canonical(&written), Ok(written.clone()));
        let plain = Number::read(&text, Grammar::Json).expect("the number is within the limits");
        prop_assert!(Reference::read(&text).equals(&Reference::read(&plain.plain().to_string())));
        prop_assert!(plain.plain().to_string().len() <= text.len() + plain.plain_zeros() + 2);
    }

    #[test]
    fn texts_are_equal_exactly_when_values_are(left in number(), right in number()) {
        let equal = Reference::read(&left).equals(&Reference::read(&right));
        prop_assert_eq!(canonical(&left) == canonical(&right), equal);
    }

    #[test]
    fn a_number_has_one_text_for_all_spellings(text in number(), zeros in 0_usize..40, is_before in any::<bool>()) {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let sign = if whole.starts_with('-') { "-" } else { "" };
        let whole = whole.trim_start_matches('-');
        let length = |text: &str| i64::try_from(text.len()).expect("the text is short");
        // Moves the point before all digits, and adds zeros before or after the digits.
        let place = exponent.parse::<i64>().expect("the exponent is short") + length(whole);
        let zeros = "0".repeat(zeros);
        let moved = if is_before {
            format!("{sign}0.{zeros}{whole}{fraction}e{}", place + length(&zeros))
        } else {
            format!("{sign}0.{whole}{fraction}{zeros}E{place:+}")
        };
        prop_assert_eq!(canonical(&moved), canonical(&text), "{}", moved);
    }

    #[test]
    fn a_short_number_is_written_as_rfc_8785_writes_it(coefficient in -999_999_999_999_999_i64..1_000_000_000_000_000, exponent in -60_i32..60) {
        let text = format!("{coefficient}e{exponent}");
        let value: f64 = text.parse().expect("the text is a number");
        let written = ryu_js::Buffer::new().format_finite(value).to_owned();
        prop_assert_eq!(canonical(&text), Ok(written));
    }
}
