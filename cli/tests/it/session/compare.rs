//! Compares an output with what a document shows of it. Invariant: all text beside `...` must be there, in its order.

const ANYTHING: &str = "...";

/// Whether an output is as shown. White space at the ends of lines is not compared.
pub(super) fn is_as_shown(shown: &[String], output: &[&str]) -> bool {
    match shown {
        [] => output.is_empty(),
        [first, rest @ ..] if first.trim() == ANYTHING => {
            (0..=output.len()).any(|skipped| is_as_shown(rest, &output[skipped..]))
        }
        [first, rest @ ..] => match output {
            [line, others @ ..] => is_line(first.trim_end(), line.trim_end()) && is_as_shown(rest, others),
            [] => false,
        },
    }
}

fn is_line(shown: &str, line: &str) -> bool {
    let mut parts = shown.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn an_output_is_compared_beside_the_dots() {
    for (shown, output, expected) in [
        ("a", "a", true),
        ("a", "b", false),
        ("a", "a\nb", false),
        ("a\nb", "a", false),
        ("a\n", "a  ", true),
        ("a...c", "abc", true),
        ("a...c", "ac", true),
        ("a...c", "abd", false),
        ("a...c", "xac", false),
        ("a...b...c", "a-b-c", true),
        ("a...b...c", "a-c", false),
        ("ab...bc", "abc", false),
        ("...", "", true),
        ("...", "a\nb", true),
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("a\n...\nd", "a\nd", true),
        ("a\n...\nd", "a\nd\ne", false),
        ("...\nd\n...", "a\nd\ne", true),
        ("...\nd\n...", "a\ne", false),
    ] {
        let lines: Vec<String> = shown.lines().map(str::to_owned).collect();
        assert_eq!(is_as_shown(&lines, &output.lines().collect::<Vec<_>>()), expected, "{shown:?} {output:?}");
    }
}
