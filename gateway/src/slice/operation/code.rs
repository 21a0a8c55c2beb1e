//! Problem codes of operations. Invariant: another tenant's operation has the same code as one that does not exist.

crate::error::codes! {
    /// The caller's tenant has no such operation.
    UNKNOWN_OPERATION = "operation.unknown_operation", 404, "There is no such operation";
}
