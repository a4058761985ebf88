//! The charts stand whatever they are given: nothing hangs, runs over its neighbours or leaves the sheet.

use super::picture::{Align, FINE, Picture, Shape, WIDTH};
use super::*;
use jiff::civil::{Date, date};

/// Numbers without a pattern that the eye would see, the same each time.
fn noise(i: usize) -> f64 {
    ((i as u32).wrapping_mul(2_654_435_761) >> 16) as f64 / 65536.0
}

fn marks(at: &[f64]) -> Vec<Mark> {
    at.iter().map(|&at| Mark { at, label: format!("mark at day {at:.0}") }).collect()
}

/// Charts of `days` days, all values from `value`, all names from `name`.
fn charts(first: Date, days: usize, n: usize, value: impl Fn(usize) -> f64, name: &str) -> Charts {
    let values = |k: usize| (0..days).map(|i| value(i * 31 + k)).collect::<Vec<f64>>();
    let series = |k: usize| Series { name: format!("{name} {k}"), values: values(k) };
    let shade = |from: f64, until: f64| Shade { from, until, label: format!("{name} in trouble") };
    let timeline = Timeline {
        first,
        marks: marks(&[30.0, 33.0, 36.0, 40.0, 365.0, f64::NAN]),
        shades: vec![shade(2.0, 9.5), shade(300.0, 1e9), shade(f64::NEG_INFINITY, 3.0), shade(f64::NAN, 5.0)],
    };
    let station = |k| StationSeries {
        name: format!("{name} {k}"),
        unit: name.to_string(),
        queue: values(k),
        band: (k % 2 == 1).then(|| (values(k + 2), values(k + 3))),
        utilization: Some(values(k + 1)),
    };
    let counted = format!("{name} counted");
    let mut days_done = values(3);
    days_done.sort_by(f64::total_cmp);
    let share = (1..=days).map(|i| i as f64 / days as f64).collect();
    let curve = |k: usize| Curve {
        name: format!("{name} {k}"),
        days: days_done.clone(),
        share: Vec::clone(&share),
        p50: Some(value(1)),
        p95: Some(value(2)),
        note: if k == 1 && n == 7 { name.to_string() } else { String::new() },
    };
    let level = |k: usize| LevelCurve {
        name: format!("{name} {k}"),
        days: days_done.iter().map(|day| day - 30.0).collect(),
        share: Vec::clone(&share),
        attained: value(6),
        target: 0.95,
        jobs: 1234,
    };
    let month = |k: usize| MonthPoint {
        name: format!("Nov {k}"),
        value: value(k) / 60.0,
        interval: (value(k) / 60.0 - 0.1, value(k) / 60.0 + 0.1),
        jobs: value(k) as u64,
        chance: (n != 3).then(|| value(k) / 60.0),
    };
    let months = |k: usize| LevelMonths {
        name: format!("{name} {k}"),
        says: name.to_string(),
        target: 0.95,
        months: (0..days.min(60)).map(month).collect(),
    };
    let group = |k| TimeGroup { name: format!("{name} {k}"), jobs: u64::MAX, days: values(k) };
    let rule = |k: usize| RuleCount {
        code: format!("{}{k}", ["J", "D", "E", "X"][k % 4]),
        says: name.to_string(),
        fired: if k.is_multiple_of(5) { 0 } else { value(k) as u64 },
    };
    let tone = |k: usize| [Tone::Good, Tone::Mixed, Tone::Bad, Tone::Open][k % 4];
    let outcome = |k| Outcome { name: format!("{name} {k}"), count: value(k) as u64, tone: tone(k) };
    Charts {
        caption: Caption { scenario: name.to_string(), seed: u64::MAX, replications: 1 },
        states: StatesChart {
            counted: counted.clone(),
            timeline: timeline.clone(),
            working: (0..n.min(6)).map(series).collect(),
            retained: (0..n.min(2)).map(series).collect(),
        },
        turnaround: TurnaroundChart {
            counted: counted.clone(),
            curves: (0..n).map(curve).collect(),
            levels: (0..n.saturating_sub(1)).map(level).collect(),
            censored_share: value(5),
        },
        levels: LevelsChart { counted: counted.clone(), levels: (0..n).map(months).collect() },
        stations: StationsChart {
            counted: counted.clone(),
            timeline,
            stations: (0..n).map(station).collect(),
        },
        outcomes: OutcomesChart { counted: counted.clone(), outcomes: (0..n * 3).map(outcome).collect() },
        time_spent: TimeSpentChart {
            counted: counted.clone(),
            parts: (0..n).map(|k| format!("{name} {k}")).collect(),
            groups: (0..n).map(group).collect(),
        },
        rules: RulesChart { counted, rules: (0..n * 9).map(rule).collect() },
    }
}

