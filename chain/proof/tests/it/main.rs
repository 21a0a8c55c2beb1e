//! Evidence from hand-made blocks: what is whole verifies, what is changed anywhere does not, and every case is kept as
//! a vector that other implementations of the verifier are held to.

mod anchor;
mod epoch;
mod limit;
mod mutation;
mod vector;
mod world;
