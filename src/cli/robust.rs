//! `--robust`: whether verdicts hold if inputs are uncertain.

use super::choice;
use crate::error::Error;
use crate::experiment::{Checked, Compared, Look, Plan, Robust, Side, Trial, check, gather, point, robust};
use crate::scenario::{Loaded, Scenario, Sla, Uncertain, in_doubt, metric_with_by, overriding};
use crate::screen;
use clap::Args;
use std::convert::Infallible;
use std::path::Path;

/// `--robust`.
#[derive(Clone, Debug, Args)]
pub(super) struct RobustInputs {
    /// Test whether the verdict holds over the range of an input: all, PATH or PATH=LOW..HIGH
    #[arg(long = "robust", value_name = "WHAT")]
    robust: Vec<String>,
}

impl RobustInputs {
    /// The inputs that are named.
    ///
    /// # Errors
    /// Inputs without a range, and invalid ranges.
    pub(super) fn of(&self, loaded: &Loaded) -> Result<Vec<Uncertain>, Error> {
        Ok(in_doubt(&self.robust, loaded)?)
    }

    /// Whether this input is named by its path.
    pub(super) fn names(&self, path: &str) -> bool {
        self.robust.iter().any(|text| text.split('=').next() == Some(path))
    }

    /// The arguments, as typed.
    pub(super) fn words(&self) -> &[String] {
        &self.robust
    }

    /// Whether any input is named.
    pub(super) fn is_asked(&self) -> bool {
        !self.robust.is_empty()
    }
}

/// A hint about `--robust`, if the scenario has uncertain inputs and the option is not given.
pub(super) fn hint(loaded: &Loaded, robust_inputs: &RobustInputs) -> String {
    match (loaded.uncertain.len(), robust_inputs.is_asked()) {
        (0, _) | (_, true) => String::new(),
        (1, false) => {
            "1 input has a range: --robust all tests whether this holds over the whole range.\n".into()
        }
        (count, false) => {
            format!("{count} inputs have a range: --robust all tests whether this holds over all ranges.\n")
        }
    }
}

/// Whether each service level meets its target, by point estimate over `replications`, over the range of each input.
///
/// # Errors
/// Values of an input that the scenario does not allow.
pub(super) fn of_levels(
    path: Option<&Path>,
    sets: &[String],
    loaded: &Loaded,
    inputs: &[Uncertain],
    replications: u64,
) -> Result<Vec<Robust>, Error> {
    let about: Vec<String> =
        loaded.scenario.slas.iter().map(|sla| loaded.scenario.attainment_of(sla)).collect();
    let verdicts = |scenario: &Scenario| -> Vec<String> {
        let cells = point(scenario, replications);
        let verdict = |sla: &Sla| {
            let (metric, by) = (format!("sla.{}.attainment", sla.name), scenario.level_of(sla));
            let found = cells.iter().find(|cell| cell.metric == metric && cell.by == by);
            let target = choice::shown(sla.target, "share");
            match found.map(|cell| cell.value >= sla.target) {
                Some(true) => format!("meets {target}"),
                Some(false) => format!("misses {target}"),
                None => "nothing observed".into(),
            }
        };
        scenario.slas.iter().map(verdict).collect()
    };
    let base = verdicts(&loaded.scenario);
    robust(&about, &base, inputs, |input, value| {
        let loaded = choice::load(path, &overriding(sets, [input.set(value)]))?;
        Ok(verdicts(&loaded.scenario))
    })
}

/// Whether the conclusions of a comparison's table hold over the range of each input. `sides` returns base and variants
/// with an additional override.
///
/// # Errors
/// Values of an input that a scenario does not allow.
pub(super) fn of_comparison(
    sides: impl Fn(&str) -> Result<Vec<Side>, Error>,
    compared: &Compared,
    look: &Look,
    inputs: &[Uncertain],
) -> Result<Vec<Robust>, Error> {
    let table = |compared: &Compared| -> Vec<(String, String)> {
        let rows = compared.variants.iter().flat_map(|variant| {
            variant.table.iter().map(move |at| {
                let one = &variant.differences[*at];
                let name = metric_with_by(&one.metric, &one.by);
                (format!("{}: {name}", variant.name), one.conclusion.name().to_string())
            })
        });
        rows.collect()
    };
    let (about, base): (Vec<String>, Vec<String>) = table(compared).into_iter().unzip();
    robust(&about, &base, inputs, |input, value| {
        let sides = sides(&input.set(value))?;
        let Ok(trials) =
            gather(0..compared.replications as u64, |number| Ok::<_, Infallible>(Trial::run(&sides, number)));
        let found = table(&Compared::new(&sides, &trials, look));
        let verdict = |about: &String| {
            let same = found.iter().find(|(name, _)| name == about);
            same.map_or("nothing observed".into(), |(_, verdict)| verdict.clone())
        };
        Ok(about.iter().map(verdict).collect())
    })
}

/// Whether the expectations of a file keep their verdicts over the range of each input. `load` returns the scenario
/// with an additional override.
///
/// # Errors
/// Values of an input that the scenario does not allow.
pub(super) fn of_expectations(
    load: impl Fn(&str) -> Result<Loaded, Error>,
    scenario: &Scenario,
    checked: &Checked,
    plan: Plan,
    inputs: &[Uncertain],
) -> Result<Vec<Robust>, Error> {
    let about: Vec<String> =
        scenario.expectations.iter().map(|one| screen::line(&one.says).into_owned()).collect();
    let verdicts = |checked: &Checked| -> Vec<String> {
        checked.judgements.iter().map(|judgement| judgement.verdict.name().to_string()).collect()
    };
    robust(&about, &verdicts(checked), inputs, |input, value| {
        let loaded = load(&input.set(value))?;
        Ok(verdicts(&check(&loaded.scenario, plan)?))
    })
}
