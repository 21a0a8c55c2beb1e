//! Keys of trade items, lots and documents, and what qualifies them: AIs 00 to 255.

use super::{Definition, GTIN, MONTH, ai, n, n_up_to, x_up_to};
use crate::check::Check::{CheckDigit, CompanyPrefix, CompanyPrefixSecond};

pub(super) static ROWS: &[Definition] = &[
    ai("00", "SSCC", &[n(18).checked(&[CheckDigit, CompanyPrefixSecond])]).key(""),
    ai("01", "GTIN", GTIN).excludes("255 37").key("22,10,21 235"),
    ai("02", "CONTENT", GTIN).requires("37").excludes("01 03"),
    ai("03", "MTO GTIN", GTIN).not_attribute().excludes("01 02 37 235"),
    ai("10", "BATCH/LOT", &[x_up_to(20)]).requires("01 02 03 8006 8026"),
    ai("11", "PROD DATE", MONTH).requires("01 02 03 8006 8026"),
    ai("12", "DUE DATE", MONTH).requires("8020"),
    ai("13", "PACK DATE", MONTH).requires("01 02 03 8006 8026"),
    ai("15", "BEST BEFORE or BEST BY", MONTH).requires("01 02 03 8006 8026"),
    ai("16", "SELL BY", MONTH).requires("01 02 03 8006 8026"),
    ai("17", "USE BY or EXPIRY", MONTH).requires("01 02 03 255 8006 8026"),
    ai("20", "VARIANT", &[n(2)]).requires("01 02 03 8006 8026"),
    ai("21", "SERIAL", &[x_up_to(20)]).not_attribute().requires("01 03 8006").excludes("235"),
    ai("22", "CPV", &[x_up_to(20)]).not_attribute().requires("01"),
    ai("235", "TPX", &[x_up_to(28)]).not_attribute().requires("01"),
    ai("240", "ADDITIONAL ID", &[x_up_to(30)]).requires("01 02 03 8006 8026"),
    ai("241", "CUST. PART No.", &[x_up_to(30)]).requires("01 02 03 8006 8026"),
    ai("242", "MTO VARIANT", &[n_up_to(6)]).requires("01 02 8006 8026"),
    ai("243", "PCN", &[x_up_to(20)]).requires("01 03"),
    ai("250", "SECONDARY SERIAL", &[x_up_to(30)]).requires("01+21 03+21 8006+21"),
    ai("251", "REF. TO SOURCE", &[x_up_to(30)]).requires("01 03 8006"),
    ai("253", "GDTI", &[n(13).checked(&[CheckDigit, CompanyPrefix]), x_up_to(17).optional()]).key(""),
    ai("254", "GLN EXTENSION COMPONENT", &[x_up_to(20)]).not_attribute().requires("414"),
    ai("255", "GCN", &[n(13).checked(&[CheckDigit, CompanyPrefix]), n_up_to(12).optional()])
        .excludes("01 02 415 8006 8020 8026")
        .key(""),
];
