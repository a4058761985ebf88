//! The screen summary of one run.

use super::files::stations;
use super::late::why_late;
use super::recovery::recoveries;
use super::words::{SLAS, WIDTH, cut, percent, rough, seeded, thousands, wrapped};
use crate::engine::time::{Instant, Span};
use crate::measure::{By, Cases, Group, Histogram, Kept, Results, items};
use crate::policy::{CaseKind, CaseState, Rule};
use crate::scenario::Scenario;
use crate::world::{Outcome, TimePart};
use std::fmt::Write;
use std::time::Duration;

/// The results of a run of `scenario` in about 40 lines. `took` is wall-clock time; without it the text depends on
/// scenario and random numbers only.
pub fn summary_text(
    scenario: &Scenario,
    results: &Results,
    (seed, replication): (u64, u64),
    took: Option<Duration>,
) -> String {
    let mut text = String::new();
    heading(&mut text, scenario, results, &seeded(seed, replication));
    jobs(&mut text, results);
    turnaround(&mut text, scenario, results);
    slas(&mut text, scenario, results);
    text += &why_late(scenario, &results.counts);
    text += &recoveries(scenario, &results.counts);
    comparisons(&mut text, scenario, results);
    station_table(&mut text, scenario, results);
    cases(&mut text, results);
    packages(&mut text, results);
    cost(&mut text, scenario, results);
    rules(&mut text, results);
    events(&mut text, results, took);
    warnings(&mut text, results);
    text
}

/// Writing to a string cannot fail.
macro_rules! say {
    ($text:expr, $($what:tt)*) => { writeln!($text, $($what)*).expect("a string takes all") };
}

fn heading(text: &mut String, scenario: &Scenario, results: &Results, seeded: &str) {
    let epoch = &scenario.run.epoch;
    let date = |span: Span| epoch.date_of(Instant::START + span);
    say!(text, "{}, {seeded}", cut(&scenario.title(), WIDTH - 2 - seeded.chars().count()));
    if let Some(line) = scenario.question.lines().next().filter(|line| !line.is_empty()) {
        say!(text, "{}", cut(line, WIDTH));
    }
    let intervals = match results.counts.runs {
        1 => "one replication: no interval".to_owned(),
        runs => format!("{runs} replications, pooled"),
    };
    let (from, until) = (date(scenario.run.warmup), date(scenario.run.horizon));
    say!(text, "Jobs ordered from {from} until {until} ({intervals}).\n");
}

fn jobs(text: &mut String, results: &Results) {
    let all = results.counts.all();
    let of = |by: By| results.counts.groups.get(&by).map_or(0, |group| group.created);
    let (imports, exports) = (of(By::Export(false)), of(By::Export(true)));
    say!(
        text,
        "Jobs {}: {} imports, {} exports; {} canceled, {} follow from another",
        thousands(all.created),
        thousands(imports),
        thousands(exports),
        thousands(all.canceled),
        thousands(all.follow_ups)
    );
    let outcomes = Outcome::ALL.map(|outcome| {
        let count = all.outcome(outcome);
        format!("{} {} ({})", outcome.name(), thousands(count), percent(count, all.created))
    });
    say!(text, "  {}", outcomes.join("   "));
}

fn days(times: &Histogram, p: f64) -> String {
    rough(times.quantile(p).map(Span::as_days))
}

fn turnaround(text: &mut String, scenario: &Scenario, results: &Results) {
    let all = results.counts.all();
    let open = all.outcome(Outcome::Open);
    let which = match open {
        0 => String::new(),
        _ => format!(" (without {} still open)", thousands(open)),
    };
    let head = cut(&format!("Turnaround in days{which}"), 52);
    say!(text, "\n{head:<52}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}", "mean", "p50", "p90", "p95", "p99", "max");
    let wanted = |by: &By| matches!(by, By::All | By::Export(_) | By::Class(_));
    for (by, group) in results.counts.groups.iter().filter(|(by, _)| wanted(by)) {
        let label = by.label(scenario);
        let name = if label.is_empty() { "all" } else { label.as_str() };
        turnaround_row(text, name, group);
    }
    if open > 0 {
        let told = |name: &str| results.metric(&format!("turnaround.aalen_johansen.{name}"), "");
        let days = ["p50", "p90", "p95", "p99"].map(|name| rough(told(name).map(|row| row.value.real())));
        let days = days.map(|days| format!("{days:>8}")).concat();
        say!(text, "  {:<50}{:>8}{days}{:>8}", "all, open jobs included (Aalen-Johansen)", "", "");
    }
    let whole = all.turnaround.sum();
    for part in TimePart::ALL {
        let spent = &all.parts[part as usize];
        if spent.sum() > 0 {
            let share = spent.sum() as f64 / whole as f64 * 100.0;
            duration_row(text, &format!("of which {}, {share:.0} %", part.name()), spent);
        }
    }
}

fn turnaround_row(text: &mut String, name: &str, group: &Group) {
    let times = &group.turnaround;
    duration_row(text, &format!("{name} ({})", thousands(times.count())), times);
}