fn plausible() -> Charts {
    charts(date(2026, 11, 1), 400, 5, |i| (noise(i) * 60.0).round(), "a plain name")
}

fn pictures(charts: &Charts) -> Vec<(&'static str, Picture)> {
    let caption = &charts.caption;
    vec![
        ("states", states::draw(caption, &charts.states)),
        ("turnaround", turnaround::draw(caption, &charts.turnaround)),
        ("levels", levels::draw(caption, &charts.levels)),
        ("stations", stations::draw(caption, &charts.stations)),
        ("outcomes", outcomes::draw(caption, &charts.outcomes)),
        ("time_spent", time_spent::draw(caption, &charts.time_spent)),
        ("rules", rules::draw(caption, &charts.rules)),
    ]
}

/// Left, right, top and bottom of the ink of every text, in pixels.
fn boxes(picture: &Picture) -> Vec<(f64, f64, f64, f64, &str)> {
    let fine = f64::from(FINE);
    let place = |shape| match shape {
        &Shape::Text((x, y), ty, ref text) => {
            let (x, y, width) = (f64::from(x) / fine, f64::from(y) / fine, ty.width(text));
            let left = match ty.align {
                Align::Left => x,
                Align::Middle => x - width / 2.0,
                Align::Right => x - width,
            };
            Some((left, left + width, y - ty.size * 0.73, y + ty.size * 0.02, text.as_str()))
        }
        _ => None,
    };
    picture.shapes.iter().filter_map(place).collect()
}

fn assert_tidy(charts: &Charts) {
    all_tidy(pictures(charts));
}

