//! Stops the program with a message before the operating system kills it for lack of memory.

use super::{bug, print};
use crate::error::Error;
#[cfg(target_os = "linux")]
use std::fs;
use std::thread;
use std::time::Duration;

/// Time between two checks; in this time a growing table takes some hundred megabytes.
const LOOKS: Duration = Duration::from_millis(20);
/// Largest share that may be used of the memory that is free at the start.
const SHARE: f64 = 0.8;

type Bytes = u64;

/// Stops the program with exit code 3 as soon as it uses more than `limit`; by default, more than most of the memory
/// that is free now. Files of earlier results are left unchanged.
pub(super) fn watch(limit: Option<Bytes>) {
    let Some(limit) = limit.or_else(free) else { return };
    let address_space = address_space();
    thread::spawn(move || {
        loop {
            let Some((addresses, held)) = taken() else { return };
            let beyond = |taken: Bytes, most: Bytes, what| (taken > most).then(|| message(taken, most, what));
            let told = beyond(held, limit, "")
                .or_else(|| beyond(addresses, address_space?, ", half of what \"ulimit -v\" allows"));
            if let Some(told) = told {
                print::note(&told);
                std::process::exit(i32::from(bug::EXIT_CODE));
            }
            thread::sleep(LOOKS);
        }
    });
}

fn message(taken: Bytes, most: Bytes, what: &str) -> String {
    let gigabytes = |bytes: Bytes| format!("{:.1} GB", bytes as f64 / 1e9);
    format!(
        "error: out of memory: {} are taken, and {} are the most{what}{}\nEarlier results are untouched. Where a queue grows without \
         end, so does the number of active jobs: a shorter run (--until) shows which station is overloaded; --memory SIZE sets \
         another limit, fewer --threads take less.",
        gigabytes(taken),
        gigabytes(most),
        bug::what_runs().map_or(String::new(), |what| format!("; {what}")),
    )
}

/// Reads the limit of `--memory`, such as "2GB".
///
/// # Errors
/// The text is not a size, the size is too small, or this system cannot enforce it.
pub(super) fn checked(limit: Option<&str>) -> Result<Option<Bytes>, Error> {
    /// The program itself with a small scenario.
    const LEAST: Bytes = 50_000_000;
    let Some(text) = limit else { return Ok(None) };
    let wrong = |why: &str| Error::Usage(format!("--memory {text}: {why}"));
    if taken().is_none() {
        return Err(wrong("this system does not say how much a program has taken"));
    }
    let size = crate::scenario::bytes(text).map_err(|why| wrong(&why))?;
    if size < LEAST { Err(wrong("allowed: 50MB or more")) } else { Ok(Some(size)) }
}

/// Most of the free memory: of the machine, or of the control group of this process.
#[cfg(target_os = "linux")]
fn free() -> Option<Bytes> {
    let machine = || {
        let all = fs::read_to_string("/proc/meminfo").ok()?;
        let line = all.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    };
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group =
        number("/sys/fs/cgroup/memory.max").or_else(|| number("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    let least = machine().into_iter().chain(group).min()?;
    Some((least as f64 * SHARE) as u64)
}

/// Half of the address space that the user allows (`ulimit -v`): while a table grows, the old and the new one exist.
#[cfg(target_os = "linux")]
fn address_space() -> Option<Bytes> {
    rustix::process::getrlimit(rustix::process::Resource::As).current.map(|most| most / 2)
}

/// Address space and memory used now.
#[cfg(target_os = "linux")]
fn taken() -> Option<(Bytes, Bytes)> {
    let pages = fs::read_to_string("/proc/self/statm").ok()?;
    let mut pages = pages.split(' ').map(|number| number.parse::<u64>().ok());
    let page = rustix::param::page_size() as u64;
    Some((pages.next()?? * page, pages.next()?? * page))
}

#[cfg(not(target_os = "linux"))]
fn free() -> Option<Bytes> {
    None
}

#[cfg(not(target_os = "linux"))]
fn address_space() -> Option<Bytes> {
    None
}

#[cfg(not(target_os = "linux"))]
fn taken() -> Option<(Bytes, Bytes)> {
    None
}