fn duration_row(text: &mut String, label: &str, times: &Histogram) {
    let mean = rough(times.mean().map(|micros| micros / Span::DAY.micros() as f64));
    let label = cut(label, 50);
    let quantiles = [0.5, 0.9, 0.95, 0.99].map(|p| format!("{:>8}", days(times, p))).concat();
    say!(text, "  {label:<50}{mean:>8}{quantiles}{:>8}", rough(times.max().map(Span::as_days)));
}

fn slas(text: &mut String, scenario: &Scenario, results: &Results) {
    if scenario.slas.is_empty() {
        return;
    }
    let widths = [7, 8, 7, 7, 8, 9, 10];
    let columns = |fields: [String; 7]| {
        fields.iter().zip(widths).map(|(field, width)| format!("{field:>width$}")).collect::<String>()
    };
    let heads = ["target", "met", "of", "missed", "pending", "canceled", "never due"].map(String::from);
    say!(text, "\n{SLAS:<44}{}", columns(heads));
    for (number, sla) in scenario.slas.iter().enumerate() {
        let kept = results.counts.kept(number);
        let (from, to, within) = (sla.from.name(), sla.to.name(), sla.within_words());
        let level = match scenario.level_of(sla) {
            level if level.is_empty() => level,
            level => format!(" {}", level.replace('=', " ")),
        };
        let whole = format!("{}{level}: {from} to {to} {within}", sla.name);
        let fits = whole.chars().count() <= LEVEL;
        let says = cut(&if fits { whole } else { format!("{}{level}: {within}", sla.name) }, LEVEL);
        let fields = [
            format!("{} %", rough(Some(sla.target * 100.0))),
            percent(kept.in_time(), kept.judged()),
            thousands(kept.judged()),
            thousands(kept.missed),
            thousands(kept.pending()),
            thousands(kept.canceled),
            thousands(kept.never_due),
        ];
        say!(text, "{} {says:<LEVEL$}{}", mark(sla.target, &kept), columns(fields));
        if kept.pending() > 0 {
            let (least, most) = (kept.met, kept.met + kept.pending());
            let [least, most] = [least, most].map(|part| percent(part, kept.bounded()));
            say!(text, "    {least} if all pending jobs miss the level, {most} if all meet it");
        }
    }
}

/// Width of the text about a service level.
const LEVEL: usize = 42;

/// "!" where the target is missed, "?" where that depends on pending jobs, a blank where it is met.
pub(super) fn mark(target: f64, kept: &Kept) -> char {
    let share = |part: u64| part as f64 / kept.bounded().max(1) as f64;
    if kept.bounded() == 0 || share(kept.met) >= target {
        ' '
    } else if share(kept.met + kept.pending()) < target {
        '!'
    } else {
        '?'
    }
}

/// "kept", "missed", or "undecided": it depends on pending jobs, or the interval over replications contains the target.
pub(super) fn standing(target: f64, kept: &Kept, interval: Option<(f64, f64)>) -> &'static str {
    match (interval, mark(target, kept)) {
        (Some((low, high)), _) if low < target && target <= high => "undecided",
        (_, '!') => "missed",
        (_, '?') => "undecided",
        _ => "kept",
    }
}

fn comparisons(text: &mut String, scenario: &Scenario, results: &Results) {
    if scenario.comparisons.is_empty() {
        return;
    }
    say!(
        text,
        "\n{:<55}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "Published",
        "within",
        "shorter",
        "longer",
        "p50 days",
        "p90"
    );
    for (entry, seen) in scenario.comparisons.iter().zip(&results.counts.comparisons) {
        let n = seen.took.count();
        let clock = if entry.working { " working" } else { "" };
        let name = format!("{}: {} to {}{clock} ({})", entry.name, entry.low, entry.high, entry.source);
        let shares =
            [seen.within, seen.below, seen.above].map(|part| format!("{:>9}", percent(part, n))).concat();
        let (p50, p90) = (days(&seen.took, 0.5), days(&seen.took, 0.9));
        say!(text, "  {:<53}{shares}{p50:>9}{p90:>9}", cut(&name, 52));
    }
}

fn station_table(text: &mut String, scenario: &Scenario, results: &Results) {
    let heads = ["servers", "mean wait", "waits", "queue", "longest", "at end", "served"];
    say!(
        text,
        "\n{:<17}{:>13}{}",
        "Stations",
        "utilization",
        heads.map(|head| format!("{head:>10}")).concat()
    );
    for station in stations(scenario) {
        let used = &results.counts.stations[station as usize];
        let hours = used.mean_wait().map(|micros| micros / Span::HOUR.micros() as f64);
        let whole = |share: Option<f64>| share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0));
        let fields = [
            if used.is_unlimited() { "no limit".into() } else { rough(used.mean_servers()) },
            format!("{} h", rough(hours)),
            percent(used.window.waited, used.window.begun),
            rough(used.mean_queue()),
            thousands(used.window.longest),
            thousands(used.queue_after),
            thousands(used.window.served),
        ];
        let fields = fields.map(|field| format!("{field:>10}")).concat();
        say!(text, "  {:<15}{:>13}{fields}", station.name(), whole(used.utilization()));
    }
    let [packages, drives] = results.counts.dock.each().map(|(_, waits)| {
        let mean =
            (waits.begun > 0).then(|| waits.wait as f64 / waits.begun as f64 / Span::HOUR.micros() as f64);
        rough(mean)
    });
    say!(
        text,
        "  mean wait at the dock: packages {packages} h to be opened, drives {drives} h to be received"
    );
    if let Some(shelf) = scenario.site.shelf {
        let used = &results.counts.shelf;
        let mean = |integral: i128| rough(Some(integral as f64 / results.counts.window.max(1) as f64));
        say!(
            text,
            "  shelf of {}: {} drives on average, {} at most, {} beyond it; {} of packages waited for a place",
            thousands(shelf.drives.into()),
            mean(used.used),
            thousands(used.most.into()),
            mean(used.over),
            percent(used.waited, used.came)
        );
    }
}

