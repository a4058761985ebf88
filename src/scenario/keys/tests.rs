use super::*;
use crate::scenario::Scenario;
use crate::scenario::section::ASKED;
use std::collections::BTreeSet;
use std::path::Path;

/// Together they make the reader ask for every key.
const WHOLE: [&str; 4] = [
    r#"
extends = "baseline.toml"
[site.preparation]
servers_by_date = [{ from = "1d", until = "2d", servers = 3 }]
[site.dock]
servers_by_date = [{ from = "1d", until = "2d", servers = 3 }]
[site.bays]
servers_by_date = [{ from = "1d", until = "2d", servers = 3 }]
[site.packing]
servers_by_date = [{ from = "1d", until = "2d", servers = 3 }]
[site.operations]
servers_by_date = [{ from = "1d", until = "2d", servers = 3 }]
[calendar.own]
[demand.imports]
season = [{ from = "1d", until = "2d", factor = 1 }]
[cost]
drive = 1
[sweep]
vary = ["site.bays.servers=1,2"]
[[disruption]]
from = "1d"
until = "2d"
carrier = "all"
stops = true
[[disruption]]
from = "1d"
until = "2d"
station = "dock"
servers = 1
[[disruption]]
from = "1d"
until = "2d"
demand = "all"
factor = 1
[[job]]
name = "a"
[[job.drive]]
"#,
    "[[job]]\nname = \"a\"\n[[expect]]\nmetric = \"jobs.created\"\nat_least = 1\n[[expect]]\nrule = \"J1\"\nfires = 1\n\
     [[expect]]\njob = \"a\"\nrefused = \"put\"\n[[expect]]\njob = \"a\"\ndrive = 1\ntimeline = [[\"0d\", \"Specified\", \"D1\"]]\n\
     [[expect]]\njob = \"a\"\nstate = \"Creating\"\n",
    "[[job]]\nname = \"a\"\n",
    r#"
[[job]]
[site.preparation]
roster = [{ from = "1d", until = "2d", servers = 3 }]
[site.dock]
roster = [{ from = "1d", until = "2d", servers = 3 }]
[site.bays]
roster = [{ from = "1d", until = "2d", servers = 3 }]
[site.packing]
roster = [{ from = "1d", until = "2d", servers = 3 }]
[site.operations]
roster = [{ from = "1d", until = "2d", servers = 3 }]
"#,
];

