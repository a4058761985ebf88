//! Names the program by its sources: pieces of an experiment are merged only if the same program made them all.

use std::path::{Path, PathBuf};

fn main() {
    let mut files = vec![PathBuf::from("Cargo.lock")];
    collect(Path::new("src"), &mut files);
    collect(Path::new("scenarios/baseline.toml"), &mut files);
    files.sort();
    // FNV-1a: this tells builds apart, and keeps nobody out.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let bytes = std::fs::read(file).expect("build: the sources can be read");
        for byte in bytes.iter().chain(file.to_string_lossy().as_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    // A file that is added changes its folder.
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=SHIPBACK_SOURCES={hash:016x}");
    let processor = std::env::var("CARGO_CFG_TARGET_ARCH").expect("build: cargo names the processor");
    println!("cargo::rustc-env=SHIPBACK_PROCESSOR={processor}");
}

/// Adds this file, or all files in this folder.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Err(_) => files.push(path.into()),
        Ok(entries) => {
            entries.flatten().for_each(|entry| collect(&entry.path(), files));
        }
    }
}
