//! Units of space, time and motion. Invariant: as in [`super`].

use super::{Unit, unit};
use crate::unit::Quantity::{
    Acceleration, Angle, Area, Frequency, Length, RotationalSpeed, Speed, Time, Volume, VolumeFlowRate,
};

pub(super) static UNITS: [Unit; 139] = [
    // Length, base metre.
    unit(Length, "MTR", 1, 0, 1),          // metre
    unit(Length, "DMT", 1, -1, 1),         // decimetre
    unit(Length, "CMT", 1, -2, 1),         // centimetre
    unit(Length, "MMT", 1, -3, 1),         // millimetre
    unit(Length, "4H", 1, -6, 1),          // micrometre
    unit(Length, "C45", 1, -9, 1),         // nanometre
    unit(Length, "C52", 1, -12, 1),        // picometre
    unit(Length, "A71", 1, -15, 1),        // femtometre
    unit(Length, "A11", 1, -10, 1),        // angstrom
    unit(Length, "A45", 1, 1, 1),          // decametre
    unit(Length, "HMT", 1, 2, 1),          // hectometre
    unit(Length, "KMT", 1, 3, 1),          // kilometre
    unit(Length, "INH", 254, -4, 1),       // inch
    unit(Length, "FOT", 3_048, -4, 1),     // foot
    unit(Length, "YRD", 9_144, -4, 1),     // yard
    unit(Length, "AK", 18_288, -4, 1),     // fathom
    unit(Length, "SMI", 1_609_344, -3, 1), // statute mile
    unit(Length, "NMI", 1_852, 0, 1),      // nautical mile
    unit(Length, "M50", 201_168, -3, 1),   // furlong
    unit(Length, "77", 254, -7, 1),        // milli-inch
    unit(Length, "M7", 254, -10, 1),       // micro-inch
    // Area, base square metre.
    unit(Area, "MTK", 1, 0, 1),                       // square metre
    unit(Area, "DMK", 1, -2, 1),                      // square decimetre
    unit(Area, "CMK", 1, -4, 1),                      // square centimetre
    unit(Area, "MMK", 1, -6, 1),                      // square millimetre
    unit(Area, "H16", 1, 2, 1),                       // square decametre
    unit(Area, "H18", 1, 4, 1),                       // square hectometre
    unit(Area, "KMK", 1, 6, 1),                       // square kilometre
    unit(Area, "ARE", 1, 2, 1),                       // are
    unit(Area, "DAA", 1, 3, 1),                       // decare
    unit(Area, "HAR", 1, 4, 1),                       // hectare
    unit(Area, "INK", 64_516, -8, 1),                 // square inch
    unit(Area, "FTK", 9_290_304, -8, 1),              // square foot
    unit(Area, "YDK", 83_612_736, -8, 1),             // square yard
    unit(Area, "MIK", 2_589_988_110_336, -6, 1),      // square mile
    unit(Area, "ACR", 62_726_400_000, 0, 15_499_969), // acre (US survey)
    unit(Area, "H30", 1, -12, 1),                     // square micrometre
    // Volume, base cubic metre.
    unit(Volume, "MTQ", 1, 0, 1),                   // cubic metre
    unit(Volume, "DMQ", 1, -3, 1),                  // cubic decimetre
    unit(Volume, "CMQ", 1, -6, 1),                  // cubic centimetre
    unit(Volume, "MMQ", 1, -9, 1),                  // cubic millimetre
    unit(Volume, "LTR", 1, -3, 1),                  // litre
    unit(Volume, "DLT", 1, -4, 1),                  // decilitre
    unit(Volume, "CLT", 1, -5, 1),                  // centilitre
    unit(Volume, "MLT", 1, -6, 1),                  // millilitre
    unit(Volume, "4G", 1, -9, 1),                   // microlitre
    unit(Volume, "A44", 1, -2, 1),                  // decalitre
    unit(Volume, "HLT", 1, -1, 1),                  // hectolitre
    unit(Volume, "K6", 1, 0, 1),                    // kilolitre
    unit(Volume, "MAL", 1, 3, 1),                   // megalitre
    unit(Volume, "DMA", 1, 3, 1),                   // cubic decametre
    unit(Volume, "H19", 1, 6, 1),                   // cubic hectometre
    unit(Volume, "INQ", 16_387_064, -12, 1),        // cubic inch
    unit(Volume, "FTQ", 28_316_846_592, -12, 1),    // cubic foot
    unit(Volume, "YDQ", 764_554_857_984, -12, 1),   // cubic yard
    unit(Volume, "GLL", 3_785_411_784, -12, 1),     // gallon (US)
    unit(Volume, "GLI", 454_609, -8, 1),            // gallon (UK)
    unit(Volume, "OZA", 295_735_295_625, -16, 1),   // fluid ounce (US)
    unit(Volume, "OZI", 284_130_625, -13, 1),       // fluid ounce (UK)
    unit(Volume, "PTL", 473_176_473, -12, 1),       // liquid pint (US)
    unit(Volume, "PTI", 56_826_125, -11, 1),        // pint (UK)
    unit(Volume, "QTL", 946_352_946, -12, 1),       // liquid quart (US)
    unit(Volume, "QTI", 11_365_225, -10, 1),        // quart (UK)
    unit(Volume, "BLL", 158_987_294_928, -12, 1),   // barrel (US)
    unit(Volume, "BUA", 3_523_907_016_688, -14, 1), // bushel (US)
    unit(Volume, "BUI", 3_636_872, -8, 1),          // bushel (UK)
    unit(Volume, "GLD", 440_488_377_086, -14, 1),   // dry gallon (US)
    unit(Volume, "QTD", 1_101_220_942_715, -15, 1), // dry quart (US)
    unit(Volume, "PTD", 5_506_104_713_575, -16, 1), // dry pint (US)
    // Angle, base radian. Pi is taken as 3.141592653589793238; Recommendation 20 has fewer digits.
    unit(Angle, "C81", 1, 0, 1),                                 // radian
    unit(Angle, "C25", 1, -3, 1),                                // milliradian
    unit(Angle, "B97", 1, -6, 1),                                // microradian
    unit(Angle, "DD", 3_141_592_653_589_793_238, -18, 180),      // degree
    unit(Angle, "D61", 3_141_592_653_589_793_238, -18, 10_800),  // minute
    unit(Angle, "D62", 3_141_592_653_589_793_238, -18, 648_000), // second
    unit(Angle, "A91", 3_141_592_653_589_793_238, -18, 200),     // gon
    unit(Angle, "M44", 6_283_185_307_179_586_476, -18, 1),       // revolution
    // Time, base second.
    unit(Time, "SEC", 1, 0, 1),          // second
    unit(Time, "C26", 1, -3, 1),         // millisecond
    unit(Time, "B98", 1, -6, 1),         // microsecond
    unit(Time, "C47", 1, -9, 1),         // nanosecond
    unit(Time, "H70", 1, -12, 1),        // picosecond
    unit(Time, "B52", 1, 3, 1),          // kilosecond
    unit(Time, "MIN", 60, 0, 1),         // minute
    unit(Time, "HUR", 3_600, 0, 1),      // hour
    unit(Time, "DAY", 86_400, 0, 1),     // day
    unit(Time, "WEE", 604_800, 0, 1),    // week
    unit(Time, "MON", 2_629_800, 0, 1),  // month
    unit(Time, "ANN", 31_557_600, 0, 1), // year
    // Speed, base metre per second.
    unit(Speed, "MTS", 1, 0, 1),         // metre per second
    unit(Speed, "C16", 1, -3, 1),        // millimetre per second
    unit(Speed, "2M", 1, -2, 1),         // centimetre per second
    unit(Speed, "M62", 1, 3, 1),         // kilometre per second
    unit(Speed, "2X", 1, 0, 60),         // metre per minute
    unit(Speed, "H49", 1, -2, 3_600),    // centimetre per hour
    unit(Speed, "KMH", 1, 3, 3_600),     // kilometre per hour
    unit(Speed, "HM", 44_704, -5, 1),    // mile per hour
    unit(Speed, "KNT", 1_852, 0, 3_600), // knot
    unit(Speed, "FS", 3_048, -4, 1),     // foot per second
    unit(Speed, "FR", 3_048, -4, 60),    // foot per minute
    unit(Speed, "IU", 254, -4, 1),       // inch per second
    unit(Speed, "M60", 1, 0, 3_600),     // metre per hour
    unit(Speed, "H81", 1, -3, 60),       // millimetre per minute
    unit(Speed, "H67", 1, -3, 3_600),    // millimetre per hour
    // Acceleration, base metre per second squared.
    unit(Acceleration, "MSK", 1, 0, 1),        // metre per second squared
    unit(Acceleration, "M39", 1, -2, 1),       // centimetre per second squared
    unit(Acceleration, "M41", 1, -3, 1),       // millimetre per second squared
    unit(Acceleration, "A76", 1, -2, 1),       // gal
    unit(Acceleration, "C11", 1, -5, 1),       // milligal
    unit(Acceleration, "K40", 980_665, -5, 1), // standard acceleration of free fall
    unit(Acceleration, "A73", 3_048, -4, 1),   // foot per second squared
    unit(Acceleration, "IV", 254, -4, 1),      // inch per second squared
    // Rotational speed, base revolution per second.
    unit(RotationalSpeed, "RPS", 1, 0, 1),   // revolution per second
    unit(RotationalSpeed, "RPM", 1, 0, 60),  // revolution per minute
    unit(RotationalSpeed, "M46", 1, 0, 60),  // revolution per minute
    unit(RotationalSpeed, "E96", 1, 0, 360), // degree per second
    unit(RotationalSpeed, "2A", 1, 18, 6_283_185_307_179_586_476), // radian per second
    // Frequency, base hertz.
    unit(Frequency, "HTZ", 1, 0, 1),  // hertz
    unit(Frequency, "KHZ", 1, 3, 1),  // kilohertz
    unit(Frequency, "MHZ", 1, 6, 1),  // megahertz
    unit(Frequency, "A86", 1, 9, 1),  // gigahertz
    unit(Frequency, "D29", 1, 12, 1), // terahertz
    // Volume flow rate, base cubic metre per second.
    unit(VolumeFlowRate, "MQS", 1, 0, 1),                   // cubic metre per second
    unit(VolumeFlowRate, "MQH", 1, 0, 3_600),               // cubic metre per hour
    unit(VolumeFlowRate, "G53", 1, 0, 60),                  // cubic metre per minute
    unit(VolumeFlowRate, "G51", 1, -3, 1),                  // litre per second
    unit(VolumeFlowRate, "L2", 1, -3, 60),                  // litre per minute
    unit(VolumeFlowRate, "E32", 1, -3, 3_600),              // litre per hour
    unit(VolumeFlowRate, "40", 1, -6, 1),                   // millilitre per second
    unit(VolumeFlowRate, "41", 1, -6, 60),                  // millilitre per minute
    unit(VolumeFlowRate, "2J", 1, -6, 1),                   // cubic centimetre per second
    unit(VolumeFlowRate, "G52", 1, 0, 86_400),              // cubic metre per day
    unit(VolumeFlowRate, "LD", 1, -3, 86_400),              // litre per day
    unit(VolumeFlowRate, "G55", 1, -6, 3_600),              // millilitre per hour
    unit(VolumeFlowRate, "4X", 1, 0, 3_600),                // kilolitre per hour
    unit(VolumeFlowRate, "G2", 3_785_411_784, -12, 60),     // US gallon per minute
    unit(VolumeFlowRate, "G3", 454_609, -8, 60),            // Imperial gallon per minute
    unit(VolumeFlowRate, "2L", 28_316_846_592, -12, 60),    // cubic foot per minute
    unit(VolumeFlowRate, "2K", 28_316_846_592, -12, 3_600), // cubic foot per hour
];
