//! `[carrier.NAME]`: how packages travel.

use super::demand::cumulative;
use super::opens;
use crate::engine::calendar::{Shift, Timetable};
use crate::engine::distribution::Distribution;
use crate::scenario::calendar::Calendar;
use crate::scenario::hints::sense;
use crate::scenario::law::{Unit, law};
use crate::scenario::model::Carrier;
use crate::scenario::node::Node;
use crate::scenario::quantity as q;
use crate::scenario::section::{Read, Refusal, Section};
use crate::scenario::times;
use crate::scenario::week;

const MOST_CARRIERS: usize = 255;
/// Default transit: three days, in seconds.
pub const USUAL_TRANSIT: f64 = 3.0 * 86_400.0;

/// Reads the carriers; at least one. Without any, there is one named "carrier" that takes three days.
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
    // If no carrier has a share, all shares are equal.
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
        section.mistake("", Refusal::new(format!("\"{name}\" is not a name for a carrier"), q::NO_NAME));
    }
    let carrier = Carrier {
        name: name.to_string(),
        cumulative_share: 1.0,
        transit: law(section, "transit", Unit::Time, USUAL_TRANSIT),
        delayed: sense::fault(section, "delayed"),
        delayed_transit: law(section, "delayed_transit", Unit::Time, 5.0 * USUAL_TRANSIT),
        lost: sense::fault(section, "lost"),
        damaged: sense::fault(section, "damaged"),
        ..usual()
    };
    let (delivers, pickup) = hours(section, calendar);
    Carrier { delivers, pickup, ..carrier }
}

/// When a carrier delivers, and when it picks packages up. By default, a carrier that works all week also works on
/// holidays; others do not. `closed_on_holidays` overrides this.
fn hours(section: &Section<'_>, calendar: &Calendar) -> (Timetable, Timetable) {
    let always = || times::all_week(1);
    let own = own_calendar(section, calendar);
    let names_one = section.has("calendar");
    let (calendar, opens_it) = (&own, names_one && !own.hours.is_empty());
    let delivers = section.read("delivers", |node| times::shifts(node, 1));
    let delivers = match opens_it {
        true => delivers.or_shown(own.hours.clone(), "the hours of its calendar"),
        false => delivers.or_shown(always(), "\"always\""),
    };
    let pickup = section.read("pickup", q::list(pickup)).or_shown(always(), "\"always\"");
    let are_whole = week::is_whole(&delivers) && week::is_whole(&pickup);
    let closed = section.read("closed_on_holidays", q::flag);
    let is_given = names_one || section.has("closed_on_holidays");
    let closed = closed.or(!are_whole || names_one);
    let timetable = |key: &str, shifts: Vec<Shift>| {
        let timetable = match week::is_whole(&shifts) {
            true if !(is_given && closed) => return Timetable::constant(1),
            _ if closed => calendar.weekly(shifts, 0, vec![]),
            _ => calendar.every_week(shifts, 0, vec![]),
        };
        if !opens(&timetable) {
            section.mistake(key, format!("{}: it never opens", section.path_of(key)));
        }
        timetable
    };
    (timetable("delivers", delivers), timetable("pickup", pickup))
}

/// The calendar that the carrier names, or the site's calendar, with the carrier's own zone and holidays if it has any.
fn own_calendar(section: &Section<'_>, site: &Calendar) -> Calendar {
    let calendar = site.of(section);
    let zone = section.read("zone", times::zone).or_none("that of its calendar");
    let holidays = section.read("holidays", q::list(times::date)).or_none("those of its calendar");
    let mut own = Calendar { named: vec![], ..calendar.clone() };
    own.epoch.zone = zone.unwrap_or(own.epoch.zone);
    own.holidays = holidays.map_or(own.holidays, |dates| dates.into_iter().collect());
    own
}

/// Reads "Mon-Fri 17:00": days and one time; the pickup lasts one minute.
fn pickup(node: &Node) -> Read<Shift> {
    let text = q::text(node)?;
    let refusal =
        || Refusal::new(format!("\"{text}\" is not a time of pickup"), "write it like \"Mon-Fri 17:00\"");
    if text.trim() == "always" {
        return Shift::parse("always", 1).map_err(Refusal::from);
    }
    let (days, time) = text.trim().rsplit_once(' ').ok_or_else(refusal)?;
    let shift = Shift::parse(&format!("{days} {time}-24:00"), 1).map_err(|_| refusal())?;
    Ok(Shift { to: shift.from + 1, ..shift })
}
