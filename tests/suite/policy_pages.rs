//! The scripted scenario of each row of the documentation: together they make every rule act.

use shipback::policy::Rule;
use shipback::scenario::Scenario;
use shipback::world::{Fact, Observer, World};
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Default)]
struct Fired(BTreeSet<Rule>);

impl Observer for Fired {
    fn fact(&mut self, _at: shipback::engine::time::Instant, fact: &Fact) {
        self.0.extend(fact.acted());
    }
}

fn pages() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/policy");
    let mut pages: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    pages.sort();
    pages
}

/// The rules that the comment at the top of a page names: "# Rules: J6, D5, E2, J9."
fn named(text: &str) -> BTreeSet<&str> {
    let line = text.lines().find_map(|line| line.strip_prefix("# Rules: ")).unwrap_or_default();
    line.trim_end_matches('.').split(", ").filter(|word| !word.is_empty()).collect()
}

#[test]
fn every_page_of_the_documentation_runs_and_makes_the_rules_that_it_names_act() {
    let mut fired = BTreeSet::new();
    for path in pages() {
        let scenario = Scenario::load(Some(&path), &[]).unwrap_or_else(|why| panic!("{why}")).scenario;
        let mut world = World::new(&scenario, 1, 0, Fired::default());
        world.audit();
        while world.step() {
            world.audit();
        }
        let (end, Fired(here)) = world.finish();
        assert_eq!(end.open, 0, "{}: every job comes to rest", path.display());
        let names: BTreeSet<&str> = here.iter().map(|rule| rule.name()).collect();
        let text = std::fs::read_to_string(&path).unwrap();
        let missing: Vec<&str> = named(&text).difference(&names).copied().collect();
        assert!(missing.is_empty(), "{}: named, but never acted: {missing:?}", path.display());
        assert!(!named(&text).is_empty(), "{}: names no rule", path.display());
        fired.extend(here);
    }
    let acting = Rule::ALL.iter().copied().filter(|rule| !rule.holds());
    let never: Vec<Rule> = acting.filter(|rule| !fired.contains(rule)).collect();
    assert!(never.is_empty(), "no page makes these act: {never:?}");
}
