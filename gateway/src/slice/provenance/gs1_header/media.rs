//! The media type of an answer, negotiated by `Accept` (RFC 9110 section 12.5.1). Invariant: the type is one that the
//! request accepts, and the most wanted of those that are offered.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

/// The media types of an answer. Two of them have the same text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Media {
    /// `application/json`.
    Json,
    /// `application/ld+json`.
    LinkedJson,
    /// `application/xml`.
    Xml,
    /// `text/xml`.
    TextXml,
}

impl Media {
    /// All types. Of types that are wanted alike, the first is chosen.
    pub(super) const ALL: &[Self] = &[Self::Json, Self::LinkedJson, Self::Xml, Self::TextXml];
    /// The types with JSON.
    pub(super) const JSON: &[Self] = &[Self::Json, Self::LinkedJson];
    /// The types with XML.
    pub(super) const XML: &[Self] = &[Self::Xml, Self::TextXml];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::LinkedJson => "application/ld+json",
            Self::Xml => "application/xml",
            Self::TextXml => "text/xml",
        }
    }

    /// Whether the answer is XML.
    pub(crate) const fn is_xml(self) -> bool {
        matches!(self, Self::Xml | Self::TextXml)
    }

    /// Names the type of an answer in JSON. Problems have a type of their own.
    pub(super) fn label(self, mut response: Response) -> Response {
        let kind = response.headers().get(header::CONTENT_TYPE);
        if self == Self::LinkedJson && kind.is_some_and(|kind| kind == Self::Json.name()) {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.name()));
        }
        response
    }
}

/// Chooses the type of an answer among those offered; `None` when the request accepts none of them. A request without
/// `Accept` accepts all.
pub(super) fn choose(headers: &HeaderMap, offered: &[Media]) -> Option<Media> {
    let Some(ranges) = ranges(headers) else { return offered.first().copied() };
    let weighed = offered.iter().rev().map(|media| (weight(media.name(), &ranges), *media));
    // Of equal ones `max_by_key` returns the last, which is the first offered.
    weighed.max_by_key(|(weight, _)| *weight).filter(|(weight, _)| *weight > 0).map(|(_, media)| media)
}

/// Whether a request states which types it accepts.
pub(super) fn is_stated(headers: &HeaderMap) -> bool {
    ranges(headers).is_some()
}

/// Whether a request accepts XML and no JSON.
pub(super) fn is_xml_only(headers: &HeaderMap) -> bool {
    let accepts = |names: &[&str], ranges: &[Range<'_>]| names.iter().any(|name| weight(name, ranges) > 0);
    ranges(headers).is_some_and(|ranges| {
        accepts(&["application/xml", "text/xml", "application/problem+xml"], &ranges)
            && !accepts(&["application/json", "application/ld+json", "application/problem+json"], &ranges)
    })
}

/// The media ranges of a request; `None` when it states none.
fn ranges(headers: &HeaderMap) -> Option<Vec<Range<'_>>> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().map(|value| value.to_str().unwrap_or("")).collect();
    if values.iter().all(|value| value.trim().is_empty()) {
        return None;
    }
    Some(values.iter().flat_map(|value| value.split(',')).filter_map(Range::parse).collect())
}

/// The weight of a type: that of the most specific range which includes it. 0 when none does.
fn weight(name: &str, ranges: &[Range<'_>]) -> u32 {
    let including = ranges.iter().filter_map(|range| Some((range.precision(name)?, range.weight)));
    including.max().map_or(0, |(_, weight)| weight)
}

/// A media range with its weight in thousandths.
struct Range<'r> {
    name: &'r str,
    weight: u32,
}

impl<'r> Range<'r> {
    fn parse(text: &'r str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| name.contains('/'))?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(Self { name, weight: weight.map_or(Some(1_000), thousandths)? })
    }

    /// How precisely the range includes a type; `None` when it does not.
    fn precision(&self, of: &str) -> Option<u8> {
        let (kind, _) = of.split_once('/')?;
        match self.name.split_once('/')? {
            ("*", "*") => Some(0),
            (range, "*") => range.eq_ignore_ascii_case(kind).then_some(1),
            _ => self.name.eq_ignore_ascii_case(of).then_some(2),
        }
    }
}

/// A weight, `0` to `1` with up to three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (matches!(whole, "0" | "1") && number <= 1_000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (header::ACCEPT, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_most_wanted_type_is_chosen() {
        use Media::{Json, LinkedJson, TextXml, Xml};
        for (values, of_all, of_json) in [
            (&[][..], Some(Json), Some(Json)),
            (&[""], Some(Json), Some(Json)),
            (&["*/*"], Some(Json), Some(Json)),
            (&["application/*"], Some(Json), Some(Json)),
            (&["application/json"], Some(Json), Some(Json)),
            (&["APPLICATION/JSON; charset=utf-8"], Some(Json), Some(Json)),
            (&["application/ld+json"], Some(LinkedJson), Some(LinkedJson)),
            (&["application/ld+json;profile=\"x\";q=0.5, application/json;q=0.4"], Some(LinkedJson), Some(LinkedJson)),
            (&["application/json;q=0.5, application/ld+json;q=0.5"], Some(Json), Some(Json)),
            (&["text/html, application/xhtml+xml, */*;q=0.8"], Some(Json), Some(Json)),
            (&["application/json;q=0, */*"], Some(LinkedJson), Some(LinkedJson)),
            (&["application/xml", "application/json;q=0.001"], Some(Xml), Some(Json)),
            (&["application/xml;q=0.5, application/json;q=0.6"], Some(Json), Some(Json)),
            (&["application/xml;q=0.5, text/xml;q=0.6, application/json;q=0.5"], Some(TextXml), Some(Json)),
            (&["application/xml;q=0.5, application/json;q=0.5"], Some(Json), Some(Json)),
            (&["text/xml, application/xml"], Some(Xml), None),
            (&["text/html, application/xml;q=0.9, */*;q=0.8"], Some(Xml), Some(Json)),
            (&["application/xml"], Some(Xml), None),
            (&["text/xml; charset=utf-8"], Some(TextXml), None),
            (&["text/*"], Some(TextXml), None),
            (&["application/xml;q=0"], None, None),
            (&["text/html"], None, None),
            (&["application/problem+json"], None, None),
            (&["application/json;q=0"], None, None),
            (&["application/json;q=0.0, application/ld+json;q=0.000"], None, None),
            (&["*/*;q=0"], None, None),
            (&["*/*;q=0, application/json"], Some(Json), Some(Json)),
            (&["application/json;q=2"], None, None),
            (&["nonsense"], None, None),
        ] {
            assert_eq!(choose(&headers(values), Media::ALL), of_all, "{values:?}");
            assert_eq!(choose(&headers(values), Media::JSON), of_json, "{values:?}");
        }
    }

    #[test]
    fn a_request_for_xml_alone_is_known() {
        for (values, expected) in [
            (&[][..], false),
            (&["*/*"], false),
            (&["application/json"], false),
            (&["application/xml"], true),
            (&["text/xml;q=0.1"], true),
            (&["application/problem+xml"], true),
            (&["application/xml, application/problem+json"], false),
            (&["application/xml, */*;q=0.1"], false),
            (&["application/xml;q=0"], false),
        ] {
            assert_eq!(is_xml_only(&headers(values)), expected, "{values:?}");
        }
    }
}
