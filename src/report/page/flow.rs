//! The state diagram with the numbers of a run, and all changes of state as a table.

use super::drawing::Drawing;
use super::number::Number;
use super::watch::Seen;
use crate::engine::time::Span;
use crate::measure::Histogram;
use crate::policy::{JOB_LAYOUT, JobState};
use crate::report::words::{rough, thousands};

/// Changes of state of a job without problems.
const USUAL: [(JobState, JobState); 7] = [
    (JobState::Absent, JobState::Creating),
    (JobState::Creating, JobState::Shipping),
    (JobState::Shipping, JobState::Received),
    (JobState::Received, JobState::Transferring),
    (JobState::Transferring, JobState::Packaging),
    (JobState::Packaging, JobState::Completed),
    (JobState::Completed, JobState::Gone),
];

/// A change from one state to another.
pub(super) struct Move {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) jobs: Number,
    pub(super) is_usual: bool,
    /// Median time in the old state, over the visits that ended with this change.
    pub(super) stayed: String,
}

fn days(span: Option<Span>) -> String {
    span.map_or("-".into(), |span| format!("{} d", rough(Some(span.as_days()))))
}

/// All changes of state that happened.
pub(super) fn moves(seen: &Seen) -> Vec<Move> {
    let all = JobState::ALL.iter().flat_map(|from| JobState::ALL.iter().map(move |to| (*from, *to)));
    let made = all.filter(|(from, to)| seen.moves[from.index()][to.index()] > 0);
    made.map(|(from, to)| Move {
        from: name(from),
        to: name(to),
        jobs: number(seen, from, to),
        is_usual: USUAL.contains(&(from, to)),
        stayed: days(seen.stays[from.index()][to.index()].quantile(0.5)),
    })
    .collect()
}

/// Median time of a visit to a state, however it ended.
fn stay(seen: &Seen, state: JobState) -> Option<Span> {
    let mut all = Histogram::new();
    seen.stays[state.index()].iter().for_each(|ended_so| all.merge(ended_so));
    all.quantile(0.5)
}

fn name(state: JobState) -> &'static str {
    match state {
        JobState::Absent => "ordered",
        JobState::Gone => "record gone",
        state => state.name(),
    }
}

/// The number of these changes, as in `events.csv`.
fn number(seen: &Seen, from: JobState, to: JobState) -> Number {
    let count = seen.moves[from.index()][to.index()];
    Number {
        text: thousands(count),
        metric: "moves".into(),
        by: format!("{}>{}", from.name(), to.name()),
        row: String::new(),
        column: "events".into(),
        value: count.to_string(),
    }
}

/// The state diagram; the width of a line shows the number of jobs.
pub(super) fn diagram(seen: &Seen) -> Drawing {
    let mut drawing = Drawing::new(375.0, "Moves of jobs through the documented states");
    drawing.width = 1540.0;
    // The drawing of the policy has room for a title and a note, which are not needed here.
    let up = 55.0;
    let mut labels = vec![];
    let most = seen.moves.iter().flatten().copied().max().unwrap_or(1).max(1) as f64;
    for route in JOB_LAYOUT.routes.iter().filter(|route| route.from != route.to) {
        let count = seen.moves[route.from.index()][route.to.index()];
        let points: Vec<(f64, f64)> =
            route.path.iter().map(|&(x, y)| (f64::from(x), f64::from(y) - up)).collect();
        let is_usual = USUAL.contains(&(route.from, route.to));
        let wide = (count as f64 / most).sqrt();
        let class = match (count, is_usual) {
            (0, _) => "way never",
            (_, true) => "way usual",
            _ if wide > 0.2 => "way odd wide",
            _ => "way odd",
        };
        let tip = format!("{} to {}: {} jobs", name(route.from), name(route.to), thousands(count));
        drawing.line(&points, class, tip);
        if count == 0 {
            continue;
        }
        let [.., before, end] = points[..] else { continue };
        drawing.field(arrow(before, end), if is_usual { "head usual" } else { "head odd" });
        let (x, y, side) = &route.label;
        let class = match side {
            crate::policy::Side::Start => "t f",
            crate::policy::Side::End => "t f e",
            _ => "t f m",
        };
        // Numbers are wider than the rules in the drawing of the policy: move these two labels.
        let (dx, dy) = match (route.from, route.to) {
            (JobState::Absent, _) => (-20.0, -24.0),
            (JobState::Packaging, JobState::Completed) => (17.0, -4.0),
            _ => (0.0, 0.0),
        };
        let at = (f64::from(*x) + dx, f64::from(*y) - up + dy);
        labels.push((at, class, number(seen, route.from, route.to)));
    }
    for (state, place) in JOB_LAYOUT.places {
        let (x, y) = (f64::from(place.x), f64::from(place.y) - up);
        let (w, h) = (f64::from(place.w), f64::from(place.h));
        let class = if *state == JobState::Faulted { "box s-Faulted" } else { "box" };
        let stay = stay(seen, *state);
        let tip = format!("{}: half of all visits took {} or less", name(*state), days(stay));
        drawing.rect((x - w / 2.0, y - h / 2.0), (w, h), class, tip);
        match (*state, h > 40.0) {
            (JobState::Absent, _) => {}
            (_, true) if stay.is_some() => {
                drawing.text((x, y - 2.0), "t f m strong in-box", name(*state));
                drawing.text((x, y + 16.0), "t f m in-box", days(stay));
            }
            (_, true) => drawing.text((x, y + 5.0), "t f m strong in-box", name(*state)),
            _ => {
                drawing.text((x, y + 5.0), "t f m strong in-box", format!("{}, {}", name(*state), days(stay)))
            }
        }
    }
    labels.into_iter().for_each(|(at, class, number)| drawing.number(at, class, number));
    drawing
}

/// An arrow head.
fn arrow((x0, y0): (f64, f64), (x, y): (f64, f64)) -> Vec<(f64, f64)> {
    let length = ((x - x0) * (x - x0) + (y - y0) * (y - y0)).sqrt().max(1e-9);
    let (dx, dy) = ((x - x0) / length * 9.0, (y - y0) / length * 9.0);
    vec![(x, y), (x - dx + dy * 0.5, y - dy - dx * 0.5), (x - dx - dy * 0.5, y - dy + dx * 0.5)]
}
