//! The form of the events of an answer, as the headers of a request ask for it (EPCIS 2.0 REST binding): media type,
//! version, spelling of identifiers and of words. Invariant: a form that this repository does not have is refused
//! before the request has an effect.

use super::{
    CBV_FORMAT, CBV_MAX, CBV_MIN, CBV_VERSION, EPC_FORMAT, EPCIS_MAX, EPCIS_MIN, EPCIS_VERSION,
    media::{self, Media},
    not_acceptable, version,
};
use crate::{body, error::ApiError};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use standards_epcis::{
    translate::{CbvXmlFormat, EpcFormat},
    vocabulary::CbvVersion,
    xml::Version,
};

/// The form of an answer with events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AnswerForm {
    pub(crate) media: Media,
    pub(crate) version: Version,
    /// How identifiers are spelled.
    pub(crate) epc: EpcFormat,
    /// How words of the CBV are spelled in XML.
    pub(crate) cbv: CbvXmlFormat,
    /// The version of the CBV that has the words. 1.2 only together with version 1.2 of EPCIS.
    pub(crate) cbv_version: CbvVersion,
    /// Whether `Accept` is absent, so that the version alone decided about the media type.
    pub(crate) is_by_version: bool,
}

impl AnswerForm {
    /// The same with identifiers and words as they were captured.
    pub(crate) const fn as_stored(self) -> Self {
        Self { epc: EpcFormat::NeverTranslates, cbv: CbvXmlFormat::NeverTranslates, ..self }
    }

    /// The spelling of identifiers, as a header names it.
    pub(crate) const fn epc_format(self) -> &'static str {
        match self.epc {
            EpcFormat::NoPreference | EpcFormat::NeverTranslates => "Never_Translates",
            EpcFormat::AlwaysDigitalLink => "Always_GS1_Digital_Link",
            EpcFormat::AlwaysUrn => "Always_EPC_URN",
        }
    }

    /// The version of EPCIS, as a header names it.
    pub(crate) const fn epcis_version(self) -> &'static str {
        match self.version {
            Version::V2_0 => "2.0.0",
            Version::V1_2 => "1.2.0",
        }
    }

    /// The version of the CBV, as a header names it.
    pub(crate) const fn cbv_version_name(self) -> &'static str {
        match self.cbv_version {
            CbvVersion::V2_0 => "2.0.0",
            CbvVersion::V1_2 => "1.2.0",
        }
    }

    /// The spelling of words in XML, as a header names it. Without a preference, words take the form that is usual in
    /// the version of the XML.
    pub(crate) const fn cbv_format(self) -> &'static str {
        match self.cbv {
            CbvXmlFormat::NoPreference => "No_Preference",
            CbvXmlFormat::AlwaysWebUri => "Always_Web_URI",
            CbvXmlFormat::AlwaysUrn => "Always_URN",
            CbvXmlFormat::NeverTranslates => "Never_Translates",
        }
    }

    /// The headers that tell the form.
    pub(crate) fn headers(self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let cbv = self.media.is_xml().then_some((CBV_FORMAT, self.cbv_format()));
        let (version, cbv_version) = (self.epcis_version(), self.cbv_version_name());
        [Some((EPCIS_VERSION, version)), Some((CBV_VERSION, cbv_version)), Some((EPC_FORMAT, self.epc_format())), cbv]
            .into_iter()
            .flatten()
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
    }

    /// The form with these names, as [`Self::names`] gives them; `None` when one is not known.
    pub(crate) fn of_names(names: FormNames<&str>) -> Option<Self> {
        let FormNames { media, epcis_version, cbv_version, epc_format, cbv_format } = names;
        let version = match epcis_version {
            "2.0.0" => Version::V2_0,
            "1.2.0" => Version::V1_2,
            _ => return None,
        };
        let cbv_version = match cbv_version {
            "2.0.0" => CbvVersion::V2_0,
            "1.2.0" => CbvVersion::V1_2,
            _ => return None,
        };
        Some(Self {
            media: Media::ALL.iter().copied().find(|known| known.name() == media)?,
            version,
            epc: EpcFormat::from_header(epc_format)?,
            cbv: CbvXmlFormat::from_header(cbv_format)?,
            cbv_version,
            is_by_version: false,
        })
    }

    /// The names of the parts, with which the form can be stored.
    pub(crate) const fn names(self) -> FormNames<&'static str> {
        FormNames {
            media: self.media.name(),
            epcis_version: self.epcis_version(),
            cbv_version: self.cbv_version_name(),
            epc_format: self.epc_format(),
            cbv_format: self.cbv_format(),
        }
    }
}

/// The names of the parts of a form, as headers have them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FormNames<T> {
    pub(crate) media: T,
    pub(crate) epcis_version: T,
    pub(crate) cbv_version: T,
    pub(crate) epc_format: T,
    pub(crate) cbv_format: T,
}

