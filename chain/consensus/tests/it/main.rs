//! Consensus for one height, scenario by scenario.

mod certified_contradiction;
mod equivocation;
mod fixture;
mod happy_path;
mod idle;
mod long_height;
mod proposed_again;
mod restart;
mod silent_leader;
mod stale_answer;
mod two_certificates;
mod weights;
