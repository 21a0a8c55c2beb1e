//! Amounts and prices: AIs 3900 to 3955.

use super::{Definition, SIX, ais, n, n_up_to};
use crate::check::Check::Currency;

pub(super) static ROWS: &[Definition] = &[
    ais("3900", "3909", "AMOUNT", &[n_up_to(15)]).requires("255 8020").excludes("390n 391n 394n 8111"),
    ais("3910", "3919", "AMOUNT", &[n(3).checked(&[Currency]), n_up_to(15)]).requires("8020").excludes("391n"),
    ais("3920", "3929", "PRICE", &[n_up_to(15)])
        .requires("01+30 01+31nn 01+32nn 01+35nn 01+36nn")
        .excludes("392n 393n"),
    ais("3930", "3939", "PRICE", &[n(3).checked(&[Currency]), n_up_to(15)])
        .requires("30 31nn 32nn 35nn 36nn")
        .excludes("393n"),
    ais("3940", "3943", "PRCNT OFF", &[n(4)]).requires("255").excludes("394n 8111"),
    ais("3950", "3955", "PRICE/UoM", SIX).requires("30 31nn 32nn 35nn 36nn").excludes("392n 393n 395n 8005"),
];
