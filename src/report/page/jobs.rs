//! The lives of a few jobs of each kind: lanes of states, and every change with its rule and its cause.

use super::Source;
use super::drawing::{Drawing, WIDTH, tick_word, ticks};
use super::trace;
use super::watch::{Lived, Members, Seen, Stratum};
use crate::engine::calendar::DateWriter;
use crate::engine::time::{Instant, Span};
use crate::policy::{CaseState, Rule, all_rules};
use crate::report::names::Names;
use crate::report::told::{Life, story_lines};
use crate::report::words::{rough, thousands};
use crate::scenario::Milestone;
use crate::world::{CaseStep, Fact, JobId, PackageStep};
use std::collections::BTreeMap;

/// Most jobs that the page shows.
const MOST: usize = 100;

/// A job whose life is shown.
pub(super) struct Job {
    pub(super) name: String,
    pub(super) outcome: &'static str,
    /// The first unusual rule, or empty.
    pub(super) rule: &'static str,
    pub(super) rule_says: &'static str,
    /// The first service level that it missed, or empty.
    pub(super) missed: String,
    pub(super) days: String,
    pub(super) took: f64,
    /// "the longest of 12", "at random, of 12".
    pub(super) place: String,
    pub(super) size: u64,
    pub(super) lanes: Drawing,
    pub(super) lines: Vec<Line>,
    pub(super) trace: String,
}

/// One event of the life.
pub(super) struct Line {
    pub(super) date: String,
    pub(super) rule: &'static str,
    pub(super) text: String,
    pub(super) source: String,
}

/// Number of kinds of jobs, and number of those shown.
pub(super) struct Kinds {
    pub(super) all: usize,
    pub(super) told: usize,
}

/// The jobs whose lives are shown, the largest kinds first.
pub(super) fn jobs(source: &Source<'_>, seen: &Seen) -> (Vec<Job>, Kinds) {
    let mut kinds: Vec<(&Stratum, &Members)> = seen.strata.iter().collect();
    kinds.sort_by(|a, b| b.1.size.cmp(&a.1.size).then(a.0.cmp(b.0)));
    // First the longest job of each kind, then a random one while there is room.
    let told = kinds.len().min(MOST);
    let mut room = MOST - told;
    let mut jobs = vec![];
    for (stratum, members) in &kinds[..told] {
        let size = thousands(members.size);
        let is_alone = members.size == 1;
        let place = if is_alone { "the only one".into() } else { format!("the longest of {size}") };
        jobs.push(job(source, seen, (stratum, members.size), &members.longest, place));
        if room > 0 && members.drawn.row.job != members.longest.row.job {
            room -= 1;
            jobs.push(job(
                source,
                seen,
                (stratum, members.size),
                &members.drawn,
                format!("at random, of {size}"),
            ));
        }
    }
    (jobs, Kinds { all: kinds.len(), told })
}

fn job(
    source: &Source<'_>,
    seen: &Seen,
    (stratum, size): (&Stratum, u64),
    lived: &Lived,
    place: String,
) -> Job {
    let (scenario, row) = (source.scenario, &lived.row);
    let names = Names::new(scenario);
    let name = names.job(row.job);
    let missed = stratum.missed.map_or_else(String::new, |number| scenario.slas[number].name.clone());
    Job {
        outcome: stratum.outcome.name(),
        rule: stratum.unusual.map_or("", Rule::name),
        rule_says: stratum.unusual.map_or("", |rule| all_rules()[rule.index()].says),
        missed,
        days: format!("{} d", rough(Some(lived.took().as_days()))),
        took: lived.took().as_days(),
        place,
        size,
        lanes: lanes(&names, row.job, lived),
        lines: lines(source, seen, lived),
        trace: trace(scenario, &name, source.recipe.replication),
        name,
    }
}

fn lines(source: &Source<'_>, seen: &Seen, lived: &Lived) -> Vec<Line> {
    let job = lived.row.job;
    let own = seen.children.iter().filter(|(parent, ..)| *parent == job);
    let children: Vec<(Instant, JobId)> = own.map(|(_, at, child)| (*at, *child)).collect();
    let mut dates = DateWriter::new(source.scenario.run.epoch.clone());
    let life = Life { job, facts: &lived.facts, children: &children };
    let line = |(at, told): (Instant, crate::report::told::StoryLine)| Line {
        date: dates.write(at).chars().take(16).collect(),
        rule: told.rule.map_or("", Rule::name),
        source: told.cited(),
        text: told.text,
    };
    story_lines(source.scenario, life).into_iter().map(line).collect()
}

