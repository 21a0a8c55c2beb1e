//! Writes JSON pointers (RFC 6901). Invariant: `~` and `/` in a token are escaped, so different tokens give different
//! pointers.

/// Appends `/token` with the required escapes.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
