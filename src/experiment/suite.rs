//! Runs the scenario files in folders and collects their verdicts.

use super::boundaries::judge_boundaries;
use super::check::{Checked, Plan, Runs, check_by};
use super::verdict::{OnUndecided, Verdict};
use crate::error::Error;
use crate::policy::{Rule, Timings};
use crate::scenario::{Expectation, Loaded, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to do where a file that is named, or a folder, expects nothing: after "has no \[\[expect\]\]".
pub const EXPECT_SOMETHING: &str = "write one (shipback help expect says how), or do not name it";

/// Greatest depth of nested folders that are searched.
const DEEPEST: usize = 16;

/// A file whose expectations were judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The path as the user named it, or as found in a folder.
    pub path: PathBuf,
    /// The scenario.
    pub scenario: Scenario,
    /// Hash of the scenario; empty for a boundary case.
    pub hash: String,
    /// Warnings of the scenario, one sentence each.
    pub warnings: Vec<String>,
    /// The verdicts.
    pub checked: Checked,
    /// Whether `--boundaries` made it from the timings in force.
    pub boundaries: bool,
}

/// A file without expectations.
#[derive(Clone, Debug)]
pub struct Untested {
    /// The path.
    pub path: PathBuf,
    /// Whether the user named the file itself: then it was meant to be judged.
    pub named: bool,
}

/// A file that is not a valid scenario, or could not be read.
#[derive(Debug)]
pub struct Unread {
    /// The path.
    pub path: PathBuf,
    /// The error.
    pub why: Error,
}

/// The results of many files.
#[derive(Debug)]
pub struct Suite {
    /// Files that were judged, in order of their names.
    pub judged: Vec<Judged>,
    /// Files without expectations.
    pub untested: Vec<Untested>,
    /// Named folders in which no file has an expectation.
    pub barren: Vec<PathBuf>,
    /// Files that could not be judged.
    pub unread: Vec<Unread>,
    /// How undecided expectations count.
    pub on_undecided: OnUndecided,
    /// Whether it is a failure if an active rule never fired.
    pub require_coverage: bool,
}

