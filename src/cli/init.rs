//! `shipback init`: a commented scenario to start from.

use super::choice::quoted;
use crate::error::Error;
use crate::scenario::keys::SCHEMA_NAME;
use crate::screen;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The scenario that `shipback init` writes.
pub const STARTER: &str = r#"#:schema shipback.schema.json
# A scenario for shipback. Keys that are not set here have the values of the baseline. Without the line "extends",
# nothing is assumed: all goes well, nothing takes time, nobody waits.
#   shipback run THIS_FILE         a simulated year
#   shipback explain THIS_FILE     every value in force, and the line that set it
#   shipback help site.dock        what the keys of a table mean
#   shipback schema > shipback.schema.json   for editors that check the file while it is written
extends = "baseline.toml"

question = "What would happen if ...?"

[run]
seed = 1
horizon = "365d"                  # jobs ordered within it are measured; every duration has a unit: d, h, min, s
ending = "drain"                  # follow every job to its end; or "censor": stop at the horizon

[policy]                          # the documented deadlines unless set
# response_window = "20d"         # how long customers may take to answer about a missing package; documented: 30d
# retention = "60d"
# cancel_until = "shipping"

[demand.imports]
rate = "32/day"
# drives = { discrete = { values = [1, 5, 10], weights = [2, 1, 1] } }
# bytes = { lognormal = { mean = "3TB", sd = "2TB" }, max = "10TB" }
# season = [{ from = "2026-11-06", until = "2027-01-01", factor = 1.5 }]

[demand.exports]
rate = "8/day"
# export_share = 1

[customer]
# answers_after = { weibull = { shape = 0.6, scale = "5.6d" } }
# unreachable = "3 %"

[faults]
# wrong_address = 0.01            # probabilities are 0 to 1, or 0 % to 100 %

[site.bays]
servers = 128
rate = "70MB/s"

[site.dock]
servers = 10
hours = "Mon-Fri 08:00-18:00"
# servers = { "Mon-Fri 08:00-18:00" = 10, "Sat 08:00-12:00" = 4 }   # instead of servers and hours
# servers_by_date = [{ from = "2026-12-24", until = "2026-12-27", servers = 2 }]

# A list replaces that of the baseline as a whole.
# [[disruption]]
# from = "2026-06-01"
# until = "2026-06-15"
# carrier = "major"               # or station = "bays" with servers = "50 %"; or demand = "imports" with factor = 2
# stops = true

# Prices, in any currency: without this table nothing is priced.
# [cost]
# currency = "USD"
# worker_hour = 30                # dock, limited preparation and packing
# operator_hour = 40
# bay_hour = 1.5
# drive = 2                       # each drive received
# package = 12                    # each package sent back
# destroyed_drive = 100

# Service levels are yours to set: the service sets none, and those of the baseline are examples.
# [[sla]]
# from = "received"               # ordered, shipped, delivered, received, copied, packed, returned, ended
# to = "copied"
# within = "10d"
# target = 0.95

# A scripted job: its random inputs are written by hand.
# [[job]]
# name = "lost-package"
# at = "5d"
# drives = 2
# packs = "1d"
# transit = "lost"
# answers = { missing_package = [{ attempt = 1, after = "2d", says = "cancel" }] }
"#;

/// Writes the starter to `path`, which must not exist yet. Returns a sentence for the user.
///
/// # Errors
/// If the file exists, or cannot be written.
pub fn init(path: &Path) -> Result<String, Error> {
    let refused = |why: std::io::Error| match why.kind() {
        ErrorKind::AlreadyExists => Error::Usage(format!(
            "{} is there already and is not overwritten; name another file",
            path.display()
        )),
        _ => Error::Io { doing: "write", path: path.into(), why },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(refused)?;
    file.write_all(STARTER.as_bytes()).map_err(refused)?;
    Ok(format!(
        "Wrote {}. Run it with: shipback run {}\nFor completion in an editor: shipback schema > {}",
        screen::path(path),
        quoted(&path.display().to_string()),
        quoted(&path.with_file_name(SCHEMA_NAME).display().to_string())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_starter_is_a_valid_scenario_and_its_hints_are_too() {
        Scenario::parse(STARTER, &[]).unwrap_or_else(|error| panic!("{error}"));
        // Each commented line of TOML is taken, one way or another: none is out of date.
        let is_toml = |line: &&str| line.contains(" = ") || line.starts_with("# [");
        let tables = STARTER.split("\n[").next().map_or(0, str::len);
        let hints: Vec<String> = STARTER[tables..]
            .lines()
            .filter(|line| !line.starts_with("servers = 10") && !line.starts_with("hours"))
            .map(|line| match line.strip_prefix("# ") {
                Some(hint) if is_toml(&line) => hint.to_string(),
                _ => line.to_string(),
            })
            .collect();
        let text = format!("{}{}", &STARTER[..tables], hints.join("\n"));
        let text = text.replace("\n[site.dock]\n", "\n[site.dock]\nclosed_on_holidays = false\n");
        if let Err(error) = Scenario::parse(&text, &[]) {
            // The baseline's hours stand beside the table of shifts; nothing else is wrong.
            assert_eq!(error.to_string().matches("error:").count(), 1, "{error}");
        }
    }

    #[test]
    fn a_file_that_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        init(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), STARTER);
        std::fs::write(&path, "mine").unwrap();
        let error = init(&path).unwrap_err();
        assert!(error.to_string().contains("not overwritten"));
        assert_eq!(error.exit_code(), 2);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}
