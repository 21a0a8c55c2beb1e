//! The codes of this slice.

crate::error::codes! {
    /// The request has no usable credentials.
    UNAUTHENTICATED = "auth.unauthenticated", 401, "Credentials are needed";
    /// The token is malformed, forged, expired or revoked; which of these is not told.
    INVALID_TOKEN = "auth.invalid_token", 401, "The token is not valid";
    /// The token is valid and may not do this.
    INSUFFICIENT_SCOPE = "auth.insufficient_scope", 403, "The token lacks a scope";
    /// A caller may not hand out more than it has.
    SCOPE_ESCALATION = "auth.scope_escalation", 403, "A credential cannot grant more than it holds";
}
