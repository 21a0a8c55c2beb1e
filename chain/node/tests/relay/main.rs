//! The relayer on a network of validators with real threads, disks and sockets: each file opens with the story that its
//! tests tell.

mod cluster;
mod deadline;
mod killed;
mod trade;
