//! Evidence from handmade blocks: valid bundles verify, bundles with any change do not, and every case is kept as a
//! vector for other implementations of the verifier.

mod anchor;
mod epoch;
mod limit;
mod mutation;
mod report;
mod vector;
mod world;
