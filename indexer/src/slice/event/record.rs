//! Which event of a tenant a record of a block is. Invariant: the answer is that of the block, not of the index.

use super::EventType;
use crate::slice::{concerned, event_type};
use chain_types::{FinalBlock, Receipt, TenantId};

/// The type of the event that a record of a block is for a tenant; `None` for a record that had no effect, or that does
/// not concern the tenant. `record_index` counts the records of the block from 0.
pub fn event_of(block: &FinalBlock, record_index: u32, tenant: TenantId) -> Option<EventType> {
    let index = usize::try_from(record_index).ok()?;
    let transactions = block.block.transactions.iter();
    let mut records = transactions.flat_map(|it| it.entries.iter().map(|entry| (it.header.tenant, entry)));
    let (author, entry) = records.nth(index)?;
    let Receipt::Applied(event) = block.block.receipts.get(index)? else { return None };
    let [first, second] = concerned(event, &entry.core.command);
    let is_concerned = [Some(author), first, second].contains(&Some(tenant));
    is_concerned.then(|| event_type(event))
}
