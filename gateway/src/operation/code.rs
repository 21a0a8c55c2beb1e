//! The codes of this slice.

use crate::error::Code;

/// No such operation in the caller's tenant.
pub const UNKNOWN_OPERATION: Code = Code::new("operation.unknown_operation", 404, "There is no such operation");

/// Every code of this slice, for the documentation and its test.
pub const ALL: &[Code] = &[UNKNOWN_OPERATION];
