//! Assets, parts, relations and signatures: AIs 8001 to 8043.

use super::{Definition, GSRN, PIECE, SIX, ai, n, n_up_to, x_up_to, y_up_to, z_up_to};
use crate::check::Check::{
    CheckDigit, CheckPair, CompanyPrefix, Date, HasNonDigit, Hour, Iban, Minute, NoLeadingZero, NonZero, Second,
    Winding, Zero,
};

pub(super) static ROWS: &[Definition] = &[
    ai(
        "8001",
        "DIMENSIONS",
        &[n(4).checked(&[NonZero]), n(5).checked(&[NonZero]), n(3).checked(&[NonZero]), n(1).checked(&[Winding]), n(1)],
    )
    .requires("01"),
    ai("8002", "CMT No.", &[x_up_to(20)]),
    ai("8003", "GRAI", &[n(1).checked(&[Zero]), n(13).checked(&[CheckDigit, CompanyPrefix]), x_up_to(16).optional()])
        .key(""),
    ai("8004", "GIAI", &[x_up_to(30).checked(&[CompanyPrefix])]).key("7040"),
    ai("8005", "PRICE PER UNIT", SIX).requires("01 02"),
    ai("8006", "ITIP", PIECE).excludes("01 03 37").key("22,10,21"),
    ai("8007", "IBAN", &[x_up_to(34).checked(&[Iban])]).requires("415"),
    ai(
        "8008",
        "PROD TIME",
        &[
            n(6).checked(&[Date]),
            n(2).checked(&[Hour]),
            n(2).optional().checked(&[Minute]),
            n(2).optional().checked(&[Second]),
        ],
    )
    .requires("01 02 03"),
    ai("8009", "OPTSEN", &[x_up_to(50)]).requires("00 01 03"),
    ai("8010", "CPID", &[y_up_to(30).checked(&[CompanyPrefix])]).key("8011"),
    ai("8011", "CPID SERIAL", &[n_up_to(12).checked(&[NoLeadingZero])]).not_attribute().requires("8010"),
    ai("8012", "VERSION", &[x_up_to(20)]).requires("01 03 8006"),
    ai("8013", "GMN", &[x_up_to(25).checked(&[CheckPair, CompanyPrefix])]).key(""),
    ai("8014", "MUDI", &[x_up_to(25).checked(&[CheckPair, CompanyPrefix, HasNonDigit])]).not_attribute().requires("01"),
    ai("8017", "GSRN - PROVIDER", GSRN).excludes("8018").key("8019"),
    ai("8018", "GSRN - RECIPIENT", GSRN).excludes("8017").key("8019"),
    ai("8019", "SRIN", &[n_up_to(10)]).not_attribute().requires("8017 8018"),
    ai("8020", "REF No.", &[x_up_to(25)]).not_attribute().requires("415"),
    ai("8026", "ITIP CONTENT", PIECE).requires("37").excludes("02 03 8006"),
    ai("8030", "DIGSIG", &[z_up_to(90)]).requires("00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018"),
    ai("8040", "IMEI", &[n(15)]).not_attribute().requires("01+21"),
    ai("8041", "IMEI2", &[n(15)]).not_attribute().requires("01+21+8040"),
    ai("8042", "ESIM", &[n(32)]).not_attribute().requires("01+21+8040"),
    ai("8043", "PSIM", &[n(18), n_up_to(2).optional()]).not_attribute().requires("01+21+8040"),
];
