//! Tests of members over real sockets on the loopback interface. Every wait is for an event and has a timeout.

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
