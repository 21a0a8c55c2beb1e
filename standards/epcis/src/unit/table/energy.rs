//! Units of heat, force, energy and radiation. Invariant: as in [`super`].

use super::{Unit, unit};
use crate::unit::Quantity::{
    AbsorbedDose, AbsorbedDoseRate, DoseEquivalent, DoseEquivalentRate, Energy, Force, Power, Pressure, Radioactivity,
    Temperature, Torque,
};

pub(super) static UNITS: [Unit; 122] = [
    // Thermodynamic temperature, base kelvin.
    unit(Temperature, "KEL", 1, 0, 1),                     // kelvin
    unit(Temperature, "CEL", 1, 0, 1).shifted(27_315, -2), // degree Celsius
    unit(Temperature, "FAH", 5, 0, 9).shifted(45_967, -2), // degree Fahrenheit
    unit(Temperature, "A48", 5, 0, 9),                     // degree Rankine
    // Pressure, base pascal.
    unit(Pressure, "PAL", 1, 0, 1),                           // pascal
    unit(Pressure, "74", 1, -3, 1),                           // millipascal
    unit(Pressure, "B96", 1, -6, 1),                          // micropascal
    unit(Pressure, "H75", 1, 1, 1),                           // decapascal
    unit(Pressure, "A97", 1, 2, 1),                           // hectopascal
    unit(Pressure, "KPA", 1, 3, 1),                           // kilopascal
    unit(Pressure, "MPA", 1, 6, 1),                           // megapascal
    unit(Pressure, "A89", 1, 9, 1),                           // gigapascal
    unit(Pressure, "BAR", 1, 5, 1),                           // bar
    unit(Pressure, "MBR", 1, 2, 1),                           // millibar
    unit(Pressure, "ATM", 101_325, 0, 1),                     // standard atmosphere
    unit(Pressure, "ATT", 980_665, -1, 1),                    // technical atmosphere
    unit(Pressure, "UA", 101_325, 0, 760),                    // torr
    unit(Pressure, "C55", 1, 0, 1),                           // newton per square metre
    unit(Pressure, "C56", 1, 6, 1),                           // newton per square millimetre
    unit(Pressure, "PS", 44_482_216_152_605, -5, 64_516),     // pound-force per square inch
    unit(Pressure, "HN", 133_322_387_415, -9, 1),             // conventional millimetre of mercury
    unit(Pressure, "HP", 980_665, -5, 1),                     // conventional millimetre of water
    unit(Pressure, "H78", 980_665, -4, 1),                    // conventional centimetre of water
    unit(Pressure, "E42", 980_665, -1, 1),                    // kilogram-force per square centimetre
    unit(Pressure, "B40", 980_665, -5, 1),                    // kilogram-force per square metre
    unit(Pressure, "B85", 1, -1, 1),                          // microbar
    unit(Pressure, "HBA", 1, 7, 1),                           // hectobar
    unit(Pressure, "KBA", 1, 8, 1),                           // kilobar
    unit(Pressure, "E01", 1, 4, 1),                           // newton per square centimetre
    unit(Pressure, "KNM", 1, 3, 1),                           // kilonewton per square metre
    unit(Pressure, "N20", 44_482_216_152_605, -2, 64_516),    // kip per square inch
    unit(Pressure, "K85", 44_482_216_152_605, -5, 9_290_304), // pound-force per square foot
    // Force, base newton.
    unit(Force, "NEW", 1, 0, 1),                    // newton
    unit(Force, "B47", 1, 3, 1),                    // kilonewton
    unit(Force, "B73", 1, 6, 1),                    // meganewton
    unit(Force, "C20", 1, -3, 1),                   // millinewton
    unit(Force, "B92", 1, -6, 1),                   // micronewton
    unit(Force, "DU", 1, -5, 1),                    // dyne
    unit(Force, "B37", 980_665, -5, 1),             // kilogram-force
    unit(Force, "B51", 980_665, -5, 1),             // kilopond
    unit(Force, "C78", 44_482_216_152_605, -13, 1), // pound-force
    // Torque, base newton metre.
    unit(Torque, "NU", 1, 0, 1),                         // newton metre
    unit(Torque, "B48", 1, 3, 1),                        // kilonewton metre
    unit(Torque, "B74", 1, 6, 1),                        // meganewton metre
    unit(Torque, "D83", 1, -3, 1),                       // millinewton metre
    unit(Torque, "B93", 1, -6, 1),                       // micronewton metre
    unit(Torque, "DN", 1, -1, 1),                        // decinewton metre
    unit(Torque, "J72", 1, -2, 1),                       // centinewton metre
    unit(Torque, "F88", 1, -2, 1),                       // newton centimetre
    unit(Torque, "M92", 13_558_179_483_314_004, -16, 1), // pound-force foot
    unit(Torque, "F21", 1_129_848_290_276_167, -16, 1),  // pound-force inch
    // Energy, base joule.
    unit(Energy, "JOU", 1, 0, 1),                // joule
    unit(Energy, "KJO", 1, 3, 1),                // kilojoule
    unit(Energy, "3B", 1, 6, 1),                 // megajoule
    unit(Energy, "GV", 1, 9, 1),                 // gigajoule
    unit(Energy, "D30", 1, 12, 1),               // terajoule
    unit(Energy, "C15", 1, -3, 1),               // millijoule
    unit(Energy, "WHR", 3_600, 0, 1),            // watt hour
    unit(Energy, "KWH", 36, 5, 1),               // kilowatt hour
    unit(Energy, "MWH", 36, 8, 1),               // megawatt hour
    unit(Energy, "GWH", 36, 11, 1),              // gigawatt hour
    unit(Energy, "A57", 1, -7, 1),               // erg
    unit(Energy, "D70", 41_868, -4, 1),          // calorie (international table)
    unit(Energy, "E14", 41_868, -1, 1),          // kilocalorie (international table)
    unit(Energy, "K53", 4_184, 0, 1),            // kilocalorie (thermochemical)
    unit(Energy, "BTU", 105_505_585_262, -8, 1), // British thermal unit (international table)
    unit(Energy, "J55", 1, 0, 1),                // watt second
    unit(Energy, "D32", 36, 14, 1),              // terawatt hour
    unit(Energy, "A53", 1_602_176_634, -28, 1),  // electronvolt
    unit(Energy, "D35", 4_184, -3, 1),           // calorie (thermochemical)
    // Power, base watt.
    unit(Power, "WTT", 1, 0, 1),          // watt
    unit(Power, "C31", 1, -3, 1),         // milliwatt
    unit(Power, "D80", 1, -6, 1),         // microwatt
    unit(Power, "C49", 1, -9, 1),         // nanowatt
    unit(Power, "KWT", 1, 3, 1),          // kilowatt
    unit(Power, "MAW", 1, 6, 1),          // megawatt
    unit(Power, "A90", 1, 9, 1),          // gigawatt
    unit(Power, "D31", 1, 12, 1),         // terawatt
    unit(Power, "P14", 1, 0, 1),          // joule per second
    unit(Power, "HJ", 73_549_875, -5, 1), // metric horse power
    unit(Power, "K43", 746, 0, 1),        // horsepower (electric)
    // Radioactivity, base becquerel.
    unit(Radioactivity, "BQL", 1, 0, 1),  // becquerel
    unit(Radioactivity, "2Q", 1, 3, 1),   // kilobecquerel
    unit(Radioactivity, "4N", 1, 6, 1),   // megabecquerel
    unit(Radioactivity, "GBQ", 1, 9, 1),  // gigabecquerel
    unit(Radioactivity, "H08", 1, -6, 1), // microbecquerel
    unit(Radioactivity, "CUR", 37, 9, 1), // curie
    unit(Radioactivity, "MCU", 37, 6, 1), // millicurie
    unit(Radioactivity, "M5", 37, 3, 1),  // microcurie
    unit(Radioactivity, "2R", 37, 12, 1), // kilocurie
    // Absorbed dose, base gray.
    unit(AbsorbedDose, "A95", 1, 0, 1),  // gray
    unit(AbsorbedDose, "C13", 1, -3, 1), // milligray
    unit(AbsorbedDose, "C80", 1, -2, 1), // rad
    // Absorbed dose rate, base gray per second.
    unit(AbsorbedDoseRate, "A96", 1, 0, 1),      // gray per second
    unit(AbsorbedDoseRate, "P54", 1, -3, 1),     // milligray per second
    unit(AbsorbedDoseRate, "P55", 1, -6, 1),     // microgray per second
    unit(AbsorbedDoseRate, "P57", 1, 0, 60),     // gray per minute
    unit(AbsorbedDoseRate, "P61", 1, 0, 3_600),  // gray per hour
    unit(AbsorbedDoseRate, "P62", 1, -3, 3_600), // milligray per hour
    unit(AbsorbedDoseRate, "P63", 1, -6, 3_600), // microgray per hour
    unit(AbsorbedDoseRate, "P56", 1, -9, 1),     // nanogray per second
    unit(AbsorbedDoseRate, "P58", 1, -3, 60),    // milligray per minute
    unit(AbsorbedDoseRate, "P59", 1, -6, 60),    // microgray per minute
    unit(AbsorbedDoseRate, "P60", 1, -9, 60),    // nanogray per minute
    unit(AbsorbedDoseRate, "P64", 1, -9, 3_600), // nanogray per hour
    // Dose equivalent, base sievert.
    unit(DoseEquivalent, "D13", 1, 0, 1),  // sievert
    unit(DoseEquivalent, "C28", 1, -3, 1), // millisievert
    unit(DoseEquivalent, "D91", 1, -2, 1), // rem
    unit(DoseEquivalent, "L31", 1, -5, 1), // milliroentgen aequivalent men
    // Dose equivalent rate, base sievert per second.
    unit(DoseEquivalentRate, "P65", 1, 0, 1),      // sievert per second
    unit(DoseEquivalentRate, "P66", 1, -3, 1),     // millisievert per second
    unit(DoseEquivalentRate, "P67", 1, -6, 1),     // microsievert per second
    unit(DoseEquivalentRate, "P70", 1, 0, 3_600),  // sievert per hour
    unit(DoseEquivalentRate, "P71", 1, -3, 3_600), // millisievert per hour
    unit(DoseEquivalentRate, "P72", 1, -6, 3_600), // microsievert per hour
    unit(DoseEquivalentRate, "P68", 1, -9, 1),     // nanosievert per second
    unit(DoseEquivalentRate, "P69", 1, -2, 1),     // rem per second
    unit(DoseEquivalentRate, "P73", 1, -9, 3_600), // nanosievert per hour
    unit(DoseEquivalentRate, "P74", 1, 0, 60),     // sievert per minute
    unit(DoseEquivalentRate, "P75", 1, -3, 60),    // millisievert per minute
    unit(DoseEquivalentRate, "P76", 1, -6, 60),    // microsievert per minute
    unit(DoseEquivalentRate, "P77", 1, -9, 60),    // nanosievert per minute
];
