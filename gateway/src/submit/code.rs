//! The codes of writes that the ledger would not take.

crate::error::codes! {
    /// More writes wait for the ledger than this process may hold.
    BUSY = "ledger.busy", 503, "The ledger is busy";
    /// The request's commands weigh more than one block may.
    TOO_MUCH_WORK = "ledger.too_much_work", 413, "The request is more work than one block of the ledger may hold";
    /// This gateway cannot register tenants.
    NO_OPERATOR = "ledger.no_operator", 503, "This gateway cannot register tenants";
}
