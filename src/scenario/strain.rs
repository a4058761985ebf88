//! Times of strain, from which a site must recover: disruptions and peaks of demand.

use super::model::{Disrupted, Scenario, Servers};
use crate::engine::time::Instant;

/// A disruption, or a peak: a season in which a source creates more jobs than its rate. In force in [from, until).
#[derive(Clone, Debug, PartialEq)]
pub struct Strain {
    /// Label in breakdowns: "disruption=0", "peak=0", numbered as in the file.
    pub label: String,
    /// Description in words.
    pub words: String,
    /// First instant at which it is in force.
    pub from: Instant,
    /// First instant at which it is no longer in force.
    pub until: Instant,
}

impl Scenario {
    /// The disruptions in the order of the file, then the peaks of all sources. Seasons of several sources at the same
    /// time are one peak.
    pub fn strains(&self) -> Vec<Strain> {
        let disruption = |(number, disruption): (usize, &super::Disruption)| Strain {
            label: format!("disruption={number}"),
            words: self.in_words(&disruption.what),
            from: disruption.from,
            until: disruption.until,
        };
        let mut strains: Vec<Strain> = self.disruptions.iter().enumerate().map(disruption).collect();
        let mut peaks: Vec<(Instant, Instant, Vec<&str>)> = vec![];
        for source in &self.demand {
            for &(from, until) in &source.peaks {
                match peaks.iter_mut().find(|peak| (peak.0, peak.1) == (from, until)) {
                    Some(peak) => peak.2.push(&source.name),
                    None => peaks.push((from, until, vec![&source.name])),
                }
            }
        }
        strains.extend(peaks.into_iter().enumerate().map(|(number, (from, until, sources))| Strain {
            label: format!("peak={number}"),
            words: format!("season of {}", sources.join(", ")),
            from,
            until,
        }));
        strains
    }

    fn in_words(&self, what: &Disrupted) -> String {
        match what {
            Disrupted::Carrier { carrier, slower } => {
                let name = carrier.map(|number| self.carriers[number].name.as_str());
                let who = name.map_or("all carriers".into(), |name| format!("carrier {name}"));
                slower.map_or(format!("{who} stopped"), |slower| format!("{who} {slower} times slower"))
            }
            Disrupted::Station { station, servers } => {
                let servers = match servers {
                    Servers::Exactly(0) => return format!("{} closed", station.name()),
                    Servers::Exactly(servers) => format!("{servers} servers"),
                    Servers::Times(share) => format!("{} % of its servers", share * 100.0),
                };
                format!("{} with {servers}", station.name())
            }
            Disrupted::Demand { source, factor } => {
                let name = source.map_or("all sources", |number| self.demand[number].name.as_str());
                format!("orders of {name} times {factor}")
            }
        }
    }
}
