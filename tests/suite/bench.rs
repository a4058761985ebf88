//! `shipback bench`: every part has a name, and its figures can be read by programs. How fast anything is, is no test.

use crate::tool::Folder;
use serde_json::Value;

#[test]
fn figures_are_told_as_json_by_the_name_of_the_part() {
    let folder = Folder::new();
    let wanted = [
        ("weight", "bytes_per_job"),
        ("w3", "ns_per_event"),
        ("bandwidth", "over_no_total_rate"),
        ("log", "bytes_per_row"),
        ("kept", "seconds"),
    ];
    for (part, figure) in wanted {
        let small = ["--jobs", "500", "--replications", "2", "--repeat", "1"];
        let ran = folder.run(&[&["bench", "--json", "--only", part], &small[..]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{part}");
        let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}: {}", ran.out));
        assert_eq!((&told["program"], &told["repeat"]), (&"shipback".into(), &1.into()));
        let parts = told["parts"].as_object().expect("figures by part");
        assert_eq!(parts.keys().collect::<Vec<_>>(), [part]);
        assert!(parts[part][figure].as_f64().is_some_and(|value| value > 0.0), "{part}: {}", ran.out);
    }
}

#[test]
fn people_are_told_in_a_table_and_unknown_parts_are_refused_with_those_there_are() {
    let folder = Folder::new();
    let ran = folder.run(&["bench", "--only", "w3", "--jobs", "500", "--repeat", "1"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let row = ran.out.lines().find(|line| line.starts_with("w3 ")).expect("a row");
    let fields: Vec<f64> = row.split_whitespace().skip(1).map(|field| field.parse().unwrap()).collect();
    // 500 orders, and the jobs that follow from them (E1, E3).
    assert!(fields.len() == 6 && fields[0] >= 500.0 && fields[1] > fields[0], "{}", ran.out);
    let refused = folder.run(&["bench", "--only", "w4"]);
    assert_eq!(refused.code, 2);
    for part in ["weight", "w3", "baseline", "shelf", "bandwidth", "log", "pending", "threads", "kept"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
}
