//! Coupons of North America: AI 8110 (North American Coupon Application Guideline Using GS1 `DataBar` Expanded Symbols)
//! and AI 8112 (GS1 AI (8112) Coupon Data Specification). Invariant: one pass over the digits.

use super::{company_prefix, date};
use crate::problem::{Problem, code};

/// Checks AI 8110: the offer, its first purchase, then optional fields in the order of their numbers.
pub(super) fn coupon_code(text: &str) -> Result<(), Problem> {
    let mut digits = Reader::new(text)?;
    digits.company(b"0123456", "company prefix")?;
    digits.skip(6, "offer code")?;
    digits.counted(b"12345", 0, "save value")?;
    purchase(&mut digits, "first purchase")?;
    if digits.has_field(b'1') {
        digits.one_of(b"0123", "additional purchase rules code")?;
        purchase(&mut digits, "second purchase")?;
        digits.company(b"01234569", "company prefix of the second purchase")?;
    }
    if digits.has_field(b'2') {
        purchase(&mut digits, "third purchase")?;
        digits.company(b"01234569", "company prefix of the third purchase")?;
    }
    let expires = if digits.has_field(b'3') { Some(digits.date("expiration date")?) } else { None };
    if digits.has_field(b'4') {
        let at = digits.at;
        let starts = digits.date("start date")?;
        if expires.is_some_and(|expires| starts > expires) {
            return Err(Problem::new(at, code::INVALID_COUPON, "the coupon expires before it starts"));
        }
    }
    if digits.has_field(b'5') {
        digits.counted(b"0123456789", 6, "serial number")?;
    }
    if digits.has_field(b'6') {
        digits.company(b"1234567", "retailer")?;
    }
    if digits.has_field(b'9') {
        digits.one_of(b"01256", "save value code")?;
        digits.one_of(b"012", "item to which the save value applies")?;
        digits.skip(1, "store coupon flag")?;
        digits.one_of(b"01", "flag against multiplication")?;
    }
    digits.end()
}

/// Checks AI 8112: format, funder, offer and serial number.
pub(super) fn positive_offer(text: &str) -> Result<(), Problem> {
    let mut digits = Reader::new(text)?;
    digits.one_of(b"01", "format")?;
    digits.counted(b"0123456", 6, "funder")?;
    digits.skip(6, "offer code")?;
    digits.counted(b"0123456789", 6, "serial number")?;
    digits.end()
}

/// A purchase: its requirement, the code of the requirement, and a family code.
fn purchase(digits: &mut Reader<'_>, name: &str) -> Result<(), Problem> {
    digits.counted(b"12345", 0, name)?;
    digits.one_of(b"012349", name)?;
    digits.skip(3, name)
}

/// Digits that are read from left to right.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Result<Self, Problem> {
        match text.bytes().position(|byte| !byte.is_ascii_digit()) {
            Some(at) => Err(Problem::new(at, code::INVALID_COUPON, "a coupon has digits only")),
            None => Ok(Self { text, at: 0 }),
        }
    }

    /// Whether the optional field with this number comes next. Steps over its number.
    fn has_field(&mut self, number: u8) -> bool {
        let has = self.text.as_bytes().get(self.at) == Some(&number);
        self.at += usize::from(has);
        has
    }

    fn take(&mut self, count: usize, name: &str) -> Result<&'t str, Problem> {
        let digits = self.text.get(self.at..self.at + count);
        let digits = digits.ok_or_else(|| Problem::new(self.at, code::INVALID_COUPON, format!("the {name} is cut")))?;
        self.at += count;
        Ok(digits)
    }

    fn skip(&mut self, count: usize, name: &str) -> Result<(), Problem> {
        self.take(count, name).map(drop)
    }

    fn one_of(&mut self, allowed: &[u8], name: &str) -> Result<u8, Problem> {
        let at = self.at;
        let digit = self.take(1, name)?.as_bytes()[0];
        if allowed.contains(&digit) {
            return Ok(digit);
        }
        Err(Problem::new(at, code::INVALID_COUPON, format!("the {name} does not begin with a valid digit")))
    }

    /// A digit, then as many digits as it says and `more`.
    fn counted(&mut self, allowed: &[u8], more: usize, name: &str) -> Result<&'t str, Problem> {
        let digit = self.one_of(allowed, name)?;
        self.take(usize::from(digit - b'0') + more, name)
    }

    /// A company prefix of 6 digits and as many more as its first digit says. 9 stands for none.
    fn company(&mut self, allowed: &[u8], name: &str) -> Result<(), Problem> {
        if allowed.contains(&b'9') && self.has_field(b'9') {
            return Ok(());
        }
        let prefix = self.counted(allowed, 6, name)?;
        company_prefix(prefix, 0).map_err(|problem| problem.moved_by(self.at - prefix.len()))
    }

    fn date(&mut self, name: &str) -> Result<&'t str, Problem> {
        let at = self.at;
        let digits = self.take(6, name)?;
        date::date(digits, date::Day::Required).map(|()| digits).map_err(|problem| problem.moved_by(at))
    }

    fn end(&self) -> Result<(), Problem> {
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(Problem::new(self.at, code::INVALID_COUPON, "the coupon has more digits than its fields"))
    }
}
