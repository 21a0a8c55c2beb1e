//! The checks that the dictionary names for a component, beyond its characters. Invariant: a check reads a text of the
//! component's characters once, and never panics on another text.

mod bank_account;
mod code_list;
mod coupon;
mod date;
mod number;
mod sequence;

use crate::{
    check_digit::{check_digit, has_check_digit, has_check_pair},
    problem::{Problem, code},
};

/// A check of a component's text. The names of the dictionary are given by [`Check::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "check digit and check pair are the terms of the standard")]
pub enum Check {
    /// The last digit is the check digit.
    CheckDigit,
    /// The last two characters are the check character pair.
    CheckPair,
    /// The text begins with the digits of a GS1 Company Prefix.
    CompanyPrefix,
    /// The same from the second character, after an indicator or extension digit.
    CompanyPrefixSecond,
    /// Six digits are year, month and day.
    Date,
    /// As [`Check::Date`], or day 00 for a whole month.
    DateOrMonth,
    /// Eight digits are year, month and day.
    LongDate,
    Hour,
    Minute,
    Second,
    /// Four digits are hour and minute.
    HourMinute,
    /// A country of ISO 3166-1 in three digits.
    Country,
    /// As [`Check::Country`], or 999 for several countries.
    CountryOr999,
    /// A country of ISO 3166-1 in two letters.
    CountryLetters,
    /// A currency of ISO 4217 in three digits.
    Currency,
    /// A sex of ISO/IEC 5218.
    Sex,
    /// A medium of the table of AIDC media types.
    MediaType,
    /// A package type of UN/ECE Recommendation 21, or one of GS1.
    PackageType,
    /// A bank account of ISO 13616.
    Iban,
    /// A number of 0 to 180 degrees north of the south pole, in units of 10^-7 degrees.
    Latitude,
    /// A number of 0 to 360 degrees, in units of 10^-7 degrees.
    Longitude,
    /// The number of a piece, then the number of all pieces in as many digits.
    PieceOfTotal,
    /// A position, a slash and the number of positions.
    PositionOfTotal,
    /// Percent-encoding, if any, has two hexadecimal digits (RFC 3986 section 2.1).
    PercentEncoded,
    HasNonDigit,
    Hyphens,
    /// One character of the importer index of EU 2018/574.
    ImporterIndex,
    NoLeadingZero,
    NonZero,
    /// The winding direction of a roll: 0, 1, or 9 for none.
    Winding,
    YesNo,
    Zero,
    /// A coupon of North America, AI 8110.
    CouponCode,
    /// A positive offer coupon of North America, AI 8112.
    CouponOffer,
}

