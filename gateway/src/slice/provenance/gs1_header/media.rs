//! The media type of an answer, negotiated by `Accept` (RFC 9110 section 12.5.1). Invariant: the type is one that the
//! request accepts, and the most wanted of ours.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

/// The media types of an answer. Its text is the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Json {
    /// `application/json`.
    Plain,
    /// `application/ld+json`.
    Linked,
}

impl Json {
    const ALL: [Self; 2] = [Self::Plain, Self::Linked];

    const fn name_of(self) -> &'static str {
        match self {
            Self::Plain => "application/json",
            Self::Linked => "application/ld+json",
        }
    }

    /// Names the type of an answer in JSON. Problems have a type of their own.
    pub(super) fn name(self, mut response: Response) -> Response {
        let kind = response.headers().get(header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind == Self::Plain.name_of()) {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.name_of()));
        }
        response
    }
}

/// Chooses the type of an answer; `None` when the request accepts neither.
pub(super) fn choose(headers: &HeaderMap) -> Option<Json> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().map(|value| value.to_str().unwrap_or("")).collect();
    let ranges: Vec<Range<'_>> = values.iter().flat_map(|value| value.split(',')).filter_map(Range::parse).collect();
    if values.iter().all(|value| value.trim().is_empty()) {
        return Some(Json::Plain);
    }
    let weighed = Json::ALL.map(|json| (json, weight(json, &ranges)));
    let [(plain, wanted), (linked, more)] = weighed;
    match (wanted, more) {
        (0, 0) => None,
        (wanted, more) if wanted >= more => Some(plain),
        _ => Some(linked),
    }
}

/// The weight of a type: that of the most specific range which includes it. 0 when none does.
fn weight(json: Json, ranges: &[Range<'_>]) -> u32 {
    let including = ranges.iter().filter_map(|range| Some((range.precision(json.name_of())?, range.weight)));
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

    fn choice(values: &[&'static str]) -> Option<Json> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        choose(&headers)
    }

    #[test]
    fn the_most_wanted_type_is_chosen() {
        use Json::{Linked, Plain};
        for (values, expected) in [
            (&[][..], Some(Plain)),
            (&[""], Some(Plain)),
            (&["*/*"], Some(Plain)),
            (&["application/*"], Some(Plain)),
            (&["application/json"], Some(Plain)),
            (&["APPLICATION/JSON; charset=utf-8"], Some(Plain)),
            (&["application/ld+json"], Some(Linked)),
            (&["application/ld+json;profile=\"x\";q=0.5, application/json;q=0.4"], Some(Linked)),
            (&["application/json;q=0.5, application/ld+json;q=0.5"], Some(Plain)),
            (&["text/html, application/xhtml+xml, */*;q=0.8"], Some(Plain)),
            (&["application/json;q=0, */*"], Some(Linked)),
            (&["application/xml", "application/json;q=0.001"], Some(Plain)),
            (&["application/xml"], None),
            (&["text/html"], None),
            (&["text/*"], None),
            (&["application/problem+json"], None),
            (&["application/json;q=0"], None),
            (&["application/json;q=0.0, application/ld+json;q=0.000"], None),
            (&["*/*;q=0"], None),
            (&["*/*;q=0, application/json"], Some(Plain)),
            (&["application/json;q=2"], None),
            (&["nonsense"], None),
        ] {
            assert_eq!(choice(values), expected, "{values:?}");
        }
    }
}
