//! Problem codes of operations.

crate::error::codes! {
    /// The caller's tenant has no such operation.
    UNKNOWN_OPERATION = "operation.unknown_operation", 404, "There is no such operation";
}