impl Check {
    /// The name in the GS1 Barcode Syntax Dictionary.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckDigit => "csum",
            Self::CheckPair => "csumalpha",
            Self::CompanyPrefix => "gcppos1",
            Self::CompanyPrefixSecond => "gcppos2",
            Self::Date => "yymmdd",
            Self::DateOrMonth => "yymmd0",
            Self::LongDate => "yyyymmdd",
            Self::Hour => "hh",
            Self::Minute => "mi",
            Self::Second => "ss",
            Self::HourMinute => "hhmi",
            Self::Country => "iso3166",
            Self::CountryOr999 => "iso3166999",
            Self::CountryLetters => "iso3166alpha2",
            Self::Currency => "iso4217",
            Self::Sex => "iso5218",
            Self::MediaType => "mediatype",
            Self::PackageType => "packagetype",
            Self::Iban => "iban",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::PieceOfTotal => "pieceoftotal",
            Self::PositionOfTotal => "posinseqslash",
            Self::PercentEncoded => "pcenc",
            Self::HasNonDigit => "hasnondigit",
            Self::Hyphens => "hyphen",
            Self::ImporterIndex => "importeridx",
            Self::NoLeadingZero => "nozeroprefix",
            Self::NonZero => "nonzero",
            Self::Winding => "winding",
            Self::YesNo => "yesno",
            Self::Zero => "zero",
            Self::CouponCode => "couponcode",
            Self::CouponOffer => "couponposoffer",
        }
    }

    /// Checks the text of a component.
    ///
    /// # Errors
    /// A problem whose place is counted from the start of `text`.
    pub fn run(self, text: &str) -> Result<(), Problem> {
        let require = |holds: bool, at: usize, code, detail: &str| {
            if holds { Ok(()) } else { Err(Problem::new(at, code, detail)) }
        };
        let value = |holds: bool, detail| require(holds, 0, code::INVALID_VALUE, detail);
        let word = |holds: bool, detail| require(holds, 0, code::UNKNOWN_WORD, detail);
        match self {
            Self::CheckDigit => {
                let at = text.len().saturating_sub(1);
                if has_check_digit(text) {
                    return Ok(());
                }
                // A text with other characters has no check digit.
                let right = text.get(..at).filter(|digits| !digits.is_empty()).and_then(check_digit);
                let right = right.map(|right| format!(": these digits require {right}")).unwrap_or_default();
                Err(Problem::new(at, code::WRONG_CHECK_DIGIT, format!("the check digit is wrong{right}")))
            }
            Self::CheckPair => {
                let at = text.len().saturating_sub(2);
                require(has_check_pair(text), at, code::WRONG_CHECK_DIGIT, "the check characters are wrong")
            }
            Self::CompanyPrefix => company_prefix(text, 0),
            Self::CompanyPrefixSecond => company_prefix(text, 1),
            Self::Date => date::date(text, date::Day::Required),
            Self::DateOrMonth => date::date(text, date::Day::OrWholeMonth),
            Self::LongDate => date::long_date(text),
            Self::Hour => date::time(text, &[24]),
            Self::Minute | Self::Second => date::time(text, &[60]),
            Self::HourMinute => date::time(text, &[24, 60]),
            Self::Country => word(code_list::is_country(text), "this is no country of ISO 3166-1"),
            Self::CountryOr999 => {
                word(text == "999" || code_list::is_country(text), "this is no country of ISO 3166-1, and not 999")
            }
            Self::CountryLetters => word(code_list::is_country_letters(text), "this is no country of ISO 3166-1"),
            Self::Currency => word(code_list::is_currency(text), "this is no currency of ISO 4217"),
            Self::Sex => word(matches!(text, "0" | "1" | "2" | "9"), "a sex of ISO/IEC 5218 is 0, 1, 2 or 9"),
            Self::MediaType => word(code_list::is_media_type(text), "a media type is 01 to 10, or 80 to 99"),
            Self::PackageType => word(code_list::is_package_type(text), "this is no package type"),
            Self::Iban => bank_account::check(text),
            Self::Latitude => value(number::is_at_most(text, "1800000000"), "a latitude is at most 1800000000"),
            Self::Longitude => value(number::is_at_most(text, "3600000000"), "a longitude is at most 3600000000"),
            Self::PieceOfTotal => sequence::piece_of_total(text),
            Self::PositionOfTotal => sequence::position_of_total(text),
            Self::PercentEncoded => sequence::percent_encoded(text),
            Self::HasNonDigit => value(!number::is_digits(text), "at least one character is not a digit"),
            Self::Hyphens => {
                value(!text.is_empty() && text.bytes().all(|byte| byte == b'-'), "only a hyphen may follow")
            }
            Self::ImporterIndex => {
                value(number::is_importer_index(text), "an importer index is a letter, digit, - or _")
            }
            Self::NoLeadingZero => value(!text.starts_with('0'), "the number must not begin with 0"),
            Self::NonZero => value(text.bytes().any(|byte| byte != b'0'), "the number must not be zero"),
            Self::Winding => value(matches!(text, "0" | "1" | "9"), "a winding direction is 0, 1 or 9"),
            Self::YesNo => value(matches!(text, "0" | "1"), "a flag is 0 or 1"),
            Self::Zero => value(text == "0", "the digit must be 0"),
            Self::CouponCode => coupon::coupon_code(text),
            Self::CouponOffer => coupon::positive_offer(text),
        }
    }
}

/// The fewest digits of a GS1 Company Prefix.
const COMPANY_PREFIX_DIGITS_MIN: usize = 4;

/// Requires the digits of a company prefix from `start`. Which prefixes GS1 has assigned is not known here.
fn company_prefix(text: &str, start: usize) -> Result<(), Problem> {
    let invalid = |at| Problem::new(at, code::INVALID_COMPANY_PREFIX, "a GS1 Company Prefix has at least four digits");
    for at in start..start + COMPANY_PREFIX_DIGITS_MIN {
        if !text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
            return Err(invalid(at.min(text.len())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