/// Reads what a request asks for.
///
/// # Errors
/// `provenance.not_acceptable`.
pub(super) fn read(method: &Method, path: &str, headers: &HeaderMap) -> Result<AnswerForm, ApiError> {
    let has_xml = has_xml(method, path);
    // The response to OPTIONS has no body, so any type will do.
    let is_free = method == Method::OPTIONS;
    let is_xml_body = method == Method::POST && body::is_xml(headers);
    let versions = versions(method, headers, has_xml, is_xml_body)?;
    let offered = match (has_xml, versions.contains(&CURRENT)) {
        (true, true) => Media::ALL,
        (true, false) => Media::XML,
        (false, _) => Media::JSON,
    };
    let chosen = if is_free { Some(Media::Json) } else { media::choose(headers, offered) };
    let media = chosen.ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|media| media.name()).collect();
        not_acceptable("/Accept".to_owned(), format!("Here this repository answers in {}.", names.join(", ")))
    })?;
    let (version, cbv_version) = versions.first().copied().unwrap_or(CURRENT);
    // EPCIS 1.2 has no Digital Links. The default of the binding, which is of version 2.0, is for 2.0.
    let epc_default = if version == Version::V1_2 { EpcFormat::AlwaysUrn } else { EpcFormat::AlwaysDigitalLink };
    let epcs = "No_Preference, Always_GS1_Digital_Link, Always_EPC_URN, Never_Translates";
    let words = "No_Preference, Always_Web_URI, Always_URN, Never_Translates";
    let epc = format(headers, &EPC_FORMAT, EpcFormat::from_header, epcs)?.unwrap_or(epc_default);
    let cbv = format(headers, &CBV_FORMAT, CbvXmlFormat::from_header, words)?.unwrap_or_default();
    if cbv_version == CbvVersion::V1_2 && cbv == CbvXmlFormat::AlwaysWebUri {
        let detail = "CBV 1.2 has URNs only. Ask for Always_URN, or for CBV 2.0.";
        return Err(not_acceptable(format!("/{CBV_FORMAT}"), detail.to_owned()));
    }
    Ok(AnswerForm { media, version, epc, cbv, cbv_version, is_by_version: !media::is_stated(headers) })
}

/// Whether an answer can be XML: one with events, or one without a body. A subscription has its events in the form that
/// is asked for when it is made.
fn has_xml(method: &Method, path: &str) -> bool {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments[..] {
        ["epcis", "capture"] | ["epcis", "queries", _, "subscriptions"] => {
            matches!(*method, Method::POST | Method::OPTIONS)
        }
        ["epcis", "events"] | ["epcis", "events", _] | ["epcis", _, _, "events"] => true,
        _ => false,
    }
}

/// Whether the text of a header allows a version.
type Check = fn(&str, [u32; 3]) -> bool;

/// The versions of EPCIS and of the CBV that belong together, the newest first. The first is the only one of JSON.
const CURRENT: (Version, CbvVersion) = (Version::V2_0, CbvVersion::V2_0);
const VERSIONS: [(Version, CbvVersion); 3] =
    [CURRENT, (Version::V1_2, CbvVersion::V2_0), (Version::V1_2, CbvVersion::V1_2)];

/// The versions that a request accepts for its answer, the newest first.
fn versions(
    method: &Method,
    headers: &HeaderMap,
    has_xml: bool,
    is_xml_body: bool,
) -> Result<Vec<(Version, CbvVersion)>, ApiError> {
    let mut versions = if has_xml { VERSIONS.to_vec() } else { vec![CURRENT] };
    let of_epcis: fn(&(Version, CbvVersion)) -> [u32; 3] = |(version, _)| match version {
        Version::V2_0 => version::CURRENT,
        Version::V1_2 => version::FORMER,
    };
    let of_cbv: fn(&(Version, CbvVersion)) -> [u32; 3] = |(_, version)| match version {
        CbvVersion::V2_0 => version::CURRENT,
        CbvVersion::V1_2 => version::FORMER,
    };
    let mut checks: Vec<(HeaderName, Check, _)> = vec![
        (CBV_MIN, version::is_at_most, of_cbv),
        (CBV_MAX, version::is_at_least, of_cbv),
        (EPCIS_MIN, version::is_at_most, of_epcis),
        (EPCIS_MAX, version::is_at_least, of_epcis),
    ];
    if method == Method::POST {
        // Here they are the versions of the body.
        let ours = |text: &str| version::is(text, version::CURRENT) || is_xml_body && version::is_former(text);
        for name in [&CBV_VERSION, &EPCIS_VERSION] {
            require(headers, name, ours, if is_xml_body { "2.0, 1.2" } else { "2.0" })?;
        }
    } else {
        let is: Check = version::is;
        checks.extend([(CBV_VERSION, is, of_cbv), (EPCIS_VERSION, is, of_epcis)]);
    }
    for (name, accepts, numbers) in checks {
        for value in headers.get_all(&name) {
            let text = value.to_str().unwrap_or_default().trim();
            versions.retain(|version| accepts(text, numbers(version)));
        }
        if versions.is_empty() {
            let supported = if has_xml { "2.0, and 1.2 in XML, where CBV 1.2 goes with EPCIS 1.2," } else { "2.0" };
            return Err(unsupported(&name, supported));
        }
    }
    Ok(versions)
}

/// Refuses a header with a value that is not supported.
fn require(
    headers: &HeaderMap,
    name: &HeaderName,
    is_supported: impl Fn(&str) -> bool,
    supported: &str,
) -> Result<(), ApiError> {
    let mut values = headers.get_all(name).iter();
    if values.all(|value| value.to_str().is_ok_and(|value| is_supported(value.trim()))) {
        return Ok(());
    }
    Err(unsupported(name, supported))
}

/// The value of a header that names a format; `None` when it is absent. Values that differ are refused.
fn format<T: PartialEq + Copy>(
    headers: &HeaderMap,
    name: &HeaderName,
    read: fn(&str) -> Option<T>,
    supported: &str,
) -> Result<Option<T>, ApiError> {
    let mut found = None;
    for value in headers.get_all(name) {
        let format = value.to_str().ok().and_then(|text| read(text.trim()));
        match (format, found) {
            (Some(format), None) => found = Some(format),
            (Some(format), Some(earlier)) if format == earlier => {}
            _ => return Err(unsupported(name, supported)),
        }
    }
    Ok(found)
}

fn unsupported(name: &HeaderName, supported: &str) -> ApiError {
    not_acceptable(format!("/{name}"), format!("This repository supports {supported} for {name}."))
}
