//! The law, scenario by scenario: each file opens with the story that its tests tell.

mod add_author;
mod admission;
mod atomic;
mod capture_event;
mod declare_error;
mod determinism;
mod fixture;
mod independent;
mod register_tenant;
mod remove_author;
mod seen;
mod stream;
