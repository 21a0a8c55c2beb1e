//! Spells words of the Core Business Vocabulary in XML, which has no bare words. Invariant: reading a spelled word
//! gives the same word. In CBV 1.2 a word is spelled as the URN that this version has.

use std::borrow::Cow;

use crate::{
    identifier::normal_head,
    vocabulary::{CbvVersion, Vocabulary},
    xml::Version,
};

/// The values of the header `GS1-CBV-XML-Format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CbvXmlFormat {
    /// Words as web URIs in version 2.0 and as URNs in 1.2. Stored URIs as they are, except in CBV 1.2.
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

    /// The value of a field with a vocabulary, in XML. `None` when the version of the CBV does not have the word, or
    /// not in this format. Values that are no standard word stay.
    pub(crate) fn spell<'v>(
        self,
        value: &'v str,
        vocabulary: &Vocabulary,
        (version, cbv): (Version, CbvVersion),
    ) -> Option<Cow<'v, str>> {
        let Some(word) = vocabulary.bare_word(value) else { return Some(Cow::Borrowed(value)) };
        let is_bare = vocabulary.contains(value);
        if cbv == CbvVersion::V1_2 {
            return self.spell_old(value, vocabulary, word);
        }
        let wants_urn = match self {
            Self::AlwaysUrn => true,
            Self::AlwaysWebUri => false,
            Self::NoPreference | Self::NeverTranslates if is_bare => version == Version::V1_2,
            Self::NoPreference | Self::NeverTranslates => return Some(Cow::Borrowed(value)),
        };
        let spelled = if wants_urn { vocabulary.urn(word) } else { None };
        spelled.or_else(|| vocabulary.web_uri(word)).map(Cow::Owned)
    }

    /// The URN of a word in CBV 1.2, which has no web URIs.
    fn spell_old<'v>(self, value: &'v str, vocabulary: &Vocabulary, word: &str) -> Option<Cow<'v, str>> {
        let urn = vocabulary.urn(word).filter(|_| vocabulary.since(word) == Some(CbvVersion::V1_2))?;
        match self {
            Self::AlwaysWebUri => None,
            Self::NeverTranslates if !vocabulary.contains(value) => {
                (normal_head(value) == urn).then_some(Cow::Borrowed(value))
            }
            _ => Some(Cow::Owned(urn)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{BIZ_STEP, MEASUREMENT};

    const URN: &str = "urn:epcglobal:cbv:bizstep:shipping";
    const WEB: &str = "https://ref.gs1.org/cbv/BizStep-shipping";

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with spellings that can be absent")]
    fn some(text: &str) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(text))
    }

    #[test]
    fn formats() {
        use CbvXmlFormat::{AlwaysUrn, AlwaysWebUri, NeverTranslates, NoPreference};
        for (format, version, spelled) in [
            (NoPreference, Version::V2_0, [WEB, URN, WEB]),
            (NoPreference, Version::V1_2, [URN, URN, WEB]),
            (AlwaysWebUri, Version::V1_2, [WEB, WEB, WEB]),
            (AlwaysUrn, Version::V2_0, [URN, URN, URN]),
            (NeverTranslates, Version::V2_0, [WEB, URN, WEB]),
        ] {
            let spell = |value| format.spell(value, &BIZ_STEP, (version, CbvVersion::V2_0));
            assert_eq!(["shipping", URN, WEB].map(spell), spelled.map(some), "{format:?} {version:?}");
        }
        let measured = AlwaysUrn.spell("Temperature", &MEASUREMENT, (Version::V1_2, CbvVersion::V2_0));
        assert_eq!(measured, some("https://gs1.org/voc/Temperature"));
        let own = AlwaysUrn.spell("https://own.example/step", &BIZ_STEP, (Version::V2_0, CbvVersion::V2_0));
        assert_eq!(own, some("https://own.example/step"));
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

    #[test]
    fn version_1_2_of_the_cbv_has_urns_of_its_words_alone() {
        use CbvXmlFormat::{AlwaysUrn, AlwaysWebUri, NeverTranslates, NoPreference};
        let old = (Version::V1_2, CbvVersion::V1_2);
        for (format, spelled) in [
            (NoPreference, [some(URN), some(URN), some(URN)]),
            (AlwaysUrn, [some(URN), some(URN), some(URN)]),
            (NeverTranslates, [some(URN), some(URN), None]),
            (AlwaysWebUri, [None, None, None]),
        ] {
            assert_eq!(["shipping", URN, WEB].map(|value| format.spell(value, &BIZ_STEP, old)), spelled, "{format:?}");
            let later = ["sampling", "urn:epcglobal:cbv:bizstep:sampling", "https://ref.gs1.org/cbv/BizStep-sampling"];
            assert_eq!(later.map(|value| format.spell(value, &BIZ_STEP, old)), [None, None, None], "{format:?}");
            assert_eq!(format.spell("Temperature", &MEASUREMENT, old), None, "{format:?}");
            let own = "https://own.example/step";
            assert_eq!(format.spell(own, &BIZ_STEP, old), some(own), "{format:?}");
        }
    }
}
