//! Clinical trials and persons in care: AIs 7240 to 7259.

use super::{Definition, ai, n, x, x_up_to};
use crate::check::Check::{HourMinute, LongDate, MediaType, PercentEncoded, PositionOfTotal, Sex};

pub(super) static ROWS: &[Definition] = &[
    ai("7240", "PROTOCOL", &[x_up_to(20)]).requires("01 8006").excludes("03"),
    ai("7241", "AIDC MEDIA TYPE", &[n(2).checked(&[MediaType])]).requires("8017 8018"),
    ai("7242", "VCN", &[x_up_to(25)]).requires("8017 8018"),
    ai("7250", "DOB", &[n(8).checked(&[LongDate])]).requires("8018").excludes("7251"),
    ai("7251", "DOB TIME", &[n(8).checked(&[LongDate]), n(4).checked(&[HourMinute])]).requires("8018").excludes("7250"),
    ai("7252", "BIO SEX", &[n(1).checked(&[Sex])]).requires("8018"),
    ai("7253", "FAMILY NAME", &[x_up_to(40).checked(&[PercentEncoded])]).requires("8017 8018").excludes("7256 7259"),
    ai("7254", "GIVEN NAME", &[x_up_to(40).checked(&[PercentEncoded])]).requires("8017 8018").excludes("7256 7259"),
    ai("7255", "SUFFIX", &[x_up_to(10)]).requires("8017 8018").excludes("7256 7259"),
    ai("7256", "FULL NAME", &[x_up_to(90).checked(&[PercentEncoded])]).requires("8017 8018"),
    ai("7257", "PERSON ADDR", &[x_up_to(70).checked(&[PercentEncoded])]).requires("8018"),
    ai("7258", "BIRTH SEQUENCE", &[x(3).checked(&[PositionOfTotal])]).requires("8018+7259"),
    ai("7259", "BABY", &[x_up_to(40).checked(&[PercentEncoded])]).requires("8018").excludes("7256"),
];
