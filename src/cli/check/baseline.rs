//! `shipback check --record FILE`: compares the results of a scenario with those recorded in a file.

use super::{CheckArgs, github};
use crate::cli::choice::quoted;
use crate::cli::print;
use crate::error::Error;
use crate::experiment::{Change, Drift, USUAL_MARGIN, drift};
use crate::measure::vocabulary;
use crate::report::{
    BLOCK, Baseline, MOST_KEPT, Number, Parting, fact_in_words, fact_lines, json_head, json_text,
};
use crate::scenario::{Loaded, Scenario};
use crate::screen;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Facts printed before and after the first one that differs.
const AROUND: u64 = 3;
/// Most metrics that are listed.
const MOST_ROWS: usize = 25;

/// Compares, or updates the record. Returns the exit code.
pub(super) fn run(args: &CheckArgs, file: &Path) -> Result<u8, Error> {
    if args.paths.len() > 1 {
        return Err(Error::Usage("a record is of one scenario; name one, or none for the built-in".into()));
    }
    if args.update {
        may_update(args.force)?;
    }
    if !args.update && !file.exists() {
        let why =
            format!("there is no record {}; this command writes the present results as one:", file.display());
        return Err(Error::UsageWith(why, vec![format!("  {}", bless_words(args, file))]));
    }
    let then = if args.update && !file.exists() { None } else { Some(Baseline::read(file)?) };
    let path = args.paths.first().map(|path| path.as_path());
    let path = path.filter(|path| *path != Path::new("baseline"));
    let loaded = args.load(path)?;
    if let Some(then) =
        then.as_ref().filter(|then| then.scenario != loaded.scenario.name && args.update && !args.force)
    {
        return Err(Error::Usage(format!(
            "{} is the record of \"{}\", and this is \"{}\": name another file, or add --force",
            file.display(),
            then.scenario,
            loaded.scenario.name
        )));
    }
    let of_then = then.as_ref().filter(|then| then.scenario_hash == loaded.hash);
    // The record itself says which seed and how many replications.
    let seed = match of_then {
        Some(then) if !args.choice.names_seed() => then.seed.parse().unwrap_or(loaded.scenario.run.seed),
        _ => loaded.scenario.run.seed,
    };
    let replications = match of_then {
        Some(then) if args.replications.is_none() => then.replications,
        _ => u64::from(loaded.scenario.run.replications),
    };
    if let (Some(then), None, false) = (&then, of_then, args.update) {
        return Err(another(args, file, then, &Baseline::take(&loaded, seed, 1)));
    }
    let now = Baseline::take(&loaded, seed, replications);
    let changes = then.as_ref().map(|then| Changes::new(then, &now, &loaded.scenario, args.margin));
    if args.update {
        now.write(file)?;
        print::data(&blessed(file, &now, then.as_ref().zip(changes.as_ref())))?;
        return Ok(0);
    }
    let (then, changes) = then.as_ref().zip(changes.as_ref()).expect("baseline: it was read");
    let undecided = changes.count(Change::Undecided) > 0 && args.on_undecided != "warn";
    let code = u8::from(changes.count(Change::Changed) > 0 || undecided);
    let told = changes.table() + &changes.summary();
    let annotations = if code == 0 { vec![] } else { github::of_baseline(file, &now.scenario, &told) };
    if args.json {
        print::json(&changes.json(file, then, &now, (&loaded, code)))?;
    } else {
        print::data(&page(args, file, &loaded, seed, (then, &now), changes))?;
    }
    print::commands(&annotations, args.json)?;
    Ok(code)
}

/// Refuses an update where CI is set: there, nobody reviews the recorded values.
fn may_update(force: bool) -> Result<(), Error> {
    match std::env::var("CI") {
        Ok(ci) if !ci.is_empty() && ci != "false" && !force => Err(Error::Usage(
            "no record is written in CI (CI is set): write it where somebody reads what changed, or add --force"
                .into(),
        )),
        _ => Ok(()),
    }
}

fn another(args: &CheckArgs, file: &Path, then: &Baseline, now: &Baseline) -> Error {
    let values = then.other_values(now);
    let hashes = format!("hash {}, was {}", short_hash(&now.scenario_hash), short_hash(&then.scenario_hash));
    let why = match then.scenario == now.scenario {
        true => format!(
            "the scenario \"{}\" has changed since {} was recorded ({hashes}): nothing is compared",
            now.scenario,
            file.display()
        ),
        false => format!(
            "{} is the record of another scenario, \"{}\"; this is \"{}\" ({hashes})",
            file.display(),
            then.scenario,
            now.scenario
        ),
    };
    let mut more: Vec<String> = values
        .iter()
        .take(5)
        .map(|(path, before, after)| format!("  {path} was {before}, is {after}"))
        .collect();
    if values.len() > 5 {
        more.push(format!("  and {} more", values.len() - 5));
    }
    more.extend(instead(args, &values));
    more.push("A scenario that was changed on purpose gets a new record by --update.".into());
    Error::UsageWith(why, more)
}

