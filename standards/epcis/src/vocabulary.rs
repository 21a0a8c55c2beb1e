//! The Core Business Vocabulary (CBV 2.0): the words that a field may hold, and their spellings. Invariant: every
//! spelling of a standard word has the same canonical form. No other text has that form.
//!
//! A standard value is a bare word in JSON (`shipping`), a web URI (`https://ref.gs1.org/cbv/BizStep-shipping`, also as
//! a CURIE `cbv:…`), or a URN in older data (`urn:epcglobal:cbv:bizstep:shipping`). Documents written by drafts of the
//! standard have another namespace (`https://ns.gs1.org/cbv/BizStep-shipping`). A user's own value is any URI.

use std::borrow::Cow;

use crate::{
    context::{Scope, expand_gs1},
    identifier::normal_head,
};

/// The namespace of words in CBV 2.0.
pub(crate) const NAMESPACE: &str = "https://ref.gs1.org/cbv/";
/// The namespace of words in drafts of CBV 2.0 (`CBV.ttl` of 2021). Published documents and libraries have it.
pub(crate) const DRAFT_NAMESPACE: &str = "https://ns.gs1.org/cbv/";

/// The versions of the Core Business Vocabulary that have other words. CBV 1.0 and 1.1 are parts of 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CbvVersion {
    V1_2,
    #[default]
    V2_0,
}

/// A list of standard words (CBV 2.0 section 7).
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// The list's name in the detail of a problem.
    pub name: &'static str,
    web_prefix: &'static str,
    urn_prefix: Option<&'static str>,
    /// The words in code-point order.
    words: &'static [&'static str],
    /// Those of the words that version 2.0 added, in code-point order. The others are in CBV 1.2 (section 7), too.
    added: &'static [&'static str],
}

impl Vocabulary {
    /// The standard words, in code-point order.
    pub fn words(&self) -> &'static [&'static str] {
        self.words
    }

    /// Whether the text is one of the bare words.
    pub fn contains(&self, word: &str) -> bool {
        self.words.binary_search(&word).is_ok()
    }

    /// The first version that has a bare word. `None` for other texts. A list without URNs came with version 2.0.
    pub fn since(&self, word: &str) -> Option<CbvVersion> {
        let is_added = self.urn_prefix.is_none() || self.added.binary_search(&word).is_ok();
        self.contains(word).then_some(if is_added { CbvVersion::V2_0 } else { CbvVersion::V1_2 })
    }

    /// The bare word of a `value` that is a word, web URI or URN. `None` for other values.
    pub fn bare_word(&self, value: &str) -> Option<&'static str> {
        let value = normal_head(value);
        let word = value
            .strip_prefix(self.web_prefix)
            .or_else(|| self.urn_prefix.and_then(|prefix| value.strip_prefix(prefix)))
            .or_else(|| value.strip_prefix(DRAFT_NAMESPACE)?.strip_prefix(self.web_prefix.strip_prefix(NAMESPACE)?))
            .unwrap_or(&value);
        self.words.binary_search(&word).ok().map(|index| self.words[index])
    }

    /// The form in which values are indexed and compared: the bare word of a standard value. A user's value is
    /// unchanged, except that a CURIE of the GS1 context is expanded.
    pub fn canonical<'v>(&self, value: &'v str) -> Cow<'v, str> {
        self.canonical_by(value, expand_gs1)
    }

    /// [`Vocabulary::canonical`], after expanding a CURIE with a bound prefix.
    pub(crate) fn canonical_in<'v>(&self, value: &'v str, scope: Scope<'_, '_>) -> Cow<'v, str> {
        self.canonical_by(value, |value| scope.expand(value))
    }

    fn canonical_by<'v>(&self, value: &'v str, expand: impl Fn(&'v str) -> Cow<'v, str>) -> Cow<'v, str> {
        if let Some(word) = self.bare_word(value) {
            return Cow::Borrowed(word);
        }
        let expanded = expand(value);
        match self.bare_word(&expanded) {
            Some(word) => Cow::Borrowed(word),
            None => expanded,
        }
    }

    /// The web URI of a word of this list in any spelling, or of a URN with another word. `None` for other values.
    pub(crate) fn web_uri(&self, value: &str) -> Option<String> {
        let value = normal_head(value);
        let word = match self.urn_prefix.and_then(|prefix| value.strip_prefix(prefix)) {
            Some(word) => word,
            None => self.bare_word(&value)?,
        };
        Some(format!("{}{word}", self.web_prefix))
    }

    /// The URN of a bare word or web URI of this list. `None` for other values, and where the list has no URNs.
    pub(crate) fn urn(&self, value: &str) -> Option<String> {
        let word = self.bare_word(value)?;
        self.urn_prefix.map(|prefix| format!("{prefix}{word}"))
    }
}

