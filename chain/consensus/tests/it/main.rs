//! Tests consensus for one height, one scenario per file.

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
