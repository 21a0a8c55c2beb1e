//! The exceptions of the EPCIS 2.0 REST binding (section 12). Invariant: a problem's code and status decide its
//! exception.
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
const PARAMETER: &str = "epcisException:QueryParameterException";
const QUERY_TOO_LARGE: &str = "epcisException:QueryTooLargeException";
const SECURITY: &str = "epcisException:SecurityException";
const UNSUPPORTED_MEDIA_TYPE: &str = "epcisException:UnsupportedMediaTypeException";
const VALIDATION: &str = "epcisException:ValidationException";

/// The exception of a code; `None` for a status that the binding does not cover.
pub(super) fn for_code(code: &Code) -> Option<&'static str> {
    match *code {
        code::INVALID_QUERY | common::INVALID_CURSOR | common::INVALID_PARAMETER => return Some(PARAMETER),
        code::EVENT_EXISTS => return Some(ALREADY_EXISTS),
        code::QUERY_TOO_LARGE => return Some(QUERY_TOO_LARGE),
        _ => {}
    }
    match code.status {
        400 | 422 => Some(VALIDATION),
        401 | 403 => Some(SECURITY),
        404 => Some(NO_SUCH_RESOURCE),
        406 => Some(NOT_ACCEPTABLE),
        413 => Some(CAPTURE_LIMIT),
        415 => Some(UNSUPPORTED_MEDIA_TYPE),
        500.. => Some(IMPLEMENTATION),
        _ => None,
    }
}
