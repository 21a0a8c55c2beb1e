//! The bounds of requests about tenants, for the OpenAPI document. Invariant: they are those that [`super::model`]
//! checks.

use super::{EMAIL_CHARS_MAX, GRACE_S_MAX, NAME_CHARS_MAX};
use crate::{auth::Scope, openapi::Narrowing};
use serde_json::json;

/// A name has a character that is not white space, and none that is a control character.
const NAME_PATTERN: &str =
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// An e-mail address has the form `a@b` without white space and control characters.
const EMAIL_PATTERN: &str = r"^[^\s\u0000-\u001f\u007f-\u009f]+@[^\s@\u0000-\u001f\u007f-\u009f]+$";

/// The bounds of members of request bodies.
pub fn narrowings() -> Vec<Narrowing> {
    let name = json!({ "minLength": 1, "maxLength": NAME_CHARS_MAX, "pattern": NAME_PATTERN });
    let email = json!({ "minLength": 3, "maxLength": EMAIL_CHARS_MAX, "pattern": EMAIL_PATTERN });
    let scopes: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let scopes = json!({ "minItems": 1, "items": { "type": "string", "enum": scopes } });
    vec![
        Narrowing::member("AddMember", "name", name.clone()),
        Narrowing::member("AddMember", "email", email.clone()),
        Narrowing::member("ChangeMember", "name", name.clone()),
        Narrowing::member("CreateApiKey", "name", name.clone()),
        Narrowing::member("CreateApiKey", "scopes", scopes),
        Narrowing::member("CreateApiKey", "member_id", json!({ "pattern": "^mbr_[0-9a-fA-F]{32}$" })),
        Narrowing::member("CreateSandbox", "name", name.clone()),
        Narrowing::member("CreateTenant", "name", name.clone()),
        Narrowing::member("CreateTenant", "owner_email", email),
        Narrowing::member("CreateTenant", "owner_name", name),
        Narrowing::member("RotateApiKey", "grace_s", json!({ "maximum": GRACE_S_MAX })),
    ]
}
