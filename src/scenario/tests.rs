use super::*;
use std::path::PathBuf;

fn sets(sets: &[&str]) -> Vec<String> {
    sets.iter().map(|set| set.to_string()).collect()
}

fn refused(text: &str, set: &[&str]) -> String {
    match Scenario::parse(text, &sets(set)) {
        Ok(_) => panic!("taken, but should be refused: {text}"),
        Err(error) => error.to_string(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

#[test]
fn every_scenario_of_the_house_is_valid() {
    let files = folder().read_dir().unwrap().map(|file| file.unwrap().path());
    let mut count = 0;
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        if let Err(error) = Scenario::load(Some(&path), &[]) {
            panic!("{}:\n{error}", path.display());
        }
        count += 1;
    }
    assert!(count >= 1);
}

#[test]
fn the_baseline_is_what_the_program_carries_with_it() {
    let embedded = Scenario::load(None, &[]).unwrap();
    let file = Scenario::load(Some(&folder().join("baseline.toml")), &[]).unwrap();
    assert_eq!(embedded.hash, file.hash);
    assert_eq!(embedded.scenario.name, "baseline");
}
