//! Members of a chain over real sockets on the loopback interface. Every wait is for an event and has a limit.

mod relay;
mod support;

mod crossing;
mod exchange;
mod gossip;
mod membership;
mod message;
mod restart;
mod slow_reader;
mod stranger;
mod transport;
mod version;