/// The `compare` command that shows the effect of changed values; a record only shows that something differs.
fn instead(args: &CheckArgs, values: &[(&str, &str, &str)]) -> Option<String> {
    let can_be_set = |(path, then, _): &&(&str, &str, &str)| *then != "none" && !path.contains('[');
    let back: Vec<String> =
        values.iter().filter(can_be_set).take(5).map(|(path, then, _)| format!("{path}={then}")).collect();
    let base = args.paths.first().map_or("baseline".into(), |path| path.display().to_string());
    let words = match args.choice.overrides() {
        set if !set.is_empty() => format!("{} --variant {}", quoted(&base), quoted(&set.join("; "))),
        _ if back.is_empty() => return None,
        _ => format!("{} --variant {}", quoted(&base), quoted(&back.join("; "))),
    };
    Some(format!("What the change does, job by job: shipback compare {words}"))
}

/// All metrics, recorded and now.
struct Changes<'b> {
    rows: Vec<(&'b Number, Drift)>,
    paired: bool,
    margin: Option<f64>,
    parting: Option<Parting>,
}

impl<'b> Changes<'b> {
    fn new(then: &'b Baseline, now: &'b Baseline, scenario: &Scenario, margin: Option<f64>) -> Changes<'b> {
        let paired = then.fates == now.fates && then.replications == now.replications;
        let written = scenario.demand.is_empty();
        let units: BTreeMap<String, &'static str> =
            vocabulary(scenario).into_iter().map(|known| (known.metric, known.unit)).collect();
        let key = |number: &'b Number| (number.metric.as_str(), number.by.as_str());
        let old: BTreeMap<_, _> = then.metrics.iter().map(|number| (key(number), number)).collect();
        let new: BTreeMap<_, _> = now.metrics.iter().map(|number| (key(number), number)).collect();
        let gone = then.metrics.iter().filter(|number| !new.contains_key(&key(number)));
        let row = |number: &'b Number| {
            let unit = units.get(&number.metric).copied().unwrap_or("");
            let row = |found: Option<&&Number>| found.map(|number| number.row(unit));
            let (before, after) = (row(old.get(&key(number))), row(new.get(&key(number))));
            (number, drift(before.as_ref(), after.as_ref(), paired, written, margin))
        };
        let mut rows: Vec<_> = now.metrics.iter().chain(gone).map(row).collect();
        rows.sort_by_key(|(_, difference)| difference.change);
        Changes { rows, paired, margin, parting: then.parting(now) }
    }

    fn count(&self, change: Change) -> usize {
        self.rows.iter().filter(|(_, difference)| difference.change == change).count()
    }

    fn table(&self) -> String {
        let open = self.rows.iter().filter(|(_, row)| row.change < Change::WithinMargin);
        let mut text = String::new();
        for (number, row) in open.clone().take(MOST_ROWS) {
            let by = if number.by.is_empty() { String::new() } else { format!(" [{}]", number.by) };
            let interval = match row.interval {
                Some((low, high)) => format!(", difference {} to {}", short(low), short(high)),
                None => String::new(),
            };
            let (name, change) = (format!("{}{by}", number.metric), row.change.name());
            let (before, after) = (short(row.values.0), short(row.values.1));
            let row = format!("{change:<13} {name}: {before} -> {after} {}{interval}", number.unit);
            text += &format!("{}\n", screen::line(&row));
        }
        if open.clone().count() > MOST_ROWS {
            text += &format!("and {} more (all with --json)\n", open.count() - MOST_ROWS);
        }
        text
    }

    fn summary(&self) -> String {
        let all = [Change::Changed, Change::Undecided, Change::WithinMargin, Change::Same];
        let parts: Vec<String> =
            all.iter().map(|one| format!("{} {}", self.count(*one), one.name())).collect();
        let how = match self.paired {
            true => "paired by replication: the same random inputs",
            false => "unpaired (Welch): the random inputs or the replications are not the same",
        };
        let margin = match self.margin {
            Some(part) => format!("{} % of the recorded value", short(part * 100.0)),
            None => USUAL_MARGIN.to_owned(),
        };
        format!("{} numbers: {}; margin {margin}; {how}\n", self.rows.len(), parts.join(", "))
    }

    fn json(&self, file: &Path, then: &Baseline, now: &Baseline, (loaded, code): (&Loaded, u8)) -> String {
        let rows = self.rows.iter().filter(|(_, row)| row.change != Change::Same).map(|(number, row)| {
            json!({
                "change": row.change.name(), "metric": number.metric, "by": number.by, "unit": number.unit,
                "then": finite(row.values.0), "now": finite(row.values.1), "margin": row.margin, "difference": row.interval.map(|(low, high)| [low, high]),
            })
        });
        let whole = json!({
            "exit_code": code,
            "record": file.display().to_string(),
            "record_version": then.version,
            "seed": now.seed,
            "replications": now.replications,
            "fingerprint": { "then": then.fingerprint, "now": now.fingerprint },
            "parting": self.parting.map(|parting| json!({
                "replication": parting.replication, "facts": [parting.facts.0, parting.facts.1],
            })),
            "paired": self.paired,
            "margin": self.margin,
            "changed": self.count(Change::Changed),
            "undecided": self.count(Change::Undecided),
            "within_margin": self.count(Change::WithinMargin),
            "same": self.count(Change::Same),
            "numbers": rows.collect::<Vec<_>>(),
        });
        json_text(json_head("check", Some(loaded)), whole)
    }
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

