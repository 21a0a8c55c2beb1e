//! Spells words of the Core Business Vocabulary in XML, which has no bare words. Invariant: reading a spelled word
//! gives the same word.

use std::borrow::Cow;

use crate::{vocabulary::Vocabulary, xml::Version};

/// The values of the header `GS1-CBV-XML-Format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CbvXmlFormat {
    /// Words as web URIs in version 2.0 and as URNs in 1.2. Stored URIs as they are.
    #[default]
    NoPreference,
    /// Web URIs.
    AlwaysWebUri,
    /// URNs, and web URIs for words that have none: those of sensor data.
    AlwaysUrn,
    /// Stored URIs as they are. Bare words, for which XML has no form, as for `NoPreference`.
    NeverTranslates,
}

impl CbvXmlFormat {
    /// The format that a header asks for. `None` for other texts.
    pub fn from_header(text: &str) -> Option<Self> {
        match text {
            "No_Preference" => Some(Self::NoPreference),
            "Always_Web_URI" => Some(Self::AlwaysWebUri),
            "Always_URN" => Some(Self::AlwaysUrn),
            "Never_Translates" => Some(Self::NeverTranslates),
            _ => None,
        }
    }

    /// The value of a field with a vocabulary, in XML.
    pub(crate) fn spell<'v>(self, value: &'v str, vocabulary: &Vocabulary, version: Version) -> Cow<'v, str> {
        let is_bare = vocabulary.contains(value);
        let wants_urn = match self {
            Self::AlwaysUrn => true,
            Self::AlwaysWebUri => false,
            Self::NoPreference | Self::NeverTranslates if is_bare => version == Version::V1_2,
            Self::NoPreference | Self::NeverTranslates => return Cow::Borrowed(value),
        };
        let Some(word) = vocabulary.bare_word(value) else { return Cow::Borrowed(value) };
        let spelled = if wants_urn { vocabulary.urn(word) } else { None };
        spelled.or_else(|| vocabulary.web_uri(word)).map_or(Cow::Borrowed(value), Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{BIZ_STEP, MEASUREMENT};

    #[test]
    fn formats() {
        const URN: &str = "urn:epcglobal:cbv:bizstep:shipping";
        const WEB: &str = "https://ref.gs1.org/cbv/BizStep-shipping";
        use CbvXmlFormat::{AlwaysUrn, AlwaysWebUri, NeverTranslates, NoPreference};
        for (format, version, spelled) in [
            (NoPreference, Version::V2_0, [WEB, URN, WEB]),
            (NoPreference, Version::V1_2, [URN, URN, WEB]),
            (AlwaysWebUri, Version::V1_2, [WEB, WEB, WEB]),
            (AlwaysUrn, Version::V2_0, [URN, URN, URN]),
            (NeverTranslates, Version::V2_0, [WEB, URN, WEB]),
        ] {
            let found = ["shipping", URN, WEB].map(|value| format.spell(value, &BIZ_STEP, version).into_owned());
            assert_eq!(found, spelled, "{format:?} {version:?}");
        }
        let measured = AlwaysUrn.spell("Temperature", &MEASUREMENT, Version::V1_2);
        assert_eq!(measured, "https://gs1.org/voc/Temperature");
        assert_eq!(AlwaysUrn.spell("https://own.example/step", &BIZ_STEP, Version::V2_0), "https://own.example/step");
        for (text, format) in [
            ("No_Preference", Some(NoPreference)),
            ("Always_Web_URI", Some(AlwaysWebUri)),
            ("Always_URN", Some(AlwaysUrn)),
            ("Never_Translates", Some(NeverTranslates)),
            ("always_urn", None),
        ] {
            assert_eq!(CbvXmlFormat::from_header(text), format);
        }
    }
}
