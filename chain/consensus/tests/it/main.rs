//! Stories of one height's decision.

mod equivocation;
mod fixture;
mod happy_path;
mod proposed_again;
mod restart;
mod silent_leader;
mod stale_answer;
mod two_certificates;
mod weights;
