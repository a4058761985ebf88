//! Whether a verdict holds if an input is not known exactly, and which input changes it first.
//!
//! One input at a time takes other values in its range; everything else, and the random numbers, stay the same. The
//! verdict is computed at both ends of the range and half way to each. Where it changes, bisection finds the place, to
//! one of [`STEPS`] steps between the estimate and the end. The number of replications is that of the verdict itself:
//! sampling error has its own interval.

use crate::scenario::Uncertain;
use std::collections::BTreeMap;

/// Steps between the estimate and each end of a range.
pub const STEPS: u32 = 16;

/// Where a verdict changes, on one side of the estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The tested value nearest to the estimate that has another verdict.
    pub at: f64,
    /// The verdict there.
    pub verdict: String,
    /// The verdict at the end of the range.
    pub end: String,
}

/// A verdict over the range of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The input, with estimate and range.
    pub input: Uncertain,
    /// The smallest and largest tested value between which the verdict is the same.
    pub holds: (f64, f64),
    /// The change below the estimate, if there is one.
    pub below: Option<Turn>,
    /// The change above the estimate, if there is one.
    pub above: Option<Turn>,
}

/// A verdict over the ranges of all inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Robust {
    /// What is judged, such as `sla.copied.attainment`.
    pub about: String,
    /// The verdict at the estimates.
    pub verdict: String,
    /// One range for each input. The input that changes the verdict first, relative to its range, comes first.
    pub ranges: Vec<Range>,
}

impl Range {
    /// The share of the range in which the verdict holds; one for a range without width.
    pub fn share(&self) -> f64 {
        let width = self.input.high - self.input.low;
        if width > 0.0 { (self.holds.1 - self.holds.0) / width } else { 1.0 }
    }

    /// The change nearest to the estimate, relative to the distance to the end of the range.
    pub fn first(&self) -> Option<&Turn> {
        let (below, above) = (self.below.as_ref(), self.above.as_ref());
        [below, above].into_iter().flatten().min_by(|a, b| self.part(a).total_cmp(&self.part(b)))
    }

    /// Position of the change as a share of the way from the estimate to the end of the range.
    fn part(&self, turn: &Turn) -> f64 {
        let Uncertain { estimate, low, high, .. } = self.input;
        let end = if turn.at < estimate { low } else { high };
        (turn.at - estimate) / (end - estimate)
    }
}

/// Computes the verdicts on `about` over the range of each input. `base` holds the verdicts at the estimates. `ask`
/// returns the verdicts with an input at another value.
///
/// # Errors
/// Those of `ask`.
pub fn robust<E>(
    about: &[String],
    base: &[String],
    inputs: &[Uncertain],
    mut ask: impl FnMut(&Uncertain, f64) -> Result<Vec<String>, E>,
) -> Result<Vec<Robust>, E> {
    let judged = about.iter().zip(base);
    let mut all: Vec<Robust> = judged
        .map(|(about, verdict)| Robust { about: about.clone(), verdict: verdict.clone(), ranges: vec![] })
        .collect();
    for input in inputs {
        let mut sides = [input.low, input.high].map(|end| Side { input, end, asked: BTreeMap::new() });
        for (number, one) in all.iter_mut().enumerate() {
            let [below, above] = &mut sides;
            let below = below.turn(number, &one.verdict, &mut ask)?;
            let above = above.turn(number, &one.verdict, &mut ask)?;
            let holds = (below.0, above.0);
            one.ranges.push(Range { input: input.clone(), holds, below: below.1, above: above.1 });
        }
    }
    for one in &mut all {
        let part = |range: &Range| range.first().map_or(f64::INFINITY, |turn| range.part(turn));
        one.ranges.sort_by(|a, b| part(a).total_cmp(&part(b)));
    }
    Ok(all)
}

/// The way from the estimate to one end of the range.
struct Side<'i> {
    input: &'i Uncertain,
    end: f64,
    /// Verdicts at the steps tested so far.
    asked: BTreeMap<u32, Vec<String>>,
}

