//! Recovery after disruptions and attainment by month, computed once more from the rows of a run.

use crate::tool::Folder;
use std::collections::BTreeMap;

type Row = BTreeMap<String, String>;

fn rows(folder: &Folder, file: &str) -> Vec<Row> {
    csv::Reader::from_path(folder.path(file)).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

/// Day of the beginning, first day after the end, of the strike of three weeks from June 1.
const STRIKE: (usize, usize) = (151, 172);

/// The rule of docs/service-levels.md on a series of (part, whole) by day: whether it was worse than before, the last day of
/// the worst week, and the day on which it was back.
fn rule(days: &[(f64, f64)], least: f64) -> (bool, usize, Option<usize>) {
    let week = |last: usize| {
        let seven = &days[last - 6..=last];
        seven.iter().map(|day| day.0).sum::<f64>() / seven.iter().map(|day| day.1).sum::<f64>()
    };
    let (begins, over) = STRIKE;
    let before = (begins - 50..begins).map(week).fold(0.0, f64::max);
    let mut worst = begins;
    for last in begins..over + 28 {
        if week(last) > week(worst) {
            worst = last;
        }
    }
    let worse = week(worst) - before > (before / 10.0).max(least);
    let back = (worst + 1..days.len()).find(|&last| last >= over - 1 && week(last) <= before + 1e-9);
    (worse, worst, back)
}

#[test]
fn recovery_from_a_strike_is_that_computed_from_the_rows() {
    let folder = Folder::new();
    let ran = folder.run(&["run", "scenarios/strike.toml", "--out", "out", "--no-charts"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (days, jobs) = (rows(&folder, "out/daily.csv"), rows(&folder, "out/jobs.csv"));
    assert_eq!((&*days[STRIKE.0]["date"], &*days[STRIKE.1]["date"]), ("2026-06-01", "2026-06-22"));
    let summary: BTreeMap<(String, String), f64> = rows(&folder, "out/summary.csv")
        .iter()
        .map(|row| ((row["metric"].clone(), row["by"].clone()), number(row, "value")))
        .collect();
    let told = |metric: String| summary.get(&(metric, "disruption=0".into())).copied();
    // The filter that docs/service-levels.md shows.
    for level in ["received", "copied", "ended"] {
        let of =
            |result: &str| jobs.iter().filter(|job| job[&format!("sla_{level}")] == result).count() as f64;
        let attained = summary[&(format!("sla.{level}.attainment"), String::new())];
        assert!((of("met") / (of("met") + of("missed")) - attained).abs() < 1e-6, "{level}");
    }
    let mut strained = 0;
    for station in ["dock", "bays", "packing", "operations"] {
        let series: Vec<(f64, f64)> =
            days.iter().map(|day| (number(day, &format!("{station}_queue_mean")), 1.0)).collect();
        let (worse, _, back) = rule(&series, 1.0);
        assert!(worse, "{station}");
        let back = back.unwrap();
        let of = |name: &str| told(format!("station.{station}.recovery.{name}"));
        assert_eq!(of("days"), Some((back + 1 - STRIKE.1) as f64), "{station}");
        let lines = days[STRIKE.0..=back].iter().map(|day| number(day, &format!("{station}_queue_at_end")));
        let longest = lines.clone().fold(0.0, f64::max);
        assert_eq!(of("backlog"), Some(longest), "{station}");
        let first = lines.clone().position(|line| line == longest).unwrap();
        assert_eq!(of("worst_day"), Some(first as f64), "{station}");
        assert_eq!(of("not_back.share"), Some(0.0));
        assert!(ran.out.contains(&format!("    {station}: {longest} in the queue on ")), "{}", ran.out);
        strained += 1;
    }
    for level in ["received", "copied", "ended"] {
        // Up to the end of the year, by the day on which jobs were due.
        let mut series = vec![(0.0, 0.0); 365];
        for job in &jobs {
            let (result, due) = (&job[&format!("sla_{level}")], &job[&format!("sla_{level}_due_us")]);
            let Ok(due) = due.parse::<f64>() else { continue };
            let day = days.iter().position(|day| due < number(day, "until_us")).unwrap_or(usize::MAX);
            if day < 365 && ["met", "missed"].contains(&result.as_str()) {
                series[day].0 += f64::from(u8::from(result == "missed"));
                series[day].1 += 1.0;
            }
        }
        let (worse, worst, back) = rule(&series, 0.01);
        let of = |name: &str| told(format!("sla.{level}.recovery.{name}"));
        let days = if worse { (back.unwrap() + 1 - STRIKE.1) as f64 } else { 0.0 };
        assert_eq!(of("days"), Some(days), "{level}");
        assert_eq!(of("worst_day"), Some((worst - STRIKE.0) as f64), "{level}");
        let week = &series[worst - 6..=worst];
        let share =
            1.0 - week.iter().map(|day| day.0).sum::<f64>() / week.iter().map(|day| day.1).sum::<f64>();
        assert!((of("worst_week.share").unwrap() - share).abs() < 1e-6, "{level}");
        strained += usize::from(worse);
    }
    assert_eq!(strained, 6, "copying itself goes on: the jobs that miss \"copied\" are no more than before");
}

#[test]
fn the_chance_to_miss_a_month_is_the_share_of_replications_that_miss_it() {
    let folder = Folder::new();
    let sets = ["--set", "run.horizon=90d", "--set", "site.bays.servers=20"];
    let args = ["run", "scenarios/small-site.toml", "--out", "out", "--no-charts", "--replications", "8"];
    let ran = folder.run(&[&args[..], &sets].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let summary = rows(&folder, "out/summary.csv");
    let value = |metric: &str, by: &str| {
        let row = summary.iter().find(|row| row["metric"] == metric && row["by"] == by);
        row.map(|row| number(row, "value"))
    };
    let each = rows(&folder, "out/replications.csv");
    let mut between = 0;
    let months: Vec<&Row> = summary
        .iter()
        .filter(|row| row["metric"].ends_with(".target_met.share") && row["by"].starts_with("month="))
        .collect();
    for row in &months {
        let level = row["metric"].trim_end_matches(".target_met.share");
        let target = value(&format!("{level}.target"), "").unwrap();
        let own: Vec<f64> = each
            .iter()
            .filter(|own| own["metric"] == format!("{level}.attainment") && own["by"] == row["by"])
            .map(|own| number(own, "value"))
            .collect();
        let met = own.iter().filter(|value| **value >= target).count();
        let share = met as f64 / own.len() as f64;
        assert!((number(row, "value") - share).abs() < 1e-6, "{row:?}: {own:?}");
        between += usize::from(0 < met && met < own.len());
        let (low, high) = (number(row, "low"), number(row, "high"));
        assert!(low <= share && share <= high && high - low > 0.2, "{row:?}");
    }
    assert!(months.len() >= 6 && between >= 1, "{} months, {between} of them uncertain", months.len());
    assert!(ran.out.contains("Service levels by month of the order"), "{}", ran.out);
}

/// Two jobs are over in time, one is on its way when the run stops: that the level is met is not concluded.
const PENDING: &str = "[run]\nhorizon = '10d'\nending = 'censor'\n[[sla]]\nname = 'x'\nfrom = 'ordered'\nto = 'shipped'\n\
    within = '5d'\ntarget = 0.9\n[[job]]\nname = 'a'\npacks = '1d'\n[[job]]\nname = 'b'\npacks = '1d'\n[[job]]\nname = 'c'\n\
    at = '8d'\npacks = '4d'\n[[expect]]\nmetric = 'sla.x.attainment'\n";

#[test]
fn a_level_is_met_only_if_it_is_so_whatever_becomes_of_pending_jobs() {
    let check = |bound: &str| {
        let folder = Folder::new();
        std::fs::write(folder.path("case.toml"), format!("{PENDING}{bound}\n")).unwrap();
        folder.run(&["check", "case.toml", "--verbose"])
    };
    let open = check("at_least = '90 %'");
    assert_eq!(open.code, 1, "{}{}", open.out, open.err);
    assert!(open.out.contains("undecided") && open.out.contains("66.6667 %"), "{}", open.out);
    assert_eq!(check("at_least = '60 %'").code, 0);
    // One job in three may still miss it, none may still be late that is not pending.
    let most = check("at_most = '99 %'");
    assert!(most.out.contains("failed"), "{}", most.out);
    // Where all are known, the level itself decides.
    let whole = PENDING.replace("horizon = '10d'", "horizon = '14d'") + "at_least = '100 %'\n";
    let folder = Folder::new();
    std::fs::write(folder.path("case.toml"), whole).unwrap();
    assert_eq!(folder.run(&["check", "case.toml"]).code, 0);
}