/// The beginning of a hash, as people compare it.
fn short_hash(hash: &str) -> &str {
    &hash[..16]
}

fn short(value: f64) -> String {
    if value.is_nan() {
        return "nothing".into();
    }
    format!("{}", (value * 1e4).round() / 1e4)
}

fn counted(baseline: &Baseline) -> String {
    let facts: u64 = baseline.facts.iter().map(|facts| facts.count).sum();
    let runs = match baseline.replications {
        1 => "1 replication".to_string(),
        runs => format!("{runs} replications"),
    };
    format!("{facts} facts in {runs}, seed {}", baseline.seed)
}

fn page(
    args: &CheckArgs,
    file: &Path,
    loaded: &Loaded,
    seed: u64,
    (then, now): (&Baseline, &Baseline),
    changes: &Changes<'_>,
) -> String {
    let head = format!("{} against {}, version {}", now.scenario, file.display(), then.version);
    let mut text = format!("{}\n", screen::line(&head));
    if then.fingerprint == now.fingerprint {
        return text + &format!("same          every fact: {}\n{}", counted(now), changes.summary());
    }
    match &changes.parting {
        Some(parting) => text += &parted(parting, loaded, seed, then),
        None => text += "The facts are not the same: there are more replications, or fewer.\n",
    }
    text +=
        &format!("then {}\nnow  {}\n\n{}{}", counted(then), counted(now), changes.table(), changes.summary());
    text + &format!("Meant to be so? {}\n", bless_words(args, file))
}

/// The command that records these results.
fn bless_words(args: &CheckArgs, file: &Path) -> String {
    let quoted = |path: &Path| quoted(&path.display().to_string());
    let path = args.paths.first().map_or(String::new(), |path| format!(" {}", quoted(path)));
    format!("shipback check{path} --record {} --update{}", quoted(file), args.run_words())
}

/// The first difference, with the facts around it.
fn parted(parting: &Parting, loaded: &Loaded, seed: u64, then: &Baseline) -> String {
    let Parting { replication, facts: (first, end) } = *parting;
    let from = first.saturating_sub(AROUND);
    let new = fact_lines(&loaded.scenario, seed, replication, from..first + AROUND + 1);
    let new =
        |at: u64| new.get((at - from) as usize).map_or("nothing more".into(), |line| fact_in_words(line));
    if end - first > 1 {
        let mut text = format!(
            "The facts part among facts {} to {} of replication {replication}. A record keeps the lines of the first \
             {MOST_KEPT} facts of\nreplication 0, and of the others a hash for each {BLOCK}: what was there is not known; \
             there begins now\n",
            first + 1,
            end
        );
        (first..first + AROUND).for_each(|at| text += &format!("  {}\n", new(at)));
        return text;
    }
    let old = |at: u64| then.kept.get(at as usize).map_or("nothing more".into(), |line| fact_in_words(line));
    let mut text = format!("The facts part at fact {} of replication {replication}:\n", first + 1);
    (from..first).for_each(|at| text += &format!("    {}\n", new(at)));
    let last = first + AROUND;
    (first..last).for_each(|at| text += &format!("  - {}\n", old(at)));
    (first..last).for_each(|at| text += &format!("  + {}\n", new(at)));
    text
}

fn blessed(file: &Path, now: &Baseline, before: Option<(&Baseline, &Changes<'_>)>) -> String {
    let file = screen::path(file);
    let mut text = format!("{file} is now the record of {}: {}\n", now.scenario, counted(now));
    let Some((then, changes)) = before else {
        return text + "It is new.\n";
    };
    let same = changes.count(Change::Same) == changes.rows.len() && then.fingerprint == now.fingerprint;
    if same && then.version == now.version && then.other_values(now).is_empty() {
        return text + "Nothing has changed.\n";
    }
    if then.version != now.version {
        text += &format!("version {} -> {}\n", screen::line(&then.version), now.version);
    }
    for (path, before, after) in then.other_values(now) {
        text += &format!("{}\n", screen::line(&format!("{path} {before} -> {after}")));
    }
    text + &changes.table() + &changes.summary()
}