/// What the reader asks for, with `*` for names; what a distribution or a free table holds is left out.
fn asked() -> BTreeSet<String> {
    ASKED.with_borrow_mut(BTreeSet::clear);
    for text in WHOLE {
        Scenario::parse(text, &[]).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let all = ASKED.with_borrow(Clone::clone);
    let plain = all.iter().map(|path| {
        let names: Vec<&str> = path.split('.').collect();
        let name = |(at, name): (usize, &&str)| match at {
            1 if ["demand", "carrier"].contains(&names[0]) => "*".to_string(),
            1 if names[0] == "calendar" && names.len() == 3 => "*".to_string(),
            _ => match name.split_once('[') {
                Some((name, _)) => format!("{name}[]"),
                None => name.to_string(),
            },
        };
        names.iter().enumerate().map(name).collect::<Vec<_>>().join(".")
    });
    let holds =
        |kind: Kind| !matches!(kind, Kind::Times | Kind::Sizes | Kind::Counts | Kind::Free | Kind::Named(_));
    let within = |path: &String| {
        KEYS.iter().any(|key| !holds(key.kind) && path.starts_with(&format!("{}.", key.path)))
    };
    plain.filter(|path| !within(path)).collect()
}

#[test]
fn the_table_has_the_keys_that_the_reader_asks_for_and_no_other() {
    let asked = asked();
    let tables: BTreeSet<String> = KEYS
        .iter()
        .flat_map(|key| {
            let names: Vec<&str> = key.path.split('.').collect();
            (1..names.len()).map(move |end| names[..end].join(".").trim_end_matches("[]").to_string())
        })
        .collect();
    let mut table: BTreeSet<String> = KEYS.iter().map(|key| key.path.to_string()).collect();
    assert_eq!(table.len(), KEYS.len(), "no key stands twice");
    // The loader takes them out before anything is read.
    table.remove("extends");
    table.remove("replaces");
    let unknown: Vec<&String> = asked.difference(&table).filter(|path| !tables.contains(*path)).collect();
    let idle: Vec<&String> = table.difference(&asked).collect();
    assert!(
        unknown.is_empty() && idle.is_empty(),
        "asked for, but not in the table: {unknown:?}\nnever asked for: {idle:?}"
    );
}

#[test]
fn defaults_are_those_in_force() {
    let loaded = Scenario::parse(
        "[demand.x]\nrate = \"1/day\"\n[carrier.x]\n[calendar.x]\n[cost]\n[site.preparation]\n[[job]]\n",
        &[],
    );
    let explained = loaded.unwrap_or_else(|wrong| panic!("{wrong}")).explained;
    let mut seen = 0;
    for value in explained.iter().filter(|value| value.origin == "default") {
        let path = ["demand", "carrier", "calendar"].into_iter().fold(value.path.clone(), |path, table| {
            path.replace(&format!("{table}.x"), &format!("{table}.*"))
        });
        let key =
            KEYS.iter().find(|key| key.path == path).unwrap_or_else(|| panic!("{path} is not in the table"));
        if !key.default.is_empty() {
            assert_eq!(key.default, value.value, "{path}");
            seen += 1;
        }
    }
    assert!(seen > 90, "{seen}");
}

#[test]
fn examples_are_toml_and_help_shows_them() {
    for key in KEYS.iter() {
        let text = format!("x = {}", key.example);
        assert!(text.parse::<toml::Table>().is_ok(), "{}: {text}", key.path);
        assert!(key.says.ends_with('.') && help(key.path).is_ok(), "{}", key.path);
    }
    for (asked, part) in [
        ("run.horizon", "default  \"365d\""),
        ("demand.imports.rate", "demand.*.rate"),
        ("demand.*.season", "demand.*.season[].factor"),
        ("[[sla]]", "sla[].within"),
        ("disruption[0].slower", "times slower"),
        ("site.dock", "site.dock.at_close"),
        ("job.drive.copy", "job[].drive[].copy"),
    ] {
        let told = help(asked).unwrap();
        assert!(told.contains(part), "{asked}\n{told}");
    }
    assert!(!help("site.dock").unwrap().contains("site.bays"));
    for (asked, part) in [
        ("site.bays.sevrers", "did you mean \"site.bays.servers\"?"),
        ("horizon", "did you mean run.horizon?"),
        ("colour", "allowed: name"),
    ] {
        let told = help(asked).unwrap_err();
        assert!(told.contains(part), "{told}");
    }
}

/// A foreign validator takes every shipped scenario, and refuses a wrong key in each table.
#[test]
fn the_schema_takes_every_shipped_scenario_and_refuses_wrong_keys() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = vec![];
    for folder in [folder.clone(), folder.join("policy"), folder.join("bench")] {
        let all = folder.read_dir().unwrap().map(|file| file.unwrap().path());
        files.extend(all.filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
    }
    assert!(files.len() > 30);
    let read = |text: &str| serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    for path in files {
        let value = read(&std::fs::read_to_string(&path).unwrap());
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}\n{}", path.display(), wrong.join("\n"));
    }
    for text in WHOLE.iter().chain(&["[site.bays]\nservers = \"unset\"\n[demand]\nexports = \"unset\"\n"]) {
        assert!(validator.is_valid(&read(text)), "{text}");
    }
    for wrong in [
        "servers = 3",
        "[run]\nhorizn = \"30d\"",
        "[site.bays]\nserver = 3",
        "[site.dok]\nservers = 3",
        "[site.dock]\nservers = true",
        "[demand.x]\nrate = 32",
        "[demand.x]\nseason = [{ from = \"1d\", factor = 2 }]",
        "[[sla]]\nfrom = \"received\"\nto = \"copyed\"\nwithin = \"3d\"",
        "[[job]]\nname = \"a\"\ndrives = 11",
        "[faults]\nerrors = 3",
        "[customer]\npacks = { lognorml = { mean = \"3d\", sd = \"1d\" } }",
        "[customer]\npacks = { lognormal = { mean = \"3d\", sdd = \"1d\" } }",
    ] {
        assert!(!validator.is_valid(&read(wrong)), "{wrong}");
    }
}

/// Editors find the schema beside the shipped scenarios, by the first line of each.
#[test]
fn every_shipped_scenario_names_the_schema_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for (within, line) in [(".", SCHEMA_NAME), ("policy", "../"), ("bench", "../")] {
        for file in folder.join(within).read_dir().unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|ending| ending == "toml") {
                let text = std::fs::read_to_string(&file).unwrap();
                let wanted =
                    format!("#:schema {}{SCHEMA_NAME}\n", line.strip_suffix(SCHEMA_NAME).unwrap_or(line));
                assert!(text.starts_with(&wanted), "{}", file.display());
            }
        }
    }
    let (path, made) = (folder.join(SCHEMA_NAME), format!("{:#}\n", schema()));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == made, "to accept it: BLESS=1 cargo test --lib schema");
}

#[test]
fn the_reference_page_is_current() {
    const MARKS: (&str, &str) = ("<!-- keys: begin -->\n", "<!-- keys: end -->\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(MARKS.0).expect("the page has a mark where the keys begin");
    let (shown, after) = rest.split_once(MARKS.1).expect("the page has a mark where the keys end");
    let made = reference();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{before}{}{made}{}{after}", MARKS.0, MARKS.1)).unwrap();
        return;
    }
    assert_eq!(shown, made, "to accept it: BLESS=1 cargo test --lib reference");
}