fn cases(text: &mut String, results: &Results) {
    if results.counts.cases.iter().all(|cases| cases.opened == 0) {
        say!(text, "\nNo case was opened.");
        return;
    }
    let heads = ["opened", "attempts", "reached", "answered", "given up", "settled", "open", "mean days"];
    say!(text, "\n{:<20}{}", "Cases", heads.map(|head| format!("{head:>10}")).concat());
    for (kind, cases) in CaseKind::ALL.iter().zip(&results.counts.cases).filter(|(_, cases)| cases.opened > 0)
    {
        say!(text, "  {:<18}{}", kind.name(), case_fields(cases));
    }
}

fn case_fields(cases: &Cases) -> String {
    let mean = cases.open_for.mean().map(|micros| micros / Span::DAY.micros() as f64);
    let state = |state| thousands(cases.state(state));
    let fields = [
        thousands(cases.opened),
        thousands(cases.attempts),
        thousands(cases.reached),
        state(CaseState::Answered),
        state(CaseState::GivenUp),
        state(CaseState::Settled),
        state(CaseState::Open),
        rough(mean),
    ];
    fields.map(|field| format!("{field:>10}")).concat()
}

fn packages(text: &mut String, results: &Results) {
    let [inbound, back] = &results.counts.packages;
    let drives = &results.counts.drives;
    say!(
        text,
        "\nPackages in {} ({} lost, {} late), back {} ({} lost, {} damaged)",
        thousands(inbound.sent),
        thousands(inbound.lost),
        thousands(inbound.late),
        thousands(back.sent),
        thousands(back.lost),
        thousands(back.damaged)
    );
    say!(
        text,
        "Drives listed {}, extra {}; copied {} ({} with errors), faulty {}, never received {}",
        thousands(drives.listed),
        thousands(drives.extra),
        thousands(drives.copied),
        thousands(drives.errors),
        thousands(drives.faulty),
        thousands(drives.never_received)
    );
}

fn cost(text: &mut String, scenario: &Scenario, results: &Results) {
    let Some(prices) = &scenario.cost else { return };
    let items = items(scenario, prices, &results.counts);
    let (total, created) = (items.iter().map(|item| item.cost).sum::<f64>(), results.counts.all().created);
    let currency =
        if prices.currency.is_empty() { String::new() } else { format!(" in {}", prices.currency) };
    let each = (created > 0).then(|| total / created as f64);
    let paid = items.iter().filter(|item| item.cost > 0.0);
    let parts = paid.map(|item| format!("{} {}", item.name, thousands(item.cost.round() as u64)));
    let first = format!("Cost{currency} {}, {} a job: ", thousands(total.round() as u64), rough(each));
    text.push_str(&wrapped(parts.map(|part| part + "  "), &first, "  "));
}

fn rules(text: &mut String, results: &Results) {
    let acting = Rule::ALL.iter().filter(|rule| !rule.holds());
    let times = |rule: &Rule| results.counts.rules[rule.index()].times;
    let (fired, never): (Vec<&Rule>, Vec<&Rule>) = acting.partition(|rule| times(rule) > 0);
    let fired = fired.iter().map(|rule| format!("{}:{}", rule.name(), thousands(times(rule))));
    text.push_str(&wrapped(fired, "Rules fired in the whole run: ", "  "));
    if !never.is_empty() {
        text.push_str(&wrapped(never.iter().map(|rule| rule.name().to_owned()), "  never: ", "  "));
    }
    let refused: u64 = results.counts.refused.iter().sum();
    if refused > 0 {
        say!(text, "  requests refused: {}", thousands(refused));
    }
}

fn events(text: &mut String, results: &Results, took: Option<Duration>) {
    let events = results.counts.events;
    let Some(took) = took else {
        say!(text, "{} events.", thousands(events));
        return;
    };
    let seconds = took.as_secs_f64().max(1e-9);
    say!(
        text,
        "{} events in {seconds:.2} s, {} a second.",
        thousands(events),
        thousands((events as f64 / seconds) as u64)
    );
}

fn warnings(text: &mut String, results: &Results) {
    if !results.warnings.is_empty() {
        text.push('\n');
    }
    for warning in &results.warnings {
        text.push_str(&wrapped(warning.split(' ').map(String::from), "warning: ", "  "));
    }
}