/// Business steps, `bizStep`.
pub static BIZ_STEP: Vocabulary = Vocabulary {
    name: "business step",
    web_prefix: "https://ref.gs1.org/cbv/BizStep-",
    urn_prefix: Some("urn:epcglobal:cbv:bizstep:"),
    words: &[
        "accepting",
        "arriving",
        "assembling",
        "collecting",
        "commissioning",
        "consigning",
        "creating_class_instance",
        "cycle_counting",
        "decommissioning",
        "departing",
        "destroying",
        "disassembling",
        "dispensing",
        "encoding",
        "entering_exiting",
        "holding",
        "inspecting",
        "installing",
        "killing",
        "loading",
        "other",
        "packing",
        "picking",
        "receiving",
        "removing",
        "repackaging",
        "repairing",
        "replacing",
        "reserving",
        "retail_selling",
        "sampling",
        "sensor_reporting",
        "shipping",
        "staging_outbound",
        "stock_taking",
        "stocking",
        "storing",
        "transporting",
        "unloading",
        "unpacking",
        "void_shipping",
    ],
    added: &["sampling", "sensor_reporting"],
};

/// Dispositions, `disposition` and `persistentDisposition`.
pub static DISPOSITION: Vocabulary = Vocabulary {
    name: "disposition",
    web_prefix: "https://ref.gs1.org/cbv/Disp-",
    urn_prefix: Some("urn:epcglobal:cbv:disp:"),
    words: &[
        "active",
        "available",
        "completeness_inferred",
        "completeness_verified",
        "conformant",
        "container_closed",
        "container_open",
        "damaged",
        "destroyed",
        "dispensed",
        "disposed",
        "encoded",
        "expired",
        "in_progress",
        "in_transit",
        "inactive",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "needs_replacement",
        "no_pedigree_match",
        "non_conformant",
        "non_sellable_other",
        "partially_dispensed",
        "recalled",
        "reserved",
        "retail_sold",
        "returned",
        "sellable_accessible",
        "sellable_not_accessible",
        "stolen",
        "unavailable",
        "unknown",
    ],
    added: &[
        "available",
        "completeness_inferred",
        "completeness_verified",
        "conformant",
        "container_open",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "needs_replacement",
        "non_conformant",
        "unavailable",
    ],
};

/// Business transaction types, `bizTransactionList/type`.
pub static TRANSACTION_TYPE: Vocabulary = Vocabulary {
    name: "business transaction type",
    web_prefix: "https://ref.gs1.org/cbv/BTT-",
    urn_prefix: Some("urn:epcglobal:cbv:btt:"),
    words: &[
        "bol",
        "cert",
        "desadv",
        "inv",
        "pedigree",
        "po",
        "poc",
        "prodorder",
        "recadv",
        "rma",
        "testprd",
        "testres",
        "upevt",
    ],
    added: &["cert", "testprd", "testres", "upevt"],
};

/// Source and destination types, `sourceList/type` and `destinationList/type`.
pub static PARTY_TYPE: Vocabulary = Vocabulary {
    name: "source or destination type",
    web_prefix: "https://ref.gs1.org/cbv/SDT-",
    urn_prefix: Some("urn:epcglobal:cbv:sdt:"),
    words: &["location", "owning_party", "possessing_party"],
    added: &[],
};

/// Reasons of an error declaration, `errorDeclaration/reason`.
pub static ERROR_REASON: Vocabulary = Vocabulary {
    name: "error reason",
    web_prefix: "https://ref.gs1.org/cbv/ER-",
    urn_prefix: Some("urn:epcglobal:cbv:er:"),
    words: &["did_not_occur", "incorrect_data"],
    added: &[],
};

/// Components of a sensor's vector or position, `sensorReport/component`.
pub static SENSOR_COMPONENT: Vocabulary = Vocabulary {
    name: "sensor component",
    web_prefix: "https://ref.gs1.org/cbv/Comp-",
    urn_prefix: None,
    words: &[
        "altitude",
        "axial_distance",
        "azimuth",
        "easting",
        "elevation_angle",
        "height",
        "latitude",
        "longitude",
        "northing",
        "polar_angle",
        "spherical_radius",
        "x",
        "y",
        "z",
    ],
    added: &[],
};

/// Sensor alerts, `sensorReport/exception`.
pub static SENSOR_ALERT: Vocabulary = Vocabulary {
    name: "sensor alert",
    web_prefix: "https://gs1.org/voc/",
    urn_prefix: None,
    words: &["ALARM_CONDITION", "ERROR_CONDITION"],
    added: &[],
};

