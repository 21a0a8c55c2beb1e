//! What a request prefers: the headers `Accept` and `Accept-Language` (RFC 9110 sections 12.4.2, 12.5.1 and 12.5.4).
//! Invariant: qualities are whole thousandths, and a malformed entry of a header counts as absent.

use crate::{
    limit::{PREFERENCE_BYTES_MAX, PREFERENCES_MAX},
    problem::{Problem, code},
};

/// The quality of an entry without one, in thousandths.
const QUALITY_FULL: u16 = 1_000;

/// The ranges of a header with their qualities. Empty when everything is as good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences(Vec<(String, u16)>);

/// How well a property of a link suits a request. 0 does not suit, and more is better.
pub(super) type Score = u32;

/// The score of a link that leaves a property open, where the request is silent on what else it takes.
const OPEN: Score = 1;

impl Preferences {
    /// Reads a header. A header that takes everything is the same as none.
    ///
    /// # Errors
    /// [`code::INVALID_TEXT`] when the header is longer than
    /// [`PREFERENCE_BYTES_MAX`](crate::limit::PREFERENCE_BYTES_MAX) or has more entries than
    /// [`PREFERENCES_MAX`](crate::limit::PREFERENCES_MAX).
    pub fn parse(header: &str) -> Result<Self, Problem> {
        if header.len() > PREFERENCE_BYTES_MAX {
            let detail = format!("the header has at most {PREFERENCE_BYTES_MAX} bytes");
            return Err(Problem::new(PREFERENCE_BYTES_MAX, code::INVALID_TEXT, detail));
        }
        let entries = header.split(',').filter(|entry| !entry.trim().is_empty());
        if entries.clone().count() > PREFERENCES_MAX {
            let detail = format!("the header has at most {PREFERENCES_MAX} entries");
            return Err(Problem::new(0, code::INVALID_TEXT, detail));
        }
        let ranges: Vec<(String, u16)> = entries.filter_map(entry).collect();
        let takes_all = ranges.iter().all(|(range, quality)| matches!(&**range, "*" | "*/*") && *quality > 0);
        Ok(Self(if takes_all { Vec::new() } else { ranges }))
    }

    /// Whether the header names this range, and does not refuse it.
    pub fn names(&self, wanted: &str) -> bool {
        self.0.iter().any(|(range, quality)| range == wanted && *quality > 0)
    }

    /// Whether a request has a preference at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The score of a media type: the quality of its most specific range.
    pub(super) fn score_media_type(&self, media_type: Option<&str>) -> Score {
        let Some(media_type) = media_type.map(str::to_ascii_lowercase) else { return self.score_open("*/*") };
        let kind = media_type.split_once('/').map(|(kind, _)| format!("{kind}/*")).unwrap_or_default();
        let ranges = [&*media_type, &kind, "*/*"];
        let qualities = ranges.iter().find_map(|range| self.quality(range));
        qualities.map_or(0, Score::from)
    }

    /// The score of a link's languages: the quality of the best range, then the closeness of the language. A range
    /// matches what equals it, what begins with it, what it begins with (RFC 4647 sections 3.3.1 and 3.4), and, least
    /// of all, what shares its first part.
    pub(super) fn score_languages(&self, languages: &[String]) -> Score {
        let mut scores = languages.iter().filter(|language| *language != "und").map(|language| {
            let language = language.to_ascii_lowercase();
            if self.quality(&language) == Some(0) {
                return 0;
            }
            let of_range = |(range, quality): &(String, u16)| {
                let closeness = closeness(range, &language)?;
                (*quality > 0).then(|| Score::from(*quality) * 4 + closeness)
            };
            self.0.iter().filter_map(of_range).max().unwrap_or(0)
        });
        let Some(first) = scores.next() else { return self.score_open("*") };
        scores.fold(first, Score::max)
    }

    fn quality(&self, wanted: &str) -> Option<u16> {
        self.0.iter().find(|(range, _)| range == wanted).map(|(_, quality)| *quality)
    }