fn all_tidy(pictures: Vec<(&'static str, Picture)>) {
    for (name, picture) in pictures {
        let boxes = boxes(&picture);
        for (i, a) in boxes.iter().enumerate() {
            assert!(
                a.0 >= 0.0 && a.1 <= WIDTH && a.2 >= 0.0 && a.3 <= picture.height - 3.0,
                "{name}: {a:?} is cut off"
            );
            for b in &boxes[..i] {
                let apart = a.1 <= b.0 || b.1 <= a.0 || a.3 <= b.2 || b.3 <= a.2;
                assert!(apart, "{name}: {a:?} overlaps {b:?}");
            }
        }
    }
}

#[test]
fn texts_keep_apart_and_on_the_sheet() {
    assert_tidy(&plausible());
    for days in [1, 2, 5, 30, 100, 800, 4000] {
        assert_tidy(&charts(date(2026, 12, 30), days, 3, |i| noise(i) * 1e6, "name"));
    }
    let long =
        "a name that is far longer than any column, row or caption has room for, said twice ".repeat(3);
    assert_tidy(&charts(date(2026, 11, 1), 400, 12, |i| noise(i) * 1e9, &long));
}

#[test]
fn the_same_input_gives_the_same_bytes_in_stable_order() {
    let files = render_all(&plausible(), &Format::ALL).unwrap();
    assert!(files == render_all(&plausible(), &Format::ALL).unwrap());
    let names: Vec<&str> = files.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(names[..3], ["states.svg", "states.png", "turnaround.svg"]);
    assert_eq!(names.len(), 14);
    for (name, bytes) in &files {
        let start: &[u8] = if name.ends_with("svg") { b"<svg width=\"1200\" height=\"" } else { b"\x89PNG" };
        assert!(bytes.starts_with(start), "{name}");
    }
}

#[test]
fn an_empty_sheet_is_white_to_the_last_row() {
    // 600 rows of steps, and 603, to which a PNG adds one.
    for height in [200.0, 201.0] {
        let file = Format::Png.paint(&Picture::of(height)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert!(pixels.iter().all(|&part| part == 255), "{height}");
    }
}

fn says(picture: &Picture, words: &str) -> bool {
    boxes(picture).iter().any(|b| b.4 == words)
}

#[test]
fn nothing_to_show_says_so() {
    for (name, picture) in pictures(&charts(date(2026, 11, 1), 0, 0, |_| 0.0, "name")) {
        assert!(says(&picture, "no data"), "{name}, empty");
    }
    for (name, picture) in pictures(&charts(date(2026, 11, 1), 9, 3, |_| f64::NAN, "name")) {
        // A stack counts a gap as nothing; a rule that never fired is told as such.
        let words = ["no data", "always 0", "never"];
        assert!(words.iter().any(|w| says(&picture, w)), "{name}, not a number");
    }
    for (name, picture) in pictures(&charts(date(2026, 11, 1), 9, 3, |_| 0.0, "name")).into_iter().take(3) {
        assert!(says(&picture, "always 0") || ["turnaround", "levels"].contains(&name), "{name}, zeros");
    }
}

#[test]
fn wild_numbers_and_names_are_drawn_too() {
    let wild = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 1e300, 0.0, 1e-300, f64::MAX];
    let strange = "<&\"'\u{0}\n\u{ffff} 名 → ü";
    for &value in &wild {
        for days in [1, 2, 40] {
            assert_tidy(&charts(Date::MAX, days, 3, |_| value, strange));
        }
    }
    let mixed = charts(Date::MIN, 50, 7, |i| wild[i % wild.len()], strange);
    assert_tidy(&mixed);
    for (name, bytes) in render_all(&mixed, &Format::ALL).unwrap() {
        if name.ends_with("svg") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains(['\u{0}', '\u{ffff}']) && !text.contains("NaN"), "{name}");
        }
    }
}

#[test]
fn many_years_take_neither_long_nor_megabytes() {
    let files =
        render_all(&charts(date(2026, 11, 1), 20_000, 5, |i| noise(i) * 50.0, "name"), &Format::ALL).unwrap();
    for (name, bytes) in files {
        assert!(bytes.len() < 4_000_000, "{name}: {} bytes", bytes.len());
    }
}

#[test]
fn states_have_the_colours_of_the_page() {
    let css = include_str!("../page/templates/page.css");
    for (state, name, color) in theme::STATES {
        let hex = format!("{name}:#{:02x}{:02x}{:02x}", color.0, color.1, color.2);
        assert!(css.contains(&hex), "{state}: the style sheet of the page has no {hex}");
    }
    let (r, g, b) = (picture::SHADE.0, picture::SHADE.1, picture::SHADE.2);
    assert!(css.contains(&format!("--shade:#{r:02x}{g:02x}{b:02x}")));
}

#[test]
fn ticks_are_round_and_reach_the_top() {
    use super::axis::Ticks;
    assert_eq!(Ticks::new(1900.0, 5.0, 1.0).values, [0.0, 500.0, 1000.0, 1500.0, 2000.0]);
    assert_eq!(Ticks::new(0.0, 5.0, 1.0).values, [0.0, 1.0]);
    assert_eq!(Ticks::new(7.0, 4.0, 1.0).values, [0.0, 2.0, 4.0, 6.0, 8.0]);
    assert!(Ticks::new(f64::INFINITY, 5.0, 1.0).values.len() < 10);
    assert!(Ticks::new(1e300, 5.0, 0.1).values.len() < 10);
}