impl Side<'_> {
    /// How far verdict number `number` stays `base`, and where it changes.
    fn turn<E>(
        &mut self,
        number: usize,
        base: &str,
        ask: &mut impl FnMut(&Uncertain, f64) -> Result<Vec<String>, E>,
    ) -> Result<(f64, Option<Turn>), E> {
        let steps = self.steps();
        if steps == 0 {
            return Ok((self.end, None));
        }
        let end = self.verdict(steps, number, ask)?;
        // Test half way too: a verdict may change and change back.
        let mut turned = steps;
        if end == base {
            turned = steps / 2;
            if turned == 0 || self.verdict(turned, number, ask)? == base {
                return Ok((self.end, None));
            }
        }
        let mut holds = 0;
        while turned - holds > 1 {
            let middle = holds + (turned - holds) / 2;
            *(if self.verdict(middle, number, ask)? == base { &mut holds } else { &mut turned }) = middle;
        }
        let verdict = self.verdict(turned, number, ask)?;
        Ok((self.value(holds), Some(Turn { at: self.value(turned), verdict, end })))
    }

    fn verdict<E>(
        &mut self,
        step: u32,
        number: usize,
        ask: &mut impl FnMut(&Uncertain, f64) -> Result<Vec<String>, E>,
    ) -> Result<String, E> {
        if !self.asked.contains_key(&step) {
            self.asked.insert(step, ask(self.input, self.value(step))?);
        }
        Ok(self.asked[&step][number].clone())
    }

    /// Number of steps; an integer input has no more steps than integers.
    fn steps(&self) -> u32 {
        let far = (self.end - self.input.estimate).abs();
        match self.input.whole {
            _ if far == 0.0 => 0,
            true => STEPS.min(far as u32),
            false => STEPS,
        }
    }

    fn value(&self, step: u32) -> f64 {
        let (from, steps) = (self.input.estimate, self.steps().max(1));
        let value = from + (self.end - from) * f64::from(step) / f64::from(steps);
        if self.input.whole { value.round() } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn input(estimate: f64, low: f64, high: f64, whole: bool) -> Uncertain {
        Uncertain { path: "a".into(), estimate, low, high, unit: "d".into(), whole }
    }

    fn turned(input: &Uncertain, verdict: impl Fn(f64) -> &'static str) -> (Range, usize) {
        let mut asked = 0;
        let ask = |_: &Uncertain, value: f64| {
            asked += 1;
            Ok::<_, Infallible>(vec![verdict(value).into()])
        };
        let base = [verdict(input.estimate).to_string()];
        let Ok(mut found) = robust(&["b".into()], &base, std::slice::from_ref(input), ask);
        (found.remove(0).ranges.remove(0), asked)
    }

    #[test]
    fn a_turn_is_found_to_a_sixteenth_of_its_side() {
        let (found, asked) =
            turned(&input(6.0, 5.0, 8.0, false), |x| if x <= 7.3 { "met" } else { "missed" });
        // Steps of an eighth above: 7.25 holds, 7.375 does not.
        assert_eq!((found.holds, found.below.clone()), ((5.0, 7.25), None));
        let turn = found.above.clone().unwrap();
        assert_eq!((turn.at, turn.verdict.as_str(), turn.end.as_str()), (7.375, "missed", "missed"));
        assert!((found.share() - 2.25 / 3.0).abs() < 1e-12 && asked <= 8, "{asked}");
    }

    #[test]
    fn what_turns_back_is_seen_half_way_and_whole_numbers_stay_whole() {
        let (found, _) =
            turned(&input(0.0, 0.0, 16.0, false), |x| if (6.0..9.0).contains(&x) { "b" } else { "a" });
        assert_eq!((found.holds, found.above.unwrap().at), ((0.0, 5.0), 6.0));
        let (found, asked) = turned(&input(3.0, 1.0, 9.0, true), |x| if x < 5.0 { "a" } else { "b" });
        assert_eq!((found.holds, found.above.unwrap().at), ((1.0, 4.0), 5.0));
        assert!(asked <= 6, "{asked}");
    }

    #[test]
    fn the_input_that_turns_first_by_its_range_comes_first() {
        let inputs =
            [input(10.0, 0.0, 20.0, false), Uncertain { path: "c".into(), ..input(5.0, 4.0, 6.0, false) }];
        // The first turns after 8 of 10, the second after half of 1.
        let ask = |input: &Uncertain, x: f64| {
            let turned = if input.path == "a" { x >= 18.0 } else { x <= 4.5 };
            Ok::<_, Infallible>(vec![turned.to_string()])
        };
        let Ok(found) = robust(&["b".into()], &["false".into()], &inputs, ask);
        assert_eq!(found[0].ranges.iter().map(|one| one.input.path.as_str()).collect::<Vec<_>>(), ["c", "a"]);
        assert_eq!(found[0].ranges[0].below.as_ref().unwrap().at, 4.5);
    }
}
