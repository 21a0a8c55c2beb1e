//! Opens the RocksDB database of one shard. Invariant: every read is checksummed. A damaged write-ahead log is detected
//! at opening, or when the replica compares the tip with the journal.

use crate::{StoreError, column};
use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, MemtableFactory, Options};
use std::{path::Path, sync::Arc};

/// Bytes of the block cache shared by all column families of a shard.
const BLOCK_CACHE_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of one write buffer of large, ordered values.
const LOG_BUFFER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one write buffer of leaves.
const LEAF_BUFFER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of write-ahead log at which column families are flushed.
const WAL_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The store of one shard. Cheap to clone; reads may come from any thread, writes from the shard's thread only.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Arc<DB>,
}

impl Store {
    /// Opens or creates the store in a folder.
    ///
    /// # Errors
    /// [`StoreError::Database`] when RocksDB refuses, for example because another process holds the folder.
    /// [`StoreError::Damaged`] when the tip does not decode.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_paranoid_checks(true);
        options.set_wal_recovery_mode(rocksdb::DBRecoveryMode::PointInTime);
        options.set_track_and_verify_wals_in_manifest(true);
        options.set_max_total_wal_size(WAL_BYTES_MAX);
        options.set_keep_log_file_num(4);
        options.set_max_background_jobs(2);
        options.set_max_open_files(512);
        // Only one thread writes, and the vector memtable does not support concurrent writes.
        options.set_allow_concurrent_memtable_write(false);
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
        let columns = column::ALL.map(|name| ColumnFamilyDescriptor::new(name, column_options(name, &cache)));
        let db = DB::open_cf_descriptors(&options, folder, columns)
            .map_err(|source| StoreError::Database { doing: "opening", source })?;
        let store = Self { db: Arc::new(db) };
        store.clear_unfinished()?;
        Ok(store)
    }

    pub(crate) fn column(&self, name: &'static str) -> &rocksdb::ColumnFamily {
        self.db.cf_handle(name).expect("every column family is created at opening")
    }
}

fn column_options(name: &str, cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_format_version(5);
    let mut options = Options::default();
    match name {
        column::LEAF | column::NODE => {
            table.set_bloom_filter(10.0, false);
            options.set_write_buffer_size(LEAF_BUFFER_BYTES);
            options.set_compression_type(DBCompressionType::None);
        }
        _ => {
            table.set_block_size(64 * 1024);
            options.set_write_buffer_size(LOG_BUFFER_BYTES);
            options.set_compression_type(DBCompressionType::Lz4);
        }
    }
    if name == column::NODE {
        // Nodes are only read all at once, at startup and for snapshots, so the vector memtable can sort new entries
        // then.
        options.set_memtable_factory(MemtableFactory::Vector);
    }
    options.set_block_based_table_factory(&table);
    options
}
