//! What is printed: complete, as in force, and drawn without overlaps.

use super::drawing::arrows;
use super::layout::{DRIVES, JOBS, Layout, WIDTH};
use super::svg::width;
use super::*;
use crate::engine::time::Span;
use std::collections::BTreeSet;

#[test]
fn every_rule_has_a_sentence_that_fits_its_line() {
    assert_eq!(all_rules().len(), 53);
    for text in all_rules() {
        // Rules that the picture cites fit a line of its column.
        let line = if "JD".contains(&text.rule.name()[..1]) { 78 } else { 100 };
        assert!(text.says.ends_with('.') && text.says.len() <= line, "{}: {}", text.rule, text.says);
        assert!(text.source.starts_with("S:") || text.source.starts_with("swagger"), "{}", text.rule);
    }
}

#[test]
fn every_format_names_every_rule_that_its_kind_can_show() {
    for format in [Format::Text, Format::Markdown, Format::Json] {
        let page = draw(&documented(), format);
        for rule in Rule::ALL {
            assert!(page.contains(rule.name()), "{format} does not name {rule}");
        }
    }
    for format in [Format::Mermaid, Format::Dot, Format::Svg] {
        let page = draw(&documented(), format);
        let Tables { job, drive, .. } = Tables::documented();
        for rule in job.rows.iter().map(|row| row.rule).chain(drive.rows.iter().map(|row| row.rule)) {
            assert!(page.contains(rule.name()), "{format} does not name {rule}");
        }
    }
}

#[test]
fn an_overridden_deadline_is_marked_in_every_format() {
    let mut timings = Timings::DOCUMENTED;
    *timings.of_mut(Deadline::ResponseWindow) = Span::days(20);
    for format in Format::ALL {
        let page = draw(&Policy::new(timings), *format);
        let mark = if *format == Format::Json { "\"overridden\": true" } else { "20d (documented: 30d)" };
        assert!(page.contains(mark), "{format}");
        assert!(!draw(&documented(), *format).contains(mark), "{format}");
    }
}

#[test]
fn a_row_that_the_settings_leave_without_effect_is_not_drawn() {
    let timings =
        Timings { cancel_until: JobState::Shipping, creating_expiry_resets: false, ..Timings::DOCUMENTED };
    let dot = draw(&Policy::new(timings), Format::Dot);
    assert!(dot.contains(
        "job_Shipping -> job_Shipping [label=\"J6 ShippingOverdue 14d\\nJ7 AnswerWait +14d\\nC2 Cancel\""
    ));
    assert!(!dot.contains("job_Received -> job_Received"));
    assert!(dot.contains("[label=\"J2 Update\""));
    assert_eq!(draw(&Policy::new(timings), Format::Text).matches("Not in force (cancel_until).").count(), 2);
}

#[test]
fn the_json_is_json_and_holds_every_row() {
    let page: serde_json::Value = serde_json::from_str(&draw(&documented(), Format::Json)).unwrap();
    assert_eq!(page["job"]["rows"].as_array().unwrap().len(), Tables::documented().job.rows.len());
    assert_eq!(page["drive"]["rows"].as_array().unwrap().len(), Tables::documented().drive.rows.len());
    assert_eq!(page["rules"].as_array().unwrap().len(), 53);
    assert_eq!(page["settings"].as_array().unwrap().len(), 13);
}

#[test]
fn each_case_opens_once_and_no_two_rows_answer_one_signal() {
    let Tables { openings, cases, .. } = Tables::documented();
    let opened: Vec<CaseKind> = openings.iter().map(|row| row.kind).collect();
    assert_eq!(opened, CaseKind::ALL);
    let answered: BTreeSet<_> = cases.iter().map(|row| (row.kind, row.on)).collect();
    assert_eq!(answered.len(), cases.len());
}