/// The files to judge, with those in folders, by name; and for each whether the user named the file itself.
///
/// # Errors
/// A folder cannot be listed, or has no scenario in it.
pub fn scenario_files(paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, Error> {
    let mut files: Vec<(PathBuf, bool)> = vec![];
    for path in paths {
        let mut found = vec![];
        if path.is_dir() {
            walk(path, 0, &mut found)?;
            if found.is_empty() {
                return Err(Error::Usage(format!(
                    "there is no scenario file (*.toml) in {}",
                    path.display()
                )));
            }
            found.sort();
            files.extend(found.into_iter().map(|file| (file, false)));
        } else {
            files.push((path.clone(), true));
        }
    }
    // A file that is named twice is judged once; that it is in a folder, too, takes nothing from its own name.
    let whole = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let named: BTreeSet<PathBuf> =
        files.iter().filter(|(_, named)| *named).map(|(path, _)| whole(path)).collect();
    let mut seen = BTreeSet::new();
    files.retain_mut(|(path, is_named)| {
        let path = whole(path);
        *is_named = named.contains(&path);
        seen.insert(path)
    });
    Ok(files)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |why| Error::Io { doing: "list", path: folder.into(), why };
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    Ok(())
}

impl Suite {
    /// A suite without files.
    pub fn new(on_undecided: OnUndecided, require_coverage: bool) -> Suite {
        let (judged, untested, barren, unread) = (vec![], vec![], vec![], vec![]);
        Suite { judged, untested, barren, unread, on_undecided, require_coverage }
    }

    /// Judges a scenario loaded from `path` by these runs, or notes why it cannot be judged.
    pub fn add(
        &mut self,
        path: PathBuf,
        named: bool,
        loaded: Result<Loaded, Error>,
        plan: Plan,
        runs: &Runs,
    ) {
        let loaded = match loaded.and_then(|loaded| plan.fits(loaded)) {
            Ok(loaded) => loaded,
            Err(why) => return self.unread.push(Unread { path, why }),
        };
        if loaded.scenario.expectations.is_empty() {
            return self.untested.push(Untested { path, named });
        }
        match check_by(&loaded.scenario, plan, |numbers, wanted| runs(&loaded, numbers, wanted)) {
            Err(why) => self.unread.push(Unread { path, why }),
            Ok(mut checked) => {
                let notes = other_policy(&loaded);
                for (judgement, expectation) in
                    checked.judgements.iter_mut().zip(&loaded.scenario.expectations)
                {
                    let exact = !matches!(expectation.what, crate::scenario::Expected::Metric(_));
                    if judgement.verdict == Verdict::Failed && exact {
                        judgement.notes.extend(notes.iter().cloned());
                    }
                }
                let Loaded { scenario, hash, warnings, .. } = loaded;
                self.judged.push(Judged { path, scenario, hash, warnings, checked, boundaries: false });
            }
        }
    }

    /// Notes a named folder after all its files are added; it is a mistake if none of them was judged.
    pub fn add_folder(&mut self, folder: &Path) {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
        let judged = self.judged.iter().filter(|file| !file.boundaries).map(|file| &file.path);
        let mut looked_at = judged.chain(self.unread.iter().map(|file| &file.path));
        let inside = whole(folder);
        if !looked_at.any(|path| whole(path).starts_with(&inside)) {
            self.barren.push(folder.into());
        }
    }

    /// Judges the boundary cases under the policy of a scenario. Their files are, or could be, in `folder`.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn add_boundaries(&mut self, folder: &Path, loaded: &Loaded) -> Result<(), Error> {
        for (scenario, checked) in judge_boundaries(&loaded.scenario, folder, &other_policy(loaded))? {
            let path = folder.join(format!("{}.toml", scenario.name));
            let (hash, warnings) = (String::new(), vec![]);
            self.judged.push(Judged { path, scenario, hash, warnings, checked, boundaries: true });
        }
        Ok(())
    }

    /// All expectations with their judgements: the worst first, then by file and line.
    pub fn all(&self) -> Vec<(&Judged, &Expectation, usize)> {
        let mut all: Vec<(&Judged, &Expectation, usize)> = vec![];
        for file in &self.judged {
            all.extend(
                file.scenario.expectations.iter().enumerate().map(|(number, one)| (file, one, number)),
            );
        }
        all.sort_by_key(|(file, _, number)| file.checked.judgements[*number].verdict);
        all
    }

    /// Number of expectations with this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let judgements = self.judged.iter().flat_map(|file| &file.checked.judgements);
        judgements.filter(|judgement| judgement.verdict == verdict).count()
    }

    /// How often each rule fired in all files, by [`Rule`].
    pub fn fired(&self) -> [u64; Rule::ALL.len()] {
        let mut fired = [0; Rule::ALL.len()];
        for file in &self.judged {
            fired.iter_mut().zip(&file.checked.fired).for_each(|(sum, times)| *sum += times);
        }
        fired
    }

    /// Active rules that never fired.
    pub fn never_fired(&self) -> Vec<Rule> {
        let fired = self.fired();
        Rule::ALL.iter().copied().filter(|rule| !rule.holds() && fired[rule.index()] == 0).collect()
    }

    /// Rules that never fired although coverage was required.
    pub fn uncovered(&self) -> Vec<Rule> {
        if self.require_coverage { self.never_fired() } else { vec![] }
    }

    /// Files that could not be judged, grouped by reason: a wrong `--set` is wrong for all files.
    pub fn wrong(&self) -> Vec<(Vec<&Path>, &Error)> {
        let mut wrong: Vec<(Vec<&Path>, &Error)> = vec![];
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for file in &self.unread {
            let place = *places.entry(file.why.to_string()).or_insert(wrong.len());
            if place == wrong.len() {
                wrong.push((vec![], &file.why));
            }
            wrong[place].0.push(&file.path);
        }
        wrong
    }

    /// Exit code. 0: all met; 1: something failed; 2: something could not be judged, or there was nothing to judge.
    pub fn exit_code(&self) -> u8 {
        let undecided = self.count(Verdict::Undecided) > 0 && self.on_undecided != OnUndecided::Warn;
        let refused = self.unread.iter().map(|file| file.why.exit_code()).max();
        if self.count(Verdict::Failed) > 0 || undecided {
            return 1;
        }
        if let Some(code) = refused {
            return code;
        }
        let meant = self.untested.iter().any(|file| file.named);
        if self.count(Verdict::Nothing) > 0 || self.judged.is_empty() || meant || !self.barren.is_empty() {
            return 2;
        }
        u8::from(!self.uncovered().is_empty())
    }
}

/// The settings of the policy in force that are not as documented, and where each was set.
fn other_policy(loaded: &Loaded) -> Vec<String> {
    if loaded.scenario.policy.timings == Timings::DOCUMENTED {
        return vec![];
    }
    let plain = Scenario::parse("[[job]]\n", &[]).map(|plain| plain.explained).unwrap_or_default();
    let documented =
        |path: &str| plain.iter().find(|value| value.path == path).map(|value| value.value.as_str());
    let set = loaded
        .explained
        .iter()
        .filter(|value| value.path.starts_with("policy.") && value.origin != "default");
    set.filter_map(|value| {
        let documented = documented(&value.path).filter(|documented| *documented != value.value)?;
        Some(format!(
            "{} is {} here, set by {}; documented: {documented}",
            value.path, value.value, value.origin
        ))
    })
    .collect()
}
