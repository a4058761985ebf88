//! `[carrier.NAME]`: how packages travel.

use super::demand::{NO_NAME, cumulative};
use super::opens;
use crate::engine::calendar::{Shift, Timetable};
use crate::engine::distribution::Distribution;
use crate::scenario::law::{Unit, law};
use crate::scenario::model::Carrier;
use crate::scenario::node::Node;
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times::{self, Calendar};

const MOST_CARRIERS: usize = 255;
/// Three days, in seconds: a transit where nothing is said.
pub const USUAL_TRANSIT: f64 = 3.0 * 86_400.0;

/// At least one: where none is given, one that is called "carrier" and takes three days.
pub fn carriers(section: &Section<'_>, calendar: &Calendar) -> Vec<Carrier> {
    let named = section.named();
    if named.len() > MOST_CARRIERS {
        section.mistake("", format!("{} carriers; allowed: up to 255", named.len()));
        named.iter().for_each(|(_, section)| section.ignore());
        return vec![usual()];
    }
    if named.is_empty() {
        return vec![usual()];
    }
    let mut carriers: Vec<Carrier> =
        named.iter().map(|(name, section)| carrier(name, section, calendar)).collect();
    // No carrier with a share: all have the same.
    let even = 1.0 / carriers.len() as f64;
    let any = named.iter().any(|(_, section)| section.node("share").is_some());
    let share = |(_, section): &(&str, Section<'_>)| {
        section.read("share", q::chance).or(if any { 0.0 } else { even })
    };
    let shares: Vec<f64> = named.iter().map(share).collect();
    match cumulative(&shares) {
        Ok(added) => {
            carriers.iter_mut().zip(added).for_each(|(carrier, share)| carrier.cumulative_share = share)
        }
        Err(sum) => {
            let mut given = named.iter().filter(|(_, section)| section.node("share").is_some());
            let message = format!("the shares of the carriers add up to {sum}; they must add up to 1");
            let help =
                "a carrier without a share has none, unless no carrier has one: then all have the same";
            given.next().unwrap_or(&named[0]).1.mistake("share", Refusal::new(message, help));
        }
    }
    carriers
}

fn usual() -> Carrier {
    let transit = || Distribution::constant(USUAL_TRANSIT).expect("scenario: a default is finite");
    Carrier {
        name: "carrier".into(),
        cumulative_share: 1.0,
        transit: transit(),
        delayed: 0.0,
        delayed_transit: transit(),
        lost: 0.0,
        damaged: 0.0,
        delivers: Timetable::constant(1),
        pickup: Timetable::constant(1),
    }
}

fn carrier(name: &str, section: &Section<'_>, calendar: &Calendar) -> Carrier {
    if !q::is_name(name) || name == "all" {
        section.mistake("", Refusal::new(format!("\"{name}\" is no name for a carrier"), NO_NAME));
    }
    Carrier {
        name: name.to_string(),
        cumulative_share: 1.0,
        transit: law(section, "transit", Unit::Time, USUAL_TRANSIT),
        delayed: section.read("delayed", q::chance).or(0.0),
        delayed_transit: law(section, "delayed_transit", Unit::Time, 5.0 * USUAL_TRANSIT),
        lost: section.read("lost", q::chance).or(0.0),
        damaged: section.read("damaged", q::chance).or(0.0),
        delivers: hours(section, "delivers", calendar, |node| times::shifts(node, 1)),
        pickup: hours(section, "pickup", calendar, |node| {
            Ok(q::list(pickup)(node)?.into_iter().collect::<Vec<Shift>>())
        }),
    }
}

/// When a carrier is there; on holidays it is not. Without the key: always.
fn hours(
    section: &Section<'_>,
    key: &'static str,
    calendar: &Calendar,
    read: impl Fn(&Node) -> Read<Vec<Shift>>,
) -> Timetable {
    let Some(shifts) = section.read(key, read).or_none("\"always\"") else { return Timetable::constant(1) };
    let always = shifts.iter().any(|shift| shift.days == [true; 7] && (shift.from, shift.to) == (0, 1440));
    if always {
        return Timetable::constant(1);
    }
    let timetable = calendar.weekly(shifts, 0, vec![]);
    if !opens(&timetable) {
        section.mistake(key, format!("{}: it never opens", section.path_of(key)));
    }
    timetable
}

/// "Mon-Fri 17:00": days and one time, at which it is there for one minute.
fn pickup(node: &Node) -> Read<Shift> {
    let text = q::text(node)?;
    let refusal =
        || Refusal::new(format!("\"{text}\" is no time of pickup"), "write it like \"Mon-Fri 17:00\"");
    if text.trim() == "always" {
        return Shift::parse("always", 1).map_err(Refusal::from);
    }
    let (days, time) = text.trim().rsplit_once(' ').ok_or_else(refusal)?;
    let shift = Shift::parse(&format!("{days} {time}-24:00"), 1).map_err(|_| refusal())?;
    Ok(Shift { to: shift.from + 1, ..shift })
}
