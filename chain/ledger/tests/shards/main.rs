//! Several shards of one chain, scenario by scenario: each file opens with the story that its tests tell.

mod native;
mod world;
