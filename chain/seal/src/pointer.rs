//! JSON pointers (RFC 6901). Invariant: a pointer made here identifies one value of one document.

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
