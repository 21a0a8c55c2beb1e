//! Units of matter: mass, density, substance, concentration, counts and memory. Invariant: as in [`super`].

use super::{Unit, unit};
use crate::unit::Quantity::{
    AmountOfSubstance, Count, Density, DynamicViscosity, Fraction, KinematicViscosity, Mass, MassFlowRate, Memory,
    MolarConcentration, MolarMass, SurfaceDensity,
};

pub(super) static UNITS: [Unit; 112] = [
    // Mass, base kilogram.
    unit(Mass, "KGM", 1, 0, 1),                // kilogram
    unit(Mass, "GRM", 1, -3, 1),               // gram
    unit(Mass, "MGM", 1, -6, 1),               // milligram
    unit(Mass, "MC", 1, -9, 1),                // microgram
    unit(Mass, "CGM", 1, -5, 1),               // centigram
    unit(Mass, "DG", 1, -4, 1),                // decigram
    unit(Mass, "DJ", 1, -2, 1),                // decagram
    unit(Mass, "HGM", 1, -1, 1),               // hectogram
    unit(Mass, "DTN", 1, 2, 1),                // decitonne
    unit(Mass, "TNE", 1, 3, 1),                // tonne
    unit(Mass, "2U", 1, 3, 1),                 // megagram
    unit(Mass, "KTN", 1, 6, 1),                // kilotonne
    unit(Mass, "LBR", 45_359_237, -8, 1),      // pound
    unit(Mass, "ONZ", 28_349_523_125, -12, 1), // ounce
    unit(Mass, "APZ", 311_034_768, -10, 1),    // troy ounce
    unit(Mass, "GRN", 6_479_891, -11, 1),      // grain
    unit(Mass, "STI", 635_029_318, -8, 1),     // stone (UK)
    unit(Mass, "CWI", 5_080_234_544, -8, 1),   // hundredweight (UK)
    unit(Mass, "CWA", 45_359_237, -6, 1),      // hundredweight (US)
    unit(Mass, "LTN", 10_160_469_088, -7, 1),  // long ton
    unit(Mass, "STN", 90_718_474, -5, 1),      // short ton
    unit(Mass, "CTM", 2, -4, 1),               // metric carat
    // Density and mass concentration, base kilogram per cubic metre.
    unit(Density, "KMQ", 1, 0, 1),                      // kilogram per cubic metre
    unit(Density, "23", 1, 3, 1),                       // gram per cubic centimetre
    unit(Density, "D41", 1, 3, 1),                      // tonne per cubic metre
    unit(Density, "GJ", 1, 3, 1),                       // gram per millilitre
    unit(Density, "B35", 1, 3, 1),                      // kilogram per litre
    unit(Density, "B34", 1, 3, 1),                      // kilogram per cubic decimetre
    unit(Density, "GL", 1, 0, 1),                       // gram per litre
    unit(Density, "F23", 1, 0, 1),                      // gram per cubic decimetre
    unit(Density, "A93", 1, -3, 1),                     // gram per cubic metre
    unit(Density, "GP", 1, -6, 1),                      // milligram per cubic metre
    unit(Density, "GQ", 1, -9, 1),                      // microgram per cubic metre
    unit(Density, "M1", 1, -3, 1),                      // milligram per litre
    unit(Density, "H29", 1, -6, 1),                     // microgram per litre
    unit(Density, "87", 45_359_237, 4, 28_316_846_592), // pound per cubic foot
    unit(Density, "B72", 1, 3, 1),                      // megagram per cubic metre
    // Surface density, base kilogram per square metre.
    unit(SurfaceDensity, "28", 1, 0, 1),   // kilogram per square metre
    unit(SurfaceDensity, "GM", 1, -3, 1),  // gram per square metre
    unit(SurfaceDensity, "GO", 1, -6, 1),  // milligram per square metre
    unit(SurfaceDensity, "25", 1, 1, 1),   // gram per square centimetre
    unit(SurfaceDensity, "H63", 1, -2, 1), // milligram per square centimetre
    // Amount of substance, base mole.
    unit(AmountOfSubstance, "C34", 1, 0, 1),  // mole
    unit(AmountOfSubstance, "C18", 1, -3, 1), // millimole
    unit(AmountOfSubstance, "FH", 1, -6, 1),  // micromole
    unit(AmountOfSubstance, "B45", 1, 3, 1),  // kilomole
    // Molar concentration, base mole per cubic metre.
    unit(MolarConcentration, "C36", 1, 0, 1), // mole per cubic metre
    unit(MolarConcentration, "M33", 1, 0, 1), // millimole per litre
    unit(MolarConcentration, "C38", 1, 3, 1), // mole per litre
    unit(MolarConcentration, "C35", 1, 3, 1), // mole per cubic decimetre
    unit(MolarConcentration, "B46", 1, 3, 1), // kilomole per cubic metre
    // Molar mass, base kilogram per mole.
    unit(MolarMass, "D74", 1, 0, 1),  // kilogram per mole
    unit(MolarMass, "A94", 1, -3, 1), // gram per mole
    unit(MolarMass, "F24", 1, -3, 1), // kilogram per kilomol
    // Fraction, base one: humidity, shares, concentrations.
    unit(Fraction, "P1", 1, -2, 1),   // percent
    unit(Fraction, "NX", 1, -3, 1),   // per mille
    unit(Fraction, "59", 1, -6, 1),   // part per million
    unit(Fraction, "61", 1, -9, 1),   // part per billion (US)
    unit(Fraction, "GK", 1, -3, 1),   // gram per kilogram
    unit(Fraction, "NA", 1, -6, 1),   // milligram per kilogram
    unit(Fraction, "J33", 1, -9, 1),  // microgram per kilogram
    unit(Fraction, "M29", 1, 0, 1),   // kilogram per kilogram
    unit(Fraction, "K62", 1, 0, 1),   // litre per litre
    unit(Fraction, "L19", 1, -3, 1),  // millilitre per litre
    unit(Fraction, "J36", 1, -6, 1),  // microlitre per litre
    unit(Fraction, "H60", 1, 0, 1),   // cubic metre per cubic metre
    unit(Fraction, "H64", 1, -3, 1),  // milligram per gram
    unit(Fraction, "H65", 1, -6, 1),  // millilitre per cubic metre
    unit(Fraction, "J87", 1, -6, 1),  // cubic centimetre per cubic metre
    unit(Fraction, "J91", 1, -3, 1),  // cubic decimetre per cubic metre
    unit(Fraction, "L32", 1, -12, 1), // nanogram per kilogram
    unit(Fraction, "E40", 1, -5, 1),  // part per hundred thousand
    // Counts, base one.
    unit(Count, "C62", 1, 0, 1),   // one
    unit(Count, "H87", 1, 0, 1),   // piece
    unit(Count, "EA", 1, 0, 1),    // each
    unit(Count, "PR", 2, 0, 1),    // pair
    unit(Count, "DZN", 12, 0, 1),  // dozen
    unit(Count, "GRO", 144, 0, 1), // gross
    unit(Count, "CEN", 1, 2, 1),   // hundred
    unit(Count, "MIL", 1, 3, 1),   // thousand
    // Memory, base bit.
    unit(Memory, "A99", 1, 0, 1),  // bit
    unit(Memory, "AD", 8, 0, 1),   // byte
    unit(Memory, "2P", 8, 3, 1),   // kilobyte
    unit(Memory, "4L", 8, 6, 1),   // megabyte
    unit(Memory, "E34", 8, 9, 1),  // gigabyte
    unit(Memory, "E35", 8, 12, 1), // terabyte
    unit(Memory, "C37", 1, 3, 1),  // kilobit
    unit(Memory, "D36", 1, 6, 1),  // megabit
    unit(Memory, "B68", 1, 9, 1),  // gigabit
    unit(Memory, "Q12", 8, 0, 1),  // octet
    unit(Memory, "E36", 8, 15, 1), // petabyte
    // Mass flow rate, base kilogram per second.
    unit(MassFlowRate, "KGS", 1, 0, 1),      // kilogram per second
    unit(MassFlowRate, "F31", 1, 0, 60),     // kilogram per minute
    unit(MassFlowRate, "E93", 1, 0, 3_600),  // kilogram per hour
    unit(MassFlowRate, "F27", 1, -3, 3_600), // gram per hour
    unit(MassFlowRate, "F28", 1, -3, 60),    // gram per minute
    unit(MassFlowRate, "F29", 1, -3, 1),     // gram per second
    unit(MassFlowRate, "E18", 1, 3, 3_600),  // tonne per hour
    unit(MassFlowRate, "F30", 1, 0, 86_400), // kilogram per day
    unit(MassFlowRate, "F34", 1, -6, 1),     // milligram per second
    unit(MassFlowRate, "L71", 1, 3, 86_400), // tonne per day
    // Dynamic viscosity, base pascal second.
    unit(DynamicViscosity, "C65", 1, 0, 1),  // pascal second
    unit(DynamicViscosity, "C24", 1, -3, 1), // millipascal second
    unit(DynamicViscosity, "89", 1, -1, 1),  // poise
    unit(DynamicViscosity, "C7", 1, -3, 1),  // centipoise
    unit(DynamicViscosity, "N36", 1, 0, 1),  // newton second per square metre
    unit(DynamicViscosity, "N37", 1, 0, 1),  // kilogram per metre second
    // Kinematic viscosity, base square metre per second.
    unit(KinematicViscosity, "S4", 1, 0, 1),   // square metre per second
    unit(KinematicViscosity, "91", 1, -4, 1),  // stokes
    unit(KinematicViscosity, "4C", 1, -6, 1),  // centistokes
    unit(KinematicViscosity, "C17", 1, -6, 1), // square millimetre per second
    unit(KinematicViscosity, "M81", 1, -4, 1), // square centimetre per second
];
