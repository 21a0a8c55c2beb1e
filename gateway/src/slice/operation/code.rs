//! The codes of this slice.

crate::error::codes! {
    /// No such operation in the caller's tenant.
    UNKNOWN_OPERATION = "operation.unknown_operation", 404, "There is no such operation";
}
