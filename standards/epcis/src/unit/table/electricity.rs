//! Units of electricity, magnetism and light. Invariant: as in [`super`].

use super::{Unit, unit};
use crate::unit::Quantity::{
    Capacitance, Conductance, Conductivity, ElectricCharge, ElectricCurrent, ElectricFieldStrength, Illuminance,
    Inductance, Irradiance, Luminance, LuminousFlux, LuminousIntensity, MagneticFlux, MagneticFluxDensity, Resistance,
    Resistivity, Voltage,
};

pub(super) static UNITS: [Unit; 102] = [
    // Electric charge, base coulomb.
    unit(ElectricCharge, "COU", 1, 0, 1),     // coulomb
    unit(ElectricCharge, "D86", 1, -3, 1),    // millicoulomb
    unit(ElectricCharge, "B86", 1, -6, 1),    // microcoulomb
    unit(ElectricCharge, "C40", 1, -9, 1),    // nanocoulomb
    unit(ElectricCharge, "C71", 1, -12, 1),   // picocoulomb
    unit(ElectricCharge, "B26", 1, 3, 1),     // kilocoulomb
    unit(ElectricCharge, "D77", 1, 6, 1),     // megacoulomb
    unit(ElectricCharge, "A8", 1, 0, 1),      // ampere second
    unit(ElectricCharge, "N95", 60, 0, 1),    // ampere minute
    unit(ElectricCharge, "AMH", 3_600, 0, 1), // ampere hour
    unit(ElectricCharge, "E09", 36, -1, 1),   // milliampere hour
    unit(ElectricCharge, "TAH", 36, 5, 1),    // kiloampere hour
    // Electric current, base ampere.
    unit(ElectricCurrent, "AMP", 1, 0, 1),   // ampere
    unit(ElectricCurrent, "4K", 1, -3, 1),   // milliampere
    unit(ElectricCurrent, "B84", 1, -6, 1),  // microampere
    unit(ElectricCurrent, "C39", 1, -9, 1),  // nanoampere
    unit(ElectricCurrent, "C70", 1, -12, 1), // picoampere
    unit(ElectricCurrent, "B22", 1, 3, 1),   // kiloampere
    unit(ElectricCurrent, "H38", 1, 6, 1),   // megaampere
    // Voltage, base volt.
    unit(Voltage, "VLT", 1, 0, 1),   // volt
    unit(Voltage, "2Z", 1, -3, 1),   // millivolt
    unit(Voltage, "D82", 1, -6, 1),  // microvolt
    unit(Voltage, "N99", 1, -12, 1), // picovolt
    unit(Voltage, "KVT", 1, 3, 1),   // kilovolt
    unit(Voltage, "B78", 1, 6, 1),   // megavolt
    // Electric field strength, base volt per metre.
    unit(ElectricFieldStrength, "D50", 1, 0, 1),  // volt per metre
    unit(ElectricFieldStrength, "C30", 1, -3, 1), // millivolt per metre
    unit(ElectricFieldStrength, "C3", 1, -6, 1),  // microvolt per metre
    unit(ElectricFieldStrength, "B79", 1, 6, 1),  // megavolt per metre
    unit(ElectricFieldStrength, "B55", 1, 3, 1),  // kilovolt per metre
    unit(ElectricFieldStrength, "D47", 1, 2, 1),  // volt per centimetre
    unit(ElectricFieldStrength, "D51", 1, 3, 1),  // volt per millimetre
    // Resistance, base ohm.
    unit(Resistance, "OHM", 1, 0, 1),  // ohm
    unit(Resistance, "E45", 1, -3, 1), // milliohm
    unit(Resistance, "B94", 1, -6, 1), // microohm
    unit(Resistance, "P22", 1, -9, 1), // nanoohm
    unit(Resistance, "B49", 1, 3, 1),  // kiloohm
    unit(Resistance, "B75", 1, 6, 1),  // megaohm
    unit(Resistance, "A87", 1, 9, 1),  // gigaohm
    unit(Resistance, "H44", 1, 12, 1), // teraohm
    // Resistivity, base ohm metre.
    unit(Resistivity, "C61", 1, 0, 1),  // ohm metre
    unit(Resistivity, "C60", 1, -2, 1), // ohm centimetre
    unit(Resistivity, "B76", 1, 6, 1),  // megaohm metre
    unit(Resistivity, "B50", 1, 3, 1),  // kiloohm metre
    unit(Resistivity, "C23", 1, -3, 1), // milliohm metre
    unit(Resistivity, "B95", 1, -6, 1), // microohm metre
    unit(Resistivity, "C46", 1, -9, 1), // nanoohm metre
    unit(Resistivity, "A88", 1, 9, 1),  // gigaohm metre
    // Conductance, base siemens.
    unit(Conductance, "SIE", 1, 0, 1),   // siemens
    unit(Conductance, "C27", 1, -3, 1),  // millisiemens
    unit(Conductance, "B99", 1, -6, 1),  // microsiemens
    unit(Conductance, "N92", 1, -12, 1), // picosiemens
    unit(Conductance, "B53", 1, 3, 1),   // kilosiemens
    unit(Conductance, "NQ", 1, 0, 1),    // mho
    unit(Conductance, "NR", 1, -6, 1),   // micromho
    // Conductivity, base siemens per metre.
    unit(Conductivity, "D10", 1, 0, 1),  // siemens per metre
    unit(Conductivity, "H43", 1, 2, 1),  // siemens per centimetre
    unit(Conductivity, "H61", 1, -1, 1), // millisiemens per centimetre
    unit(Conductivity, "G42", 1, -4, 1), // microsiemens per centimetre
    unit(Conductivity, "G43", 1, -6, 1), // microsiemens per metre
    unit(Conductivity, "B54", 1, 3, 1),  // kilosiemens per metre
    unit(Conductivity, "B77", 1, 6, 1),  // megasiemens per metre
    unit(Conductivity, "G44", 1, -7, 1), // nanosiemens per centimetre
    unit(Conductivity, "G45", 1, -9, 1), // nanosiemens per metre
    // Capacitance, base farad.
    unit(Capacitance, "FAR", 1, 0, 1),  // farad
    unit(Capacitance, "C10", 1, -3, 1), // millifarad
    unit(Capacitance, "4O", 1, -6, 1),  // microfarad
    unit(Capacitance, "C41", 1, -9, 1), // nanofarad
    unit(Capacitance, "4T", 1, -12, 1), // picofarad
    unit(Capacitance, "N90", 1, 3, 1),  // kilofarad
    // Inductance, base henry.
    unit(Inductance, "81", 1, 0, 1),    // henry
    unit(Inductance, "C14", 1, -3, 1),  // millihenry
    unit(Inductance, "B90", 1, -6, 1),  // microhenry
    unit(Inductance, "C43", 1, -9, 1),  // nanohenry
    unit(Inductance, "C73", 1, -12, 1), // picohenry
    unit(Inductance, "P24", 1, 3, 1),   // kilohenry
    // Magnetic flux, base weber.
    unit(MagneticFlux, "WEB", 1, 0, 1),  // weber
    unit(MagneticFlux, "C33", 1, -3, 1), // milliweber
    unit(MagneticFlux, "P11", 1, 3, 1),  // kiloweber
    // Magnetic flux density, base tesla.
    unit(MagneticFluxDensity, "D33", 1, 0, 1),  // tesla
    unit(MagneticFluxDensity, "C29", 1, -3, 1), // millitesla
    unit(MagneticFluxDensity, "D81", 1, -6, 1), // microtesla
    unit(MagneticFluxDensity, "C48", 1, -9, 1), // nanotesla
    unit(MagneticFluxDensity, "P12", 1, -9, 1), // gamma
    unit(MagneticFluxDensity, "P13", 1, 3, 1),  // kilotesla
    unit(MagneticFluxDensity, "76", 1, -4, 1),  // gauss
    // Illuminance, base lux.
    unit(Illuminance, "LUX", 1, 0, 1),                   // lux
    unit(Illuminance, "B60", 1, 0, 1),                   // lumen per square metre
    unit(Illuminance, "KLX", 1, 3, 1),                   // kilolux
    unit(Illuminance, "P26", 1, 4, 1),                   // phot
    unit(Illuminance, "P25", 100_000_000, 0, 9_290_304), // lumen per square foot
    unit(Illuminance, "P27", 100_000_000, 0, 9_290_304), // footcandle
    // Luminous intensity, base candela.
    unit(LuminousIntensity, "CDL", 1, 0, 1),  // candela
    unit(LuminousIntensity, "P33", 1, 3, 1),  // kilocandela
    unit(LuminousIntensity, "P34", 1, -3, 1), // millicandela
    // Luminous flux, base lumen.
    unit(LuminousFlux, "LUM", 1, 0, 1), // lumen
    // Luminance, base candela per square metre.
    unit(Luminance, "A24", 1, 0, 1), // candela per square metre
    unit(Luminance, "P31", 1, 4, 1), // stilb
    // Irradiance, base watt per square metre.
    unit(Irradiance, "D54", 1, 0, 1),  // watt per square metre
    unit(Irradiance, "C32", 1, -3, 1), // milliwatt per square metre
    unit(Irradiance, "D85", 1, -6, 1), // microwatt per square metre
    unit(Irradiance, "N48", 1, 4, 1),  // watt per square centimetre
];
