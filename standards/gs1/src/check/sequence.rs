//! Numbers of pieces and positions, and percent-encoded text. Invariant: numbers may have any length.

use super::number::is_digits;
use crate::problem::{Problem, code};

/// Checks a piece number and the number of pieces, in equally many digits: both at least 1, the first not above.
pub(super) fn piece_of_total(text: &str) -> Result<(), Problem> {
    let invalid = |at, detail: &str| Err(Problem::new(at, code::INVALID_VALUE, detail));
    if !text.len().is_multiple_of(2) || !is_digits(text) {
        return invalid(0, "a piece and its total have equally many digits");
    }
    let (piece, total) = text.split_at(text.len() / 2);
    let is_zero = |number: &str| number.bytes().all(|digit| digit == b'0');
    if is_zero(piece) {
        return invalid(0, "pieces are counted from 1");
    }
    if is_zero(total) {
        return invalid(piece.len(), "there is at least one piece");
    }
    if piece > total {
        return invalid(0, "the number of a piece is at most the number of pieces");
    }
    Ok(())
}

/// Checks `position/positions`: numbers without leading zeros, both at least 1, the first not above.
pub(super) fn position_of_total(text: &str) -> Result<(), Problem> {
    let invalid = |at, detail: &str| Err(Problem::new(at, code::INVALID_VALUE, detail));
    let Some((position, total)) = text.split_once('/').filter(|(left, right)| is_digits(left) && is_digits(right))
    else {
        return invalid(0, "a position in a sequence is a number, / and a number");
    };
    if position.starts_with('0') {
        return invalid(0, "a position does not begin with 0");
    }
    if total.starts_with('0') {
        return invalid(position.len() + 1, "a number of positions does not begin with 0");
    }
    if (position.len(), position) > (total.len(), total) {
        return invalid(0, "a position is at most the number of positions");
    }
    Ok(())
}

/// Checks that two hexadecimal digits follow each `%`.
pub(super) fn percent_encoded(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        if !matches!(bytes.get(at + 1..at + 3), Some([high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
        {
            return Err(Problem::new(at, code::INVALID_VALUE, "two hexadecimal digits must follow a percent sign"));
        }
    }
    Ok(())
}
