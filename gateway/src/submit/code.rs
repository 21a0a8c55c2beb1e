//! Problem codes of writes that cannot be submitted to the ledger. Invariant: nothing of such a write was stored.

crate::error::codes! {
    /// The pending writes of this process have reached their memory limit.
    BUSY = "ledger.busy", 503, "The ledger is busy";
    /// The commands of the request are more work than one block may hold.
    TOO_MUCH_WORK = "ledger.too_much_work", 413, "The request is more work than one block of the ledger may hold";
    /// This gateway does not hold the chain operator's key.
    NO_OPERATOR = "ledger.no_operator", 503, "This gateway cannot register tenants";
}
