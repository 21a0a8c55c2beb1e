//! Distributed randomness [P17]: a leaderless, publicly verifiable secret sharing after SCRAPE (Cascudo and David 2017)
//! on ristretto255 (RFC 9496). Invariant: the set of deals fixes the random number before any share is known. From then
//! on any threshold of tickets yields the number, so no dealer can withhold or redraw it.
//!
//! The encrypted shares of all fixed deals are summed per ticket. So a holder reveals one share per ticket instead of
//! one per deal, and the state keeps one element per ticket.

mod ceremony;
mod deal;
mod dual_code;
mod group;
mod key;
mod reveal;
mod round;
mod ticket;

pub use ceremony::Ceremony;
pub use deal::{Dealer, verify_deal};
pub use key::{RandomnessKey, is_key, is_possessed};
pub use reveal::{Aggregate, Share, reconstruct, verify_reveal};
pub use round::{Phase, Round};
pub use ticket::{TICKETS_MAX, Tickets};
