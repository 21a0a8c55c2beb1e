//! Check digits and check characters (GS1 General Specifications, section 7.9). Invariant: a key with its own check
//! digit is valid, and a key that differs from it in one digit is not.

/// The check digit over `digits`, which do not include it: weights 3 and 1 from the right, modulo 10 (GS1 General
/// Specifications, section 7.9.1). `None` when `digits` has another character than a digit.
pub fn check_digit(digits: &str) -> Option<char> {
    let mut sum = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum = (sum + digit * if place % 2 == 0 { 3 } else { 1 }) % 10;
    }
    char::from_digit((10 - sum) % 10, 10)
}

/// Whether the last character of `text` is the check digit of the digits before it.
pub fn has_check_digit(text: &str) -> bool {
    text.char_indices().next_back().is_some_and(|(at, last)| at > 0 && check_digit(&text[..at]) == Some(last))
}

/// The longest text with a check character pair, without the pair: the longest value of an application identifier.
pub const CHECK_PAIR_TEXT_MAX: usize = 97;

/// The values of the check characters, in the order of their weights.
const PAIR_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Character set 82 in the order of its weights.
const SET_82: &[u8; 82] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// The weights of the characters, from the right.
static PRIMES: [u32; CHECK_PAIR_TEXT_MAX] = primes();

/// The pair of check characters of a Global Model Number: each character's place in set 82, times the prime of its
/// place from the right, modulo 1021, written in base 32 (GS1 General Specifications, section 7.9.5). `None` when
/// `text` is longer than [`CHECK_PAIR_TEXT_MAX`], or has a character outside set 82.
pub fn check_pair(text: &str) -> Option<[char; 2]> {
    if text.len() > CHECK_PAIR_TEXT_MAX {
        return None;
    }
    let mut sum = 0;
    for (byte, prime) in text.bytes().rev().zip(PRIMES) {
        let value = SET_82.iter().position(|letter| *letter == byte)?;
        sum = (sum + u32::try_from(value).ok()? * prime) % 1021;
    }
    let letter = |value: u32| char::from(PAIR_ALPHABET[(value & 31) as usize]);
    Some([letter(sum >> 5), letter(sum)])
}

/// Whether the last two characters of `text` are the check characters of the text before them.
pub fn has_check_pair(text: &str) -> bool {
    let split = text.len().checked_sub(2).and_then(|at| text.split_at_checked(at));
    split.is_some_and(|(body, pair)| check_pair(body).is_some_and(|expected| pair.chars().eq(expected)))
}

const fn primes() -> [u32; CHECK_PAIR_TEXT_MAX] {
    let mut found = [0; CHECK_PAIR_TEXT_MAX];
    let (mut count, mut candidate) = (0, 2);
    while count < found.len() {
        let mut index = 0;
        while index < count && candidate % found[index] != 0 {
            index += 1;
        }
        if index == count {
            found[count] = candidate;
            count += 1;
        }
        candidate += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_keys() {
        assert_eq!(check_digit("0950600013435"), Some('2'), "GTIN of the GS1 examples");
        assert_eq!(check_digit("00000000000000000"), Some('0'));
        assert_eq!(check_digit("12a"), None);
        assert_eq!(check_digit(""), Some('0'));
        assert!(has_check_digit("952012345678912345"));
        assert!(!has_check_digit(""));
        assert!(!has_check_digit("0"));
    }

    #[test]
    fn known_model_numbers() {
        assert!(has_check_pair("1987654Ad4X4bL5ttr2310c2K"), "example of the General Specifications");
        assert!(!has_check_pair("1987654Ad4X4bL5ttr2310c2X"));
        assert!(has_check_pair("22"), "the pair of no characters");
        assert!(!has_check_pair("2"));
        assert!(!has_check_pair("é2"));
        assert_eq!(check_pair("a b"), None);
        assert!(check_pair(&"1".repeat(CHECK_PAIR_TEXT_MAX)).is_some());
        assert_eq!(check_pair(&"1".repeat(CHECK_PAIR_TEXT_MAX + 1)), None);
        assert_eq!((PRIMES[0], PRIMES[22], PRIMES[96]), (2, 83, 509));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_found(digits in "[0-9]{1,30}", place in 0..30_usize, change in 1..10_u8) {
            let mut key = digits.clone();
            key.push(check_digit(&digits).expect("digits only"));
            prop_assert!(has_check_digit(&key));
            let mut wrong = key.into_bytes();
            let place = place % wrong.len();
            wrong[place] = b'0' + (wrong[place] - b'0' + change) % 10;
            prop_assert!(!has_check_digit(std::str::from_utf8(&wrong).expect("digits only")));
        }
    }
}