/// One lane: the states of one object, each from an instant on.
type Lane = Vec<(Instant, &'static str, Option<Rule>)>;

/// The job, its drives, packages and cases as lanes over time. Drives with equal lives share a lane.
fn lanes(names: &Names<'_>, job: JobId, lived: &Lived) -> Drawing {
    let short = |name: String| name.rsplit('/').next().unwrap_or_default().to_owned();
    let mut own: Lane = vec![];
    let (mut drives, mut others) = (BTreeMap::new(), BTreeMap::new());
    for &(at, ref fact) in &lived.facts {
        match *fact {
            Fact::Job { from, to, rule, .. } if from != to => own.push((at, to.name(), Some(rule))),
            Fact::Drive { drive, to, rule, .. } if drive.job == job => {
                let lane: &mut Lane = drives.entry(drive).or_default();
                lane.push((at, to.name(), Some(rule)));
            }
            Fact::Package { package, step, .. } => {
                let name = short(names.package(package));
                let lane: &mut Lane = others.entry((0, name)).or_default();
                lane.push((at, package_words(step), None));
            }
            Fact::Case { case, step, rule, .. } => {
                let lane: &mut Lane = others.entry((1, short(names.case(case)))).or_default();
                let state = match step {
                    CaseStep::Opened => "case open",
                    CaseStep::Attempt { reached: true, .. } => "customer asked",
                    CaseStep::Ended(CaseState::Open) | CaseStep::Attempt { .. } | CaseStep::WindowExpired => {
                        continue;
                    }
                    CaseStep::Ended(_) => "over",
                };
                lane.push((at, state, rule));
            }
            _ => {}
        }
    }
    // When the record of a job is gone, so are the entries of its drives.
    let gone = own.iter().find(|(_, state, _)| *state == "Gone").map(|gone| gone.0);
    let mut alike: Vec<(Vec<String>, Lane)> = vec![];
    for (drive, mut lane) in drives {
        lane.extend(gone.map(|gone| (gone, "over", None)));
        let name = short(names.drive(drive));
        match alike.iter_mut().find(|(_, known)| *known == lane) {
            Some((names, _)) => names.push(name),
            None => alike.push((vec![name], lane)),
        }
    }
    let mut all = vec![("job".to_owned(), own)];
    all.extend(alike.into_iter().map(|(names, lane)| match &names[..] {
        [one] => (format!("drive {one}"), lane),
        [first, .., last] => (format!("{} drives {first} to {last}", names.len()), lane),
        [] => (String::new(), lane),
    }));
    all.extend(
        others
            .into_iter()
            .map(|((kind, name), lane)| (format!("{} {name}", ["package", "case"][kind]), lane)),
    );
    draw(names.job(job), &all, lived)
}

fn package_words(step: PackageStep) -> &'static str {
    match step {
        PackageStep::Prepared => "ready",
        PackageStep::Sent => "on the way",
        PackageStep::Delivered => "delivered",
        PackageStep::Damaged => "over",
        PackageStep::Lost => "lost",
        PackageStep::Opened | PackageStep::Back => "over",
    }
}

fn draw(name: String, lanes: &[(String, Lane)], lived: &Lived) -> Drawing {
    let first = lived.facts.first().map_or(Instant::START, |fact| fact.0);
    // A record is kept long after the end of its job: lanes end shortly after the end.
    let ended = lived.row.milestones[Milestone::Ended as usize]
        .or(lived.row.milestones[Milestone::Returned as usize]);
    let last = lived.facts.last().map_or(first, |fact| fact.0);
    let whole = ended.map_or(last - first, |ended| ended - first).max(Span::HOUR);
    let whole = whole + Span::from_micros(whole.micros() / 20);
    let end = first + whole;
    let (left, right, high) = (150.0, WIDTH - 20.0, 22.0);
    let mut drawing =
        Drawing::new(lanes.len() as f64 * high + 34.0, format!("The life of {name} as lanes of states"));
    let x = |at: Instant| left + (at.min(end) - first).as_days() / whole.as_days() * (right - left);
    let bottom = lanes.len() as f64 * high + 4.0;
    for day in ticks(whole.as_days()).into_iter().filter(|day| *day <= whole.as_days()) {
        let place = left + day / whole.as_days() * (right - left);
        drawing.line(&[(place, 2.0), (place, bottom)], "grid", "");
        drawing.text((place, bottom + 16.0), "t m", format!("day {}", tick_word(day)));
    }
    for (number, (label, lane)) in lanes.iter().enumerate() {
        let y = number as f64 * high + 4.0;
        drawing.text((left - 8.0, y + 13.0), "t e", label.clone());
        let ends = lane.iter().skip(1).map(|next| next.0).chain([end.max(last)]);
        for (&(from, state, rule), until) in lane.iter().zip(ends) {
            let is_over = matches!(state, "Gone" | "over" | "Absent");
            if is_over || from >= end || until <= from {
                continue;
            }
            let by = rule.map(|rule| format!(", by {rule}")).unwrap_or_default();
            let tip = format!("{state}, {}{by}", lasted(until - from));
            let class = format!("s-{}", state.replace(' ', "-"));
            drawing.rect((x(from), y), ((x(until) - x(from)).max(1.5), high - 5.0), class, tip);
            if x(until) - x(from) > 8.0 * state.len() as f64 + 8.0 {
                drawing.text((x(from) + 5.0, y + 13.0), "t in", state);
            }
        }
    }
    drawing
}

fn lasted(span: Span) -> String {
    if span >= Span::DAY {
        format!("{} d", rough(Some(span.as_days())))
    } else {
        format!("{} h", rough(Some(span.as_days() * 24.0)))
    }
}
