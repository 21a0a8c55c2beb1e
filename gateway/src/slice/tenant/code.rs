//! Problem codes of tenants. Invariant: another tenant's object has the same code as one that does not exist.

crate::error::codes! {
    /// Self-service tenants are disabled in this deployment.
    SANDBOX_CLOSED = "tenant.sandbox_closed", 403, "Self-service sandboxes are not open here";
    /// The caller's tenant has no such member.
    UNKNOWN_MEMBER = "tenant.unknown_member", 404, "There is no such member";
    /// Another member has this e-mail address.
    MEMBER_EXISTS = "tenant.member_exists", 409, "The member exists already";
    /// A tenant must keep at least one owner.
    LAST_OWNER = "tenant.last_owner", 409, "A tenant keeps at least one owner";
    /// A tenant must keep an API key that never expires and can manage keys.
    LAST_MANAGER = "tenant.last_manager", 409, "A tenant keeps a key that can manage keys";
    /// There is no such tenant. Only the operator sees tenants other than its own.
    UNKNOWN_TENANT = "tenant.unknown_tenant", 404, "There is no such tenant";
    /// The code of a console link is unknown, used or expired.
    CONSOLE_CODE = "tenant.console_code", 403, "The console link is not valid any more";
    /// The caller's tenant has no such API key.
    UNKNOWN_API_KEY = "tenant.unknown_api_key", 404, "There is no such API key";
    /// The key is revoked, which cannot be undone.
    API_KEY_REVOKED = "tenant.api_key_revoked", 409, "The API key is revoked";
    /// The tenant has the maximum number of these objects.
    TOO_MANY = "tenant.too_many", 409, "The tenant has reached a limit";
}
