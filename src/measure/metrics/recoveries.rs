//! The metrics of recovery after disruptions and peaks.

use super::{DAYS, List};
use crate::engine::time::Span;
use crate::measure::counts::Counts;
use crate::measure::recovery::Recovery;
use crate::scenario::{Scenario, StationName};

impl List<'_> {
    pub(super) fn recoveries(&mut self, scenario: &Scenario, counts: &Counts) {
        for (strain, strained) in scenario.strains().iter().zip(&counts.strained) {
            let of_stations = StationName::ALL.iter().zip(&strained.stations).zip(&counts.stations);
            for ((station, recovery), used) in of_stations {
                if !used.is_unlimited() {
                    let name = format!("station.{}.recovery", station.name());
                    self.recovery(&name, &strain.label, recovery);
                    let mean = (recovery.told > 0).then(|| recovery.worst as f64 / recovery.told as f64);
                    self.real(format!("{name}.backlog"), &strain.label, mean, "waiting", recovery.told);
                }
            }
            for (sla, recovery) in scenario.slas.iter().zip(&strained.levels) {
                let name = format!("sla.{}.recovery", sla.name);
                let level = scenario.level_of(sla);
                let by = if level.is_empty() { level } else { level + "," } + &strain.label;
                self.recovery(&name, &by, recovery);
                let met = recovery.of - recovery.worst;
                self.share(format!("{name}.worst_week.share"), &by, met, recovery.of);
            }
        }
    }

    fn recovery(&mut self, name: &str, by: &str, recovery: &Recovery) {
        let days = |sum: u64, of: u64| (of > 0).then(|| sum as f64 / of as f64 * Span::DAY.micros() as f64);
        let (told, back) = (recovery.told, recovery.back);
        self.time(format!("{name}.days"), by, days(recovery.days, back), DAYS, back);
        self.time(format!("{name}.worst_day"), by, days(recovery.worst_day, told), DAYS, told);
        self.share(format!("{name}.not_back.share"), by, told - back, told);
    }
}