#[test]
fn dates_carry_months_and_the_year_where_it_begins() {
    use super::axis::date_ticks;
    let ticks = date_ticks(date(2026, 11, 15), 60, 300.0);
    let words: Vec<_> = ticks.iter().map(|t| (t.at, t.word.as_str(), t.year.as_deref())).collect();
    let expected = [
        (8.0, "23 Nov", Some("2026")),
        (22.0, "7 Dec", None),
        (36.0, "21 Dec", None),
        (50.0, "4 Jan", Some("2027")),
    ];
    assert_eq!(words, expected);
    let ticks = date_ticks(date(2026, 11, 15), 365, 500.0);
    assert_eq!((ticks[0].at, ticks[0].word.as_str(), ticks.len()), (16.0, "Dec", 12));
}

/// Charts over parameters of `n` values, all numbers from `value`, all names from `name`.
fn over_parameters(n: usize, value: impl Fn(usize) -> f64, name: &str) -> Vec<(&'static str, Picture)> {
    let caption = Caption { scenario: name.to_string(), seed: u64::MAX, replications: 1 };
    let axis = |labels: bool| Across {
        name: name.to_string(),
        labels: if labels { (0..n).map(|at| format!("{name} {at}")).collect() } else { vec![] },
    };
    let point = |at: usize| BandPoint {
        hollow: at.is_multiple_of(2),
        label: (at == 3).then(|| name.to_string()),
        shade: (n > 5).then(|| value(at)),
        name: (n == 5 && at < 2).then(|| name.to_string()),
        ..BandPoint::plain(at as f64, value(at), (value(at) - 3.0, value(at) + 2.0))
    };
    let band = |labels, joined| BandChart {
        title: name.to_string(),
        counted: name.to_string(),
        unit: name.to_string(),
        across: axis(labels),
        lines: vec![
            BandLine { name: name.to_string(), points: (0..n).map(point).collect() },
            BandLine {
                name: name.to_string(),
                points: (n / 2..n).map(point).filter(|one| one.label.is_none()).collect(),
            },
        ],
        target: Some(Mark { at: value(7), label: name.to_string() }),
        joined,
        frontier: (0..n).map(|at| (at as f64, value(at))).collect(),
        shaded: (n > 5 && !joined).then(|| (name.to_string(), "1".into(), "2".into())),
    };
    let heat = HeatChart {
        title: name.to_string(),
        counted: name.to_string(),
        unit: name.to_string(),
        across: axis(true),
        up: axis(true),
        fields: (0..n).map(|row| (0..n).map(|at| value(row * n + at)).collect()).collect(),
        undecided: vec![vec![true; n]; n / 2],
        target: Some((value(3), false)),
    };
    let end = |at: usize| TornadoEnd {
        label: name.to_string(),
        value: value(at),
        low: value(at) - 1.0,
        high: value(at) + 1.0,
    };
    let bar = |at: usize| TornadoBar {
        name: name.to_string(),
        least: end(at),
        most: end(at + 1),
        effect: value(at).abs(),
        noise: value(at),
        is_noise: true,
    };
    let tornado = TornadoChart {
        title: name.to_string(),
        counted: name.to_string(),
        unit: name.to_string(),
        base: value(1),
        bars: (0..n).map(bar).collect(),
    };
    vec![
        ("line", band::draw(&caption, &band(false, true))),
        ("dots", band::draw(&caption, &band(true, false))),
        ("map", heat::draw(&caption, &heat)),
        ("tornado", tornado::draw(&caption, &tornado)),
    ]
}

#[test]
fn charts_over_parameters_are_tidy_and_stand_whatever_they_are_given() {
    for n in [0, 1, 2, 5, 12, 60] {
        all_tidy(over_parameters(n, |i| 90.0 + noise(i) * 10.0, "name"));
        all_tidy(over_parameters(
            n,
            |i| noise(i) * 1e6 - 5e5,
            "a name that is too long for its place ".repeat(4).as_str(),
        ));
    }
    for wild in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN, 0.0, 1e-300] {
        for (_, picture) in over_parameters(4, |i| if i % 2 == 0 { wild } else { -wild }, "name") {
            assert!(paint::svg(&picture).is_ok());
        }
    }
}
