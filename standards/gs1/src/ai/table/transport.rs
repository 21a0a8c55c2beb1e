//! Addresses and instructions of a transport: AIs 4300 to 4333.

use super::{Definition, ai, n, x, x_up_to};
use crate::check::Check::{
    CountryLetters, Date, DateOrMonth, HourMinute, Hyphens, Latitude, Longitude, PercentEncoded, YesNo,
};

pub(super) static ROWS: &[Definition] = &[
    ai("4300", "SHIP TO COMP", &[x_up_to(35).checked(&[PercentEncoded])]).requires("00"),
    ai("4301", "SHIP TO NAME", &[x_up_to(35).checked(&[PercentEncoded])]).requires("00"),
    ai("4302", "SHIP TO ADD1", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4303", "SHIP TO ADD2", &[x_up_to(70).checked(&[PercentEncoded])]).requires("4302"),
    ai("4304", "SHIP TO SUB", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4305", "SHIP TO LOC", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4306", "SHIP TO REG", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4307", "SHIP TO COUNTRY", &[x(2).checked(&[CountryLetters])]).requires("00"),
    ai("4308", "SHIP TO PHONE", &[x_up_to(30)]).requires("00"),
    ai("4309", "SHIP TO GEO", &[n(10).checked(&[Latitude]), n(10).checked(&[Longitude])]).requires("00"),
    ai("4310", "RTN TO COMP", &[x_up_to(35).checked(&[PercentEncoded])]).requires("00"),
    ai("4311", "RTN TO NAME", &[x_up_to(35).checked(&[PercentEncoded])]).requires("00"),
    ai("4312", "RTN TO ADD1", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4313", "RTN TO ADD2", &[x_up_to(70).checked(&[PercentEncoded])]).requires("4312"),
    ai("4314", "RTN TO SUB", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4315", "RTN TO LOC", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4316", "RTN TO REG", &[x_up_to(70).checked(&[PercentEncoded])]).requires("00"),
    ai("4317", "RTN TO COUNTRY", &[x(2).checked(&[CountryLetters])]).requires("00"),
    ai("4318", "RTN TO POST", &[x_up_to(20)]).requires("00"),
    ai("4319", "RTN TO PHONE", &[x_up_to(30)]).requires("00"),
    ai("4320", "SRV DESCRIPTION", &[x_up_to(35).checked(&[PercentEncoded])]).requires("00"),
    ai("4321", "DANGEROUS GOODS", &[n(1).checked(&[YesNo])]).requires("00"),
    ai("4322", "AUTH TO LEAVE", &[n(1).checked(&[YesNo])]).requires("00"),
    ai("4323", "SIG REQUIRED", &[n(1).checked(&[YesNo])]).requires("00"),
    ai("4324", "NOT BEF DEL DT", &[n(6).checked(&[DateOrMonth]), n(4).checked(&[HourMinute])]).requires("00"),
    ai("4325", "NOT AFT DEL DT", &[n(6).checked(&[DateOrMonth]), n(4).checked(&[HourMinute])]).requires("00"),
    ai("4326", "REL DATE", &[n(6).checked(&[Date])]).requires("00"),
    ai("4330", "MAX TEMP F.", &[n(6), x(1).optional().checked(&[Hyphens])]).requires("00").excludes("4331"),
    ai("4331", "MAX TEMP C.", &[n(6), x(1).optional().checked(&[Hyphens])]).requires("00").excludes("4330"),
    ai("4332", "MIN TEMP F.", &[n(6), x(1).optional().checked(&[Hyphens])]).requires("00").excludes("4333"),
    ai("4333", "MIN TEMP C.", &[n(6), x(1).optional().checked(&[Hyphens])]).requires("00").excludes("4332"),
];
