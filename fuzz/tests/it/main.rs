//! The decoders that a stranger reaches, with random input: they never panic, and take time linear in the input.

mod chain;
mod epcis;
mod gs1;
mod http;
mod query;
mod webhook;
mod xml;