#[test]
fn each_base_state_has_one_row_for_each_drive_at_the_dock() {
    for &base in JobState::ALL.iter().filter(|state| **state != JobState::Faulted) {
        for &listing in Listing::ALL {
            let arrivals = Tables::documented().arrivals;
            let rows =
                arrivals.iter().filter(|row| row.listing.contains(&listing) && row.states.contains(&base));
            assert_eq!(rows.count(), 1, "{listing} drive of a job in {base}");
            assert!(documented().arrival(base, listing).unwrap().listing.contains(&listing));
        }
    }
}

/// A rectangle: left, top, right, bottom.
type Area = [i32; 4];

fn overlap(a: Area, b: Area) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[test]
fn a_label_is_as_wide_as_its_widest_letters() {
    assert_eq!(width("J9 30d"), 5 + 9 + 5 + 3 * 9);
}

/// Boxes and labels of a diagram, with names.
fn areas<S: Word, G: Word>(table: &Table<S, G>, layout: &Layout<S>) -> Vec<(String, Area)> {
    let places = layout
        .places
        .iter()
        .map(|(state, p)| (state.to_string(), [p.x - p.w / 2, p.y - p.h / 2, p.x + p.w / 2, p.y + p.h / 2]));
    let mut areas: Vec<(String, Area)> = places.collect();
    for arrow in arrows(table, &documented()) {
        let route = layout.routes.iter().find(|route| route.from == arrow.from && route.to == arrow.to);
        let route = route.unwrap_or_else(|| panic!("{:?} => {:?} is not drawn", arrow.from, arrow.to));
        let (x, mut y, side) = route.label;
        let shorts: Vec<String> = arrow.labels.iter().map(|label| label.short()).collect();
        let lines = if side == Side::Middle { vec![shorts.join(" · ")] } else { shorts };
        for (number, line) in lines.iter().enumerate() {
            let wide = width(line);
            let left = match side {
                Side::Start => x,
                Side::End => x - wide,
                Side::Middle | Side::Split => x - wide / 2,
            };
            areas.push((line.clone(), [left, y - 11, left + wide, y + 1]));
            y += if side == Side::Split && number == 0 { 27 } else { 18 };
        }
    }
    areas
}

/// Each line of a route as a thin area.
fn lines<S: Word>(layout: &Layout<S>) -> Vec<Area> {
    let lines = layout.routes.iter().flat_map(|route| route.path.windows(2)).map(|ends| {
        let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
        assert!(x1 == x2 || y1 == y2, "all lines are upright or level: {ends:?}");
        [x1.min(x2), y1.min(y2), x1.max(x2) + 1, y1.max(y2) + 1]
    });
    lines.collect()
}

fn readable<S: Word, G: Word>(table: &Table<S, G>, layout: &Layout<S>) {
    assert_eq!(layout.routes.len(), arrows(table, &documented()).len(), "each route has an arrow");
    let areas = areas(table, layout);
    for (number, (name, area)) in areas.iter().enumerate() {
        assert!(
            area[0] >= 0 && area[2] <= WIDTH && area[1] >= 0 && area[3] <= layout.height,
            "{name} is off the page"
        );
        for (other, place) in &areas[number + 1..] {
            assert!(!overlap(*area, *place), "{name} {area:?} overlaps {other} {place:?}");
        }
    }
    let lines = lines(layout);
    for (name, area) in &areas[layout.places.len()..] {
        for line in &lines {
            assert!(!overlap(*area, *line), "the label {name} {area:?} lies on the line {line:?}");
        }
    }
    for (name, area) in &areas[..layout.places.len()] {
        let inside = [area[0] + 2, area[1] + 2, area[2] - 2, area[3] - 2];
        assert!(lines.iter().all(|line| !overlap(inside, *line)), "a line crosses {name}");
    }
}

#[test]
fn the_picture_of_the_jobs_can_be_read() {
    readable(&Tables::documented().job, &JOBS);
}

#[test]
fn the_picture_of_the_drives_can_be_read() {
    readable(&Tables::documented().drive, &DRIVES);
}
