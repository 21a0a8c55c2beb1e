//! The codes of this slice.

crate::error::codes! {
    /// Self-service tenants are switched off here.
    SANDBOX_CLOSED = "tenant.sandbox_closed", 403, "Self-service sandboxes are not open here";
    /// No such member in the caller's tenant.
    UNKNOWN_MEMBER = "tenant.unknown_member", 404, "There is no such member";
    /// The e-mail address already belongs to a member.
    MEMBER_EXISTS = "tenant.member_exists", 409, "The member exists already";
    /// A tenant keeps at least one owner.
    LAST_OWNER = "tenant.last_owner", 409, "A tenant keeps at least one owner";
    /// No such API key in the caller's tenant.
    UNKNOWN_API_KEY = "tenant.unknown_api_key", 404, "There is no such API key";
    /// The key is revoked and stays so.
    API_KEY_REVOKED = "tenant.api_key_revoked", 409, "The API key is revoked";
    /// The tenant has as many of these as it may.
    TOO_MANY = "tenant.too_many", 409, "The tenant has reached a limit";
}
