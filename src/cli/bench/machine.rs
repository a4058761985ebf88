//! What the operating system says about the machine and this process.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the processor, if the system gives it, and its architecture.
pub(super) fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        told.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()));
    format!("{} ({})", model.unwrap_or("processor"), std::env::consts::ARCH)
}

/// Number of processors that this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A folder in memory; where there is none, the folder for temporary files.
pub(super) fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// Bytes of memory under this name, if the system gives them.
pub(super) fn resident(name: &str) -> Option<u64> {
    let told = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Largest resident memory so far, in MiB.
pub(super) fn most_resident() -> Option<u64> {
    Some(resident("VmHWM:")?.div_ceil(1 << 20))
}

/// Processor time of this process so far, if the system gives it.
pub(super) fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
}
