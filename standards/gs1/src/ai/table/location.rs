//! Orders, consignments, parties, places and countries: AIs 400 to 427.

use super::{COUNTRIES, COUNTRY, Definition, GLN, ai, n, x_up_to};
use crate::check::Check::{CheckDigit, CompanyPrefix, Country};

pub(super) static ROWS: &[Definition] = &[
    ai("400", "ORDER NUMBER", &[x_up_to(30)]),
    ai("401", "GINC", &[x_up_to(30).checked(&[CompanyPrefix])]).key(""),
    ai("402", "GSIN", &[n(17).checked(&[CheckDigit, CompanyPrefix])]).key(""),
    ai("403", "ROUTE", &[x_up_to(30)]).requires("00"),
    ai("410", "SHIP TO LOC", GLN),
    ai("411", "BILL TO", GLN),
    ai("412", "PURCHASE FROM", GLN),
    ai("413", "SHIP FOR LOC", GLN),
    ai("414", "LOC No.", GLN).key("254 7040"),
    ai("415", "PAY TO", GLN).requires("8020").key("8020"),
    ai("416", "PROD/SERV LOC", GLN),
    ai("417", "PARTY", GLN).key("7040"),
    ai("420", "SHIP TO POST", &[x_up_to(20)]).excludes("421"),
    ai("421", "SHIP TO POST", &[n(3).checked(&[Country]), x_up_to(9)]).excludes("4307"),
    ai("422", "ORIGIN", COUNTRY).requires("01 02 03 8006 8026").excludes("426"),
    ai("423", "COUNTRY - INITIAL PROCESS", COUNTRIES).requires("01 02 03").excludes("426"),
    ai("424", "COUNTRY - PROCESS", COUNTRY).requires("01 02 03").excludes("426"),
    ai("425", "COUNTRY - DISASSEMBLY", COUNTRIES).requires("01 02 03").excludes("426"),
    ai("426", "COUNTRY - FULL PROCESS", COUNTRY).requires("01 02 03"),
    ai("427", "ORIGIN SUBDIVISION", &[x_up_to(3)]).requires("01+422 02+422 03+422"),
];
