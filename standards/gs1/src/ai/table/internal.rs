//! Coupons, web addresses and internal data: AIs 8110 to 99.

use super::{Definition, ai, ais, n, x_up_to};
use crate::check::Check::{CouponCode, CouponOffer};

pub(super) static ROWS: &[Definition] = &[
    ai("8110", "", &[x_up_to(70).checked(&[CouponCode])]),
    ai("8111", "POINTS", &[n(4)]).requires("255"),
    ai("8112", "", &[x_up_to(70).checked(&[CouponOffer])]),
    ai("8200", "PRODUCT URL", &[x_up_to(70)]).not_attribute().requires("01"),
    ai("90", "INTERNAL", &[x_up_to(30)]),
    ais("91", "99", "INTERNAL", &[x_up_to(90)]),
];
