//! Checks on the encoding of a curve point that need no curve arithmetic. Invariant: a point has one canonical encoding
//! (RFC 8032 section 5.1.3). Points of small order are recognised in every encoding that any decoder accepts.

/// The prime of the field, 2^255 - 19. All integers here are little-endian.
const P: [u8; 32] = hex_bytes(*b"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
const P_PLUS_ONE: [u8; 32] = hex_bytes(*b"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
const ONE: [u8; 32] = hex_bytes(*b"0100000000000000000000000000000000000000000000000000000000000000");
const MINUS_ONE: [u8; 32] = hex_bytes(*b"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/// The `y` coordinates of the eight points whose order divides 8. Most `y` belong to two points with opposite `x`.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    ONE,
    hex_bytes(*b"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    hex_bytes(*b"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    MINUS_ONE,
];

/// Whether the bytes encode a `y` below the prime and no negative zero for `x`. Does not check that the point is on the
/// curve.
pub(super) fn is_canonical(point: &[u8; 32]) -> bool {
    let y = without_sign(point);
    let is_below_prime = y.iter().rev().lt(P.iter().rev());
    // x is 0 only where y is 1 or -1.
    let is_negative_zero = y != *point && (y == ONE || y == MINUS_ONE);
    is_below_prime && !is_negative_zero
}

/// Whether the point has small order. The sign is ignored, and `y` = 0 and 1 are also recognised as p and p + 1.
pub(super) fn is_small_order(point: &[u8; 32]) -> bool {
    let y = without_sign(point);
    SMALL_ORDER.contains(&y) || y == P || y == P_PLUS_ONE
}

const fn without_sign(point: &[u8; 32]) -> [u8; 32] {
    let mut y = *point;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    y
}

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated at compile time over fixed arrays"
)]
const fn hex_bytes(text: [u8; 64]) -> [u8; 32] {
    const fn nibble(c: u8) -> u8 {
        if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 }
    }
    let mut out = [0; 32];
    let mut i = 0;
    while i < 32 {
        out[i] = nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]);
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;

    fn negative(mut point: [u8; 32]) -> [u8; 32] {
        point[31] |= 0x80;
        point
    }

    #[test]
    fn points_of_small_order_are_recognised_in_every_encoding() {
        for point in SMALL_ORDER.into_iter().chain([P, P_PLUS_ONE]) {
            assert!(is_small_order(&point) && is_small_order(&negative(point)));
        }
        let crate::PublicKey::Ed25519(key) = SecretKey::from_seed(&[7; 32]).public_key();
        assert!(!is_small_order(&key));
    }

    #[test]
    fn a_coordinate_below_the_prime_is_canonical_and_the_prime_is_not() {
        let mut above = [0xff; 32];
        for (point, expected) in [(MINUS_ONE, true), (P, false), (P_PLUS_ONE, false), ([0; 32], true), (ONE, true)] {
            assert_eq!(is_canonical(&point), expected, "{point:?}");
        }
        assert!(!is_canonical(&above));
        above[31] = 0x7f;
        assert!(!is_canonical(&above));
    }

    #[test]
    fn a_negative_zero_is_not_canonical() {
        assert!(!is_canonical(&negative(ONE)) && !is_canonical(&negative(MINUS_ONE)));
        assert!(is_canonical(&negative([0; 32])), "x is not zero at y = 0");
    }
}