    /// The score of a link that leaves the property open: as good as anything that is not named.
    fn score_open(&self, everything: &str) -> Score {
        self.quality(everything).map_or(OPEN, Score::from)
    }
}

/// A range and its quality. Other parameters are left out.
fn entry(entry: &str) -> Option<(String, u16)> {
    let mut parts = entry.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?.to_ascii_lowercase();
    let weight = parts.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
    Some((range, weight.map_or(Some(QUALITY_FULL), quality)?))
}

/// A weight of up to three decimals, in thousandths (RFC 9110 section 12.4.2).
fn quality(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{decimals:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", _) => Some(thousandths),
        ("1", 0) => Some(QUALITY_FULL),
        _ => None,
    }
}

/// How close a language is to a range: 3 the same, 2 one begins with the other, 1 the same first part, 0 any language.
fn closeness(range: &str, language: &str) -> Option<Score> {
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    let has_first_of =
        |text: &str, other: &str| text.split('-').next().is_some_and(|first| other.split('-').next() == Some(first));
    match range {
        _ if range == language => Some(3),
        _ if begins(range, language) || begins(language, range) => Some(2),
        _ if has_first_of(range, language) => Some(1),
        "*" => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &str) -> Preferences {
        Preferences::parse(header).expect("a short header")
    }

    #[test]
    fn headers_are_read() {
        let read = parse("text/html, application/json;v=1;q=0.85 ,*/*;q=0.1,x;q=2,y;q=0.1234,;q=1,");
        let expected = [("text/html", 1_000), ("application/json", 850), ("*/*", 100)];
        assert_eq!(read.0, expected.map(|(range, quality)| (range.to_owned(), quality)));
        for header in ["", "*", "*/*", " , */*;q=0.5"] {
            assert!(parse(header).is_empty(), "{header}");
        }
        assert!(!parse("*;q=0").is_empty());
        assert!(parse("application/linkset+json").names("application/linkset+json"));
        assert!(!parse("application/linkset+json;q=0").names("application/linkset+json"));
    }

    #[test]
    fn headers_have_limits() {
        let long = |bytes| format!("en{}", " ".repeat(bytes - 2));
        assert!(Preferences::parse(&long(PREFERENCE_BYTES_MAX)).is_ok());
        assert!(Preferences::parse(&long(PREFERENCE_BYTES_MAX + 1)).is_err());
        assert!(Preferences::parse(&"en,".repeat(PREFERENCES_MAX)).is_ok());
        assert!(Preferences::parse(&"en,".repeat(PREFERENCES_MAX + 1)).is_err());
    }

    #[test]
    fn scores_of_media_types() {
        let browser = parse("text/html,application/*;q=0.9,*/*;q=0.8,image/png;q=0");
        let cases = [
            (Some("Text/HTML"), 1_000),
            (Some("application/pdf"), 900),
            (Some("text/plain"), 800),
            (Some("image/png"), 0),
            (None, 800),
        ];
        for (media_type, score) in cases {
            assert_eq!(browser.score_media_type(media_type), score, "{media_type:?}");
        }
        assert_eq!(parse("text/html").score_media_type(None), OPEN);
        assert_eq!(parse("text/html").score_media_type(Some("text/plain")), 0);
    }

    #[test]
    fn scores_of_languages() {
        let score = |header: &str, languages: &[&str]| {
            parse(header).score_languages(&languages.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        };
        let header = "pt-BR,en;q=0.9,fr;q=0,de;q=0.5";
        let ranked = [&["pt-BR"][..], &["pt"], &["pt-PT"], &["en"], &["en-GB"], &["de-AT", "nl"], &["und"], &["fr"]];
        let scores: Vec<Score> = ranked.iter().map(|languages| score(header, languages)).collect();
        assert!(scores.is_sorted_by(|left, right| left > right), "{scores:?}");
        assert_eq!(score(header, &["nl"]), 0);
        assert_eq!(score(header, &[]), score(header, &["und"]));
        assert!(score("en,*;q=0.5", &["nl"]) > 0);
    }
}
