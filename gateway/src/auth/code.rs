//! Problem codes of authentication. Invariant: the response for a rejected credential has one code, whatever the
//! reason.

crate::error::codes! {
    /// The request has no usable credentials.
    UNAUTHENTICATED = "auth.unauthenticated", 401, "Credentials are needed";
    /// The token is malformed, forged, expired or revoked. The response does not tell which.
    INVALID_TOKEN = "auth.invalid_token", 401, "The token is not valid";
    /// The client that HTTP Basic names is unknown, or its secret is wrong, expired or revoked. The response does not
    /// tell which.
    INVALID_CLIENT = "auth.invalid_client", 401, "The client's credentials are not valid";
    /// The token is valid but lacks the scope.
    INSUFFICIENT_SCOPE = "auth.insufficient_scope", 403, "The token lacks a scope";
    /// The credentials are valid, but the operator suspended their tenant.
    TENANT_SUSPENDED = "auth.tenant_suspended", 403, "The tenant is suspended";
    /// A caller tried to grant more than it holds.
    SCOPE_ESCALATION = "auth.scope_escalation", 403, "A credential cannot grant more than it holds";
}
