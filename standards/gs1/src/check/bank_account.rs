//! International bank account numbers (ISO 13616-1). Invariant: one pass over the text.

use super::code_list::is_country_letters;
use crate::problem::{Problem, code};

/// The fewest characters: the standard names no minimum; this is enough for country, check digits and an account.
const LENGTH_MIN: usize = 11;

/// Checks the country, the characters and the check digits (ISO/IEC 7064, modulo 97).
pub(super) fn check(text: &str) -> Result<(), Problem> {
    if text.len() < LENGTH_MIN {
        return Err(Problem::new(0, code::INVALID_VALUE, "the bank account number is too short"));
    }
    if let Some(at) = text.bytes().position(|byte| !(byte.is_ascii_uppercase() || byte.is_ascii_digit())) {
        return Err(Problem::new(at, code::INVALID_VALUE, "a bank account number has capitals and digits only"));
    }
    let (head, account) = text.split_at(4);
    if !is_country_letters(&head[..2]) {
        return Err(Problem::new(0, code::UNKNOWN_WORD, "this is no country of ISO 3166-1"));
    }
    let mut remainder = 0;
    for byte in account.bytes().chain(head.bytes()) {
        let value = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            _ => u32::from(byte - b'A') + 10,
        };
        remainder = (remainder * if value < 10 { 10 } else { 100 } + value) % 97;
    }
    if remainder != 1 {
        return Err(Problem::new(2, code::WRONG_CHECK_DIGIT, "the check digits of the bank account are wrong"));
    }
    Ok(())
}
