//! Members of a chain over real sockets on the loopback interface. Every wait is for an event and has a limit.

mod support;

mod message;