/// Measurement types, `sensorReport/type`. In addition to the JSON schema of EPCIS 2.0.0 it has two words of the GS1
/// web vocabulary that the published examples use.
pub static MEASUREMENT: Vocabulary = Vocabulary {
    name: "measurement type",
    web_prefix: "https://gs1.org/voc/",
    urn_prefix: None,
    words: &[
        "AbsoluteHumidity",
        "AbsorbedDose",
        "AbsorbedDoseRate",
        "Acceleration",
        "Altitude",
        "AmountOfSubstance",
        "AmountOfSubstancePerUnitVolume",
        "Angle",
        "AngularAcceleration",
        "AngularMomentum",
        "AngularVelocity",
        "Area",
        "Capacitance",
        "Conductance",
        "Conductivity",
        "Count",
        "Density",
        "Dimensionless",
        "DoseEquivalent",
        "DoseEquivalentRate",
        "DynamicViscosity",
        "EffectiveDoseRate",
        "ElectricCharge",
        "ElectricCurrent",
        "ElectricCurrentDensity",
        "ElectricFieldStrength",
        "Energy",
        "Exposure",
        "Force",
        "Frequency",
        "Illuminance",
        "Inductance",
        "Irradiance",
        "KinematicViscosity",
        "Length",
        "LinearMomentum",
        "Luminance",
        "LuminousFlux",
        "LuminousIntensity",
        "MagneticFlux",
        "MagneticFluxDensity",
        "MagneticVectorPotential",
        "Mass",
        "MassConcentration",
        "MassFlowRate",
        "MassPerAreaTime",
        "MemoryCapacity",
        "MolalityOfSolute",
        "MolarEnergy",
        "MolarMass",
        "MolarVolume",
        "Molar_concentration",
        "Power",
        "Pressure",
        "RadiantFlux",
        "RadiantIntensity",
        "Radioactivity",
        "RelativeHumidity",
        "Resistance",
        "Resistivity",
        "SolidAngle",
        "SpecificVolume",
        "Speed",
        "SurfaceDensity",
        "SurfaceTension",
        "Temperature",
        "Time",
        "Torque",
        "Voltage",
        "Volume",
        "VolumeFlowRate",
        "VolumeFraction",
        "VolumetricFlux",
        "Wavenumber",
    ],
    added: &[],
};

#[cfg(test)]
mod tests {
    use super::*;

    static ALL: [&Vocabulary; 8] = [
        &BIZ_STEP,
        &DISPOSITION,
        &TRANSACTION_TYPE,
        &PARTY_TYPE,
        &ERROR_REASON,
        &SENSOR_COMPONENT,
        &SENSOR_ALERT,
        &MEASUREMENT,
    ];

    #[test]
    fn words_are_sorted_for_the_binary_search() {
        for vocabulary in ALL {
            assert!(vocabulary.words.is_sorted(), "{}", vocabulary.name);
            for word in vocabulary.words {
                assert_eq!(vocabulary.bare_word(word), Some(*word));
                let web = vocabulary.web_uri(word).expect("a standard word has a web URI");
                assert_eq!(vocabulary.bare_word(&web), Some(*word));
            }
            assert!(vocabulary.added.is_sorted(), "{}", vocabulary.name);
            assert!(vocabulary.added.iter().all(|word| vocabulary.contains(word)), "{}", vocabulary.name);
        }
    }

    #[test]
    fn the_lists_have_as_many_words_as_in_the_standard() {
        let counts = ALL.map(|vocabulary| vocabulary.words.len());
        assert_eq!(counts, [41, 33, 13, 3, 2, 14, 2, 74]);
        let is_old = |vocabulary: &Vocabulary, word: &str| vocabulary.since(word) == Some(CbvVersion::V1_2);
        let old = ALL.map(|vocabulary| vocabulary.words.iter().filter(|word| is_old(vocabulary, word)).count());
        assert_eq!(old, [39, 22, 9, 3, 2, 0, 0, 0], "CBV 1.2.2, sections 7.1 to 7.5");
    }

    #[test]
    fn a_word_has_the_version_that_it_came_with() {
        use CbvVersion::{V1_2, V2_0};
        for (vocabulary, word, since) in [
            (&BIZ_STEP, "encoding", Some(V1_2)),
            (&BIZ_STEP, "sampling", Some(V2_0)),
            (&DISPOSITION, "container_closed", Some(V1_2)),
            (&DISPOSITION, "container_open", Some(V2_0)),
            (&TRANSACTION_TYPE, "po", Some(V1_2)),
            (&TRANSACTION_TYPE, "cert", Some(V2_0)),
            (&ERROR_REASON, "incorrect_data", Some(V1_2)),
            (&MEASUREMENT, "Temperature", Some(V2_0)),
            (&BIZ_STEP, "own", None),
        ] {
            assert_eq!(vocabulary.since(word), since, "{word}");
        }
    }

    #[test]
    fn every_spelling_is_one_word() {
        for spelling in [
            "shipping",
            "https://ref.gs1.org/cbv/BizStep-shipping",
            "urn:epcglobal:cbv:bizstep:shipping",
            "cbv:BizStep-shipping",
            "https://ns.gs1.org/cbv/BizStep-shipping",
            "HTTPS://ns.gs1.org/cbv/BizStep-shipping",
        ] {
            assert_eq!(BIZ_STEP.canonical(spelling), "shipping");
        }
        for other in [
            "Shipping",
            "https://example.org/BizStep-shipping",
            "https://ref.gs1.org/cbv/BizStep-own",
            "https://ns.gs1.org/cbv/BizStep-own",
            "https://ns.gs1.org/cbv/Disp-active",
            "https://ns.gs1.org/voc/shipping",
            "http://ns.gs1.org/cbv/BizStep-shipping",
        ] {
            assert_eq!(BIZ_STEP.canonical(other), other);
        }
    }
}
