//! The exceptions of the EPCIS 2.0 REST binding (section 12). Invariant: a problem's code and status decide its
//! exception, and every problem has one.
//!
//! An exception is the `type` of a problem below `/epcis` and of a fault in a capture job.

use super::code;
use crate::error::{Code, code as common};

/// An event with this id is already recorded.
pub(super) const ALREADY_EXISTS: &str = "epcisException:ResourceAlreadyExistsException";
/// An internal failure, or a rejection by the ledger.
pub(super) const IMPLEMENTATION: &str = "epcisException:ImplementationException";

const CAPTURE_LIMIT: &str = "epcisException:CaptureLimitExceededException";
const NOT_ACCEPTABLE: &str = "epcisException:NotAcceptableException";
const NO_SUCH_RESOURCE: &str = "epcisException:NoSuchResourceException";
const NO_SUCH_NAME: &str = "epcisException:NoSuchNameException";
const PARAMETER: &str = "epcisException:QueryParameterException";
const QUERY_TOO_COMPLEX: &str = "epcisException:QueryTooComplexException";
const QUERY_TOO_LARGE: &str = "epcisException:QueryTooLargeException";
const SECURITY: &str = "epcisException:SecurityException";
const SUBSCRIPTION_CONTROLS: &str = "epcisException:SubscriptionControlsException";
const UNSUPPORTED_MEDIA_TYPE: &str = "epcisException:UnsupportedMediaTypeException";
const URI_TOO_LONG: &str = "epcisException:URITooLongException";
pub(super) const VALIDATION: &str = "epcisException:ValidationException";

/// The exception of a code. A status that the binding does not cover is that of an implementation.
pub(super) fn for_code(code: &Code) -> &'static str {
    match *code {
        code::INVALID_QUERY | common::INVALID_CURSOR | common::INVALID_PARAMETER => return PARAMETER,
        code::UNKNOWN_QUERY => return NO_SUCH_NAME,
        code::INVALID_SUBSCRIPTION => return SUBSCRIPTION_CONTROLS,
        code::EVENT_EXISTS | code::QUERY_EXISTS => return ALREADY_EXISTS,
        code::QUERY_TOO_LARGE => return QUERY_TOO_LARGE,
        code::QUERY_TOO_COMPLEX => return QUERY_TOO_COMPLEX,
        _ => {}
    }
    match code.status {
        400 | 422 => VALIDATION,
        401 | 403 => SECURITY,
        404 | 410 => NO_SUCH_RESOURCE,
        406 => NOT_ACCEPTABLE,
        413 => CAPTURE_LIMIT,
        414 => URI_TOO_LONG,
        415 => UNSUPPORTED_MEDIA_TYPE,
        _ => IMPLEMENTATION,
    }
}
