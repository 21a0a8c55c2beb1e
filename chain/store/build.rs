//! Compiles RocksDB from the sources that `librocksdb-sys` carries, sixteen files at a time (docs/adr/0020). Invariant:
//! the library is compiled once per target directory, for all profiles and features.
//!
//! `ROCKSDB_LIB_DIR` names the folder of a compiled library. `.cargo/config.toml` sets it to one that does not exist,
//! so that `librocksdb-sys` compiles nothing and this script does. A folder with a library is used as it is.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
    process::Command,
};

/// Source files that are compiled together. RocksDB's own `unity.a` has all of them in one; smaller units use all
/// cores.
const FILES_PER_UNIT: usize = 16;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=ROCKSDB_LIB_DIR");
    println!("cargo:rerun-if-env-changed=CXX");
    let Some(given) = env::var_os("ROCKSDB_LIB_DIR").map(PathBuf::from) else {
        return Ok(());
    };
    if ["librocksdb.a", "librocksdb.so", "librocksdb.dylib"].iter().any(|name| given.join(name).exists()) {
        return Ok(());
    }
    let sources = PathBuf::from(variable("DEP_ROCKSDB_CARGO_MANIFEST_DIR"));
    let library = library(&sources)?;
    println!("cargo:rustc-link-search=native={}", library.display());
    Ok(())
}

/// The folder of the compiled library. Another build of the same target directory may have made it.
fn library(sources: &Path) -> io::Result<PathBuf> {
    let config = config(sources);
    let mut hasher = DefaultHasher::new();
    let compiler = config.get_compiler();
    let version = Command::new(compiler.path()).arg("--version").output()?.stdout;
    (sources, compiler.args(), version, FILES_PER_UNIT).hash(&mut hasher);
    let out = PathBuf::from(variable("OUT_DIR"));
    // <target>/<profile>/build/<package>/out
    let target = out.ancestors().nth(4).unwrap_or(&out);
    let library = target.join("rocksdb").join(format!("{:016x}", hasher.finish()));
    if !library.join("librocksdb.a").exists() {
        let made = target.join("rocksdb").join(format!("unfinished-{}", std::process::id()));
        compile(config, sources, &made)?;
        // The rename fails when another build has finished first; its library is the same.
        if fs::rename(&made, &library).is_err() {
            fs::remove_dir_all(&made)?;
        }
    }
    Ok(library)
}

fn compile(mut config: cc::Build, sources: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let list = fs::read_to_string(sources.join("rocksdb_lib_sources.txt"))?;
    // Its place is taken by `build_version.cc` of `librocksdb-sys`, which needs no git.
    let files = list.lines().map(str::trim).filter(|file| !file.is_empty() && *file != "util/build_version.cc");
    for (number, unit) in files.collect::<Vec<_>>().chunks(FILES_PER_UNIT).enumerate() {
        let path = folder.join(format!("unit_{number}.cc"));
        let text = unit.iter().fold(String::new(), |text, file| text + "#include \"" + file + "\"\n");
        fs::write(&path, text)?;
        config.file(path);
    }
    config.file(sources.join("build_version.cc")).out_dir(folder).cargo_metadata(false);
    config.try_compile("rocksdb").map_err(io::Error::other)
}

/// The flags of `librocksdb-sys` and of RocksDB's Makefile for the two systems that Waymark runs on.
fn config(sources: &Path) -> cc::Build {
    let mut config = cc::Build::new();
    config.cpp(true).std("c++20").opt_level(3).debug(false).warnings(false);
    for folder in ["rocksdb/include", "rocksdb", "."] {
        config.include(sources.join(folder));
    }
    config.include(variable("DEP_LZ4_INCLUDE")).define("LZ4", "1");
    for name in
        ["NDEBUG", "HAVE_ALIGNED_NEW", "HAVE_UINT128_EXTENSION", "ROCKSDB_PLATFORM_POSIX", "ROCKSDB_LIB_IO_POSIX"]
    {
        config.define(name, None);
    }
    if variable("CARGO_CFG_TARGET_OS") == "macos" {
        config.define("OS_MACOSX", None);
    } else {
        for name in ["OS_LINUX", "SCHED_GETCPU", "AUXV_GETAUXVAL", "FALLOCATE", "RANGESYNC"] {
            let name = if name == "OS_LINUX" { name.to_owned() } else { format!("ROCKSDB_{name}_PRESENT") };
            config.define(&name, None);
        }
    }
    let features = variable("CARGO_CFG_TARGET_FEATURE");
    match variable("CARGO_CFG_TARGET_ARCH").as_str() {
        // The checksum of the log uses the processor's instruction, which is part of x86-64-v2.
        "x86_64" if features.split(',').any(|feature| feature == "sse4.2") => {
            config.flag("-march=x86-64-v2");
        }
        // RocksDB asks the processor at run time whether it has the instruction.
        "aarch64" => {
            config.flag("-march=armv8-a+crc+crypto");
        }
        _ => {}
    }
    config.flag("-include").flag("cstdint");
    // It compiles RocksDB a fifth faster than GCC.
    if env::var_os("CXX").is_none() && Command::new("clang++").arg("--version").output().is_ok() {
        config.compiler("clang++");
    }
    config
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}
