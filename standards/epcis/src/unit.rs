//! Units of measure by their codes (UN/ECE Recommendation 20, as EPCIS 2.0 section 7.3 requires), and comparisons of
//! numbers in different units. Invariant: a comparison is exact. Numbers of different quantities, or in a unit that is
//! not listed, are not comparable.

mod table;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::LazyLock};

use standards_number::Decimal;

/// What a unit measures. Units of one quantity can be converted into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    AbsorbedDose,
    AbsorbedDoseRate,
    Acceleration,
    AmountOfSubstance,
    Angle,
    Area,
    Capacitance,
    Conductance,
    Conductivity,
    Count,
    Density,
    DoseEquivalent,
    DoseEquivalentRate,
    DynamicViscosity,
    ElectricCharge,
    ElectricCurrent,
    ElectricFieldStrength,
    Energy,
    Force,
    Fraction,
    Frequency,
    Illuminance,
    Inductance,
    Irradiance,
    KinematicViscosity,
    Length,
    Luminance,
    LuminousFlux,
    LuminousIntensity,
    MagneticFlux,
    MagneticFluxDensity,
    Mass,
    MassFlowRate,
    Memory,
    MolarConcentration,
    MolarMass,
    Power,
    Pressure,
    Radioactivity,
    Resistance,
    Resistivity,
    RotationalSpeed,
    Speed,
    SurfaceDensity,
    Temperature,
    Time,
    Torque,
    Voltage,
    Volume,
    VolumeFlowRate,
}

/// A unit of measure. A number `x` in it is `(x + shift) × numerator × 10^exponent / denominator` in the quantity's
/// base unit.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    code: &'static str,
    quantity: Quantity,
    /// A number and an exponent of ten. Only temperatures have one.
    shift: (i64, i64),
    numerator: u64,
    exponent: i64,
    denominator: u64,
}

/// How the two numbers of a comparison were measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A point on the scale of the unit: a temperature.
    Point,
    /// A distance on it, for which the zero of the scale does not matter: the standard deviation of a temperature.
    Distance,
}

static BY_CODE: LazyLock<BTreeMap<&'static str, &'static Unit>> =
    LazyLock::new(|| table::all().map(|unit| (unit.code, unit)).collect());

impl Unit {
    /// The unit with this code. `None` for a code that is not listed.
    pub fn find(code: &str) -> Option<&'static Self> {
        BY_CODE.get(code).copied()
    }

    /// The code, such as `KGM`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What the unit measures.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// Brings a number of this unit to the scale on which it is compared with numbers of another unit. `None` when the
    /// units measure different quantities.
    ///
    /// For units `a` and `b`, `a.scaled(x, b, …)` is less than `a.bound(y, b, …)` exactly when `x` in `a` is less than
    /// `y` in `b`. This side has no sum, so its cost does not depend on the exponent of a number.
    pub fn scaled(&self, number: &Decimal, other: &Self) -> Option<Decimal> {
        (self.quantity == other.quantity).then(|| number.times(self.numerator).times(other.denominator))
    }

    /// Brings a number of `other` to the scale on which numbers of this unit are compared with it.
    pub fn bound(&self, number: &Decimal, other: &Self, scale: Scale) -> Option<Decimal> {
        if self.quantity != other.quantity {
            return None;
        }
        let shift = |(mantissa, exponent): (i64, i64)| Decimal::scaled(mantissa, exponent);
        let is_point = scale == Scale::Point;
        let number = if is_point { number.plus(&shift(other.shift)) } else { number.clone() };
        let bound = number.times(other.numerator).times(self.denominator).shifted(other.exponent - self.exponent);
        if !is_point {
            return Some(bound);
        }
        let own = shift(self.shift).times(self.numerator).times(other.denominator);
        Some(bound.plus(&own.negated()))
    }
}
