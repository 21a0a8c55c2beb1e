//! Tests of the relayer on a network of validators with real threads, disks and sockets. Each file begins with a
//! summary of its tests.

mod cluster;
mod deadline;
mod killed;
mod trade;
