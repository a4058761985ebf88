//! The order in which points on a line are tested, so that few tests are needed.

use super::verdict::Verdict;

/// A line of values, from the smallest to the largest, each of which can be judged.
pub(super) trait Line {
    /// Number of values; at least one.
    fn len(&self) -> usize;
    /// A guess where the answer is.
    fn guess(&mut self) -> usize;
    /// Judges a value. The answer for one value never changes.
    fn verdict(&mut self, at: usize) -> Verdict;
}

/// Where the verdict changes, on a line on which it changes once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The largest value known to fail.
    pub fails: Option<usize>,
    /// The smallest value known to meet.
    pub meets: Option<usize>,
}

/// Finds the smallest value that meets and the largest that fails: doubling steps from the guess, then bisection. The
/// largest value is tested first: if it does not meet, none does.
pub(super) fn edge(line: &mut impl Line) -> Edge {
    let top = line.len() - 1;
    let meets = match line.verdict(top) {
        Verdict::Met => Some(least_that_meets(line)),
        _ => None,
    };
    let below = meets.map_or(Some(top), |meets| meets.checked_sub(1));
    Edge { fails: below.and_then(|below| greatest_that_fails(line, below)), meets }
}

/// The smallest value that meets; the last value is known to meet.
fn least_that_meets(line: &mut impl Line) -> usize {
    let top = line.len() - 1;
    let start = line.guess().min(top);
    let (mut step, mut low, mut high) = (1, None, top);
    if line.verdict(start) == Verdict::Met {
        high = start;
        while low.is_none() && high > 0 {
            let next = high.saturating_sub(step);
            if line.verdict(next) == Verdict::Met {
                high = next
            } else {
                low = Some(next)
            }
            step *= 2;
        }
    } else {
        low = Some(start);
        while let Some(last) = low.filter(|last| *last + step < high) {
            if line.verdict(last + step) == Verdict::Met {
                high = last + step;
                break;
            }
            low = Some(last + step);
            step *= 2;
        }
    }
    let Some(mut low) = low else { return 0 };
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        *(if line.verdict(middle) == Verdict::Met { &mut high } else { &mut low }) = middle;
    }
    high
}

/// The largest value up to `from` that fails; none of these values meets.
fn greatest_that_fails(line: &mut impl Line, from: usize) -> Option<usize> {
    let (mut step, mut open) = (1, from);
    if line.verdict(from) == Verdict::Failed {
        return Some(from);
    }
    let mut fails = loop {
        if open == 0 {
            return None;
        }
        let next = open.saturating_sub(step);
        if line.verdict(next) == Verdict::Failed {
            break next;
        }
        (open, step) = (next, step * 2);
    };
    while fails + 1 < open {
        let middle = fails + (open - fails) / 2;
        *(if line.verdict(middle) == Verdict::Failed { &mut fails } else { &mut open }) = middle;
    }
    Some(fails)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Fails below `fails`, meets from `meets` on, and is undecided between.
    struct Steps {
        len: usize,
        guess: usize,
        fails: usize,
        meets: usize,
        asked: BTreeSet<usize>,
    }

    impl Line for Steps {
        fn len(&self) -> usize {
            self.len
        }
        fn guess(&mut self) -> usize {
            self.guess
        }
        fn verdict(&mut self, at: usize) -> Verdict {
            assert!(at < self.len);
            self.asked.insert(at);
            match at {
                at if at < self.fails => Verdict::Failed,
                at if at >= self.meets => Verdict::Met,
                _ => Verdict::Undecided,
            }
        }
    }

    #[test]
    fn every_edge_is_found_from_every_guess() {
        for len in 1..12 {
            for fails in 0..=len {
                for meets in fails..=len {
                    for guess in 0..len {
                        let mut line = Steps { len, guess, fails, meets, asked: BTreeSet::new() };
                        let expected =
                            Edge { fails: fails.checked_sub(1), meets: (meets < len).then_some(meets) };
                        assert_eq!(edge(&mut line), expected, "{len} {fails} {meets} {guess}");
                    }
                }
            }
        }
    }

    #[test]
    fn few_are_asked() {
        let mut line = Steps { len: 400, guess: 90, fails: 97, meets: 97, asked: BTreeSet::new() };
        edge(&mut line);
        assert!(line.asked.len() <= 10, "{:?}", line.asked);
    }
}
