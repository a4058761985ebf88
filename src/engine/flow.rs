//! Shared bandwidth: copies limited by their own rate, by one group's limit and by a total limit.
//!
//! Rates are max-min fair (Bertsekas and Gallager, *Data Networks*, ch. 6.5.2): nobody can get more but at the
//! expense of one who gets no more. A limit is shared out to the last byte a second, in whole bytes a second.
//! Progress is exact: what is left counts in bytes times microseconds a second.
//!
//! The calling pattern: after any of [`Flow::join`], [`Flow::leave`], [`Flow::pause`] and [`Flow::resume`],
//! `if let Some(finish) = flow.schedule(now)` put an event for `finish` on the agenda. When it comes,
//! `if flow.is_due(id, generation)`, that copy is complete: [`Flow::leave`]. With no limit at all nobody's rate depends
//! on anybody, each copy is scheduled once, and everything takes constant time. Else only the next copy to finish is
//! scheduled, again whenever that changes.
//!
//! A change looks at the copies of its group only, as long as the total limit does not bind: all that the groups may use
//! together is kept as a sum, and the finishes in a heap. While the total limit binds, a change looks at all copies.

use super::time::{Instant, Span};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A byte a second for a microsecond, in bytes.
const TICKS: u128 = 1_000_000;
/// No event goes with this generation.
const NONE: u32 = 0;

/// The end of a copy, as things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish {
    /// When the copy ends: the first tick at which all its bytes are copied.
    pub at: Instant,
    /// Whose copy ends.
    pub id: u32,
    /// For [`Flow::is_due`].
    pub generation: u32,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    present: bool,
    paused: bool,
    /// 0 where groups have no limit.
    group: u64,
    own: u64,
    /// Counts the joins: ties are broken by it.
    number: u64,
    bytes: u64,
    /// Left at `since`, in bytes times microseconds a second.
    left: u128,
    since: Instant,
    rate: u64,
    /// Where `rate` leads to.
    finish: Instant,
    /// Of the member's own event, where there is no limit.
    generation: u32,
}

/// When a copy ends, the number of its join, and its id: in this order copies finish.
type Finishing = (Instant, u64, u32);

/// The copies that share a bandwidth. Members have ids given by the caller: small dense numbers, such as those of
/// the bays, since a table is indexed by them.
#[derive(Clone, Debug)]
pub struct Flow {
    total: Option<u64>,
    per_group: Option<u64>,
    members: Vec<Member>,
    /// Ids of those copying, by (group, own rate, number); kept where there is a limit.
    order: Vec<u32>,
    /// What all copies would use together in bytes a second if there were no total limit; kept where there is a limit.
    wanted: u128,
    /// Whether the total limit stopped somebody when rates were shared out last.
    binds: bool,
    /// With limits, while the total limit does not bind: where the rates lead to, the soonest first. An entry whose copy
    /// has another finish by now does not count.
    finishes: BinaryHeap<Reverse<Finishing>>,
    joined: u64,
    generation: u32,
    /// With limits: what was scheduled last. Without: unused.
    next: Option<Finish>,
    stale: bool,
    /// Without limits: the copy begun last, to be scheduled.
    fresh: Option<Finish>,
    caps: Vec<(u64, u32)>,
}

impl Flow {
    /// Nobody copies. `total` limits all together, `per_group` each group, in bytes a second.
    pub fn new(total: Option<u64>, per_group: Option<u64>) -> Flow {
        Flow {
            total,
            per_group,
            members: vec![],
            order: vec![],
            wanted: 0,
            binds: false,
            finishes: BinaryHeap::new(),
            joined: 0,
            generation: NONE,
            next: None,
            stale: false,
            fresh: None,
            caps: vec![],
        }
    }

    /// Begins the copy of `bytes`, by itself `own` bytes a second fast, within `group`. Alone it takes
    /// `bytes * 10^6 / own` microseconds, rounded up. A rate of 0 never ends.
    ///
    /// # Panics
    /// When `id` is copying already.
    #[inline(always)]
    pub fn join(&mut self, now: Instant, id: u32, group: u64, bytes: u64, own: u64) {
        let number = self.joined;
        self.joined += 1;
        let left = u128::from(bytes) * TICKS;
        let member = Member {
            present: true,
            paused: true,
            group: if self.per_group.is_some() { group } else { 0 },
            own,
            number,
            bytes,
            left,
            since: now,
            rate: 0,
            finish: Instant::NEVER,
            generation: NONE,
        };
        if self.members.len() <= id as usize {
            let absent = Member { present: false, ..member };
            self.members.resize(id as usize + 1, absent);
        }
        assert!(!self.members[id as usize].present, "flow: member {id} joins only once");
        self.members[id as usize] = member;
        if self.is_limited() {
            self.resume(now, id);
        } else {
            self.run_alone(now, id);
        }
    }

    /// Ends the copy, complete or not, and tells how many bytes are left: begun bytes count as left.
    ///
    /// # Panics
    /// When `id` is not a member.
    #[inline]
    pub fn leave(&mut self, now: Instant, id: u32) -> u64 {
        if self.is_limited() || self.member(id).finish > now {
            self.pause(now, id);
        } else {
            self.members[id as usize].left = 0;
        }
        let member = &mut self.members[id as usize];
        member.present = false;
        // Mostly nothing is left, and a division of such long numbers is slow.
        if member.left == 0 { 0 } else { member.left.div_ceil(TICKS) as u64 }
    }

    /// Stops the copy where it is. Nothing happens when it stands still already.
    ///
    /// # Panics
    /// When `id` is not a member.
    pub fn pause(&mut self, now: Instant, id: u32) {
        if self.member(id).paused {
            return;
        }
        if self.is_limited() {
            let place = self.place(id).expect("flow: who copies stands in the order");
            self.order.remove(place);
            self.next = self.next.filter(|next| next.id != id);
        }
        let member = &mut self.members[id as usize];
        member.settle(now);
        member.set_rate(now, 0);
        member.paused = true;
        member.generation = NONE;
        if self.is_limited() {
            self.change(now, id);
        }
    }

    /// Goes on with a copy that was stopped. Nothing happens when it is going on already.
    ///
    /// # Panics
    /// When `id` is not a member.
    pub fn resume(&mut self, now: Instant, id: u32) {
        if !self.member(id).paused {
            return;
        }
        self.members[id as usize].since = now;
        if self.is_limited() {
            self.members[id as usize].paused = false;
            let place = self.place(id).expect_err("flow: who stands still is not in the order");
            self.order.insert(place, id);
            self.change(now, id);
        } else {
            self.run_alone(now, id);
        }
    }

    /// What is to be scheduled after a change, if anything.
    #[inline]
    pub fn schedule(&mut self, now: Instant) -> Option<Finish> {
        if self.stale { self.next_to_finish(now) } else { self.fresh.take() }
    }

    fn next_to_finish(&mut self, now: Instant) -> Option<Finish> {
        self.stale = false;
        let binds = self.total.is_some_and(|limit| self.wanted > u128::from(limit));
        if binds || self.binds {
            self.binds = binds;
            self.share(now);
        }
        let (at, _, id) = self.soonest()?;
        let known = self.next;
        if let Some(same) = known.filter(|next| next.at == at && next.id == id) {
            debug_assert!(self.is_due(same.id, same.generation));
            return None;
        }
        self.generation += 1;
        self.next = Some(Finish { at, id, generation: self.generation });
        self.next.filter(|finish| finish.at < Instant::NEVER)
    }

    /// Whether the [`Finish`] of this member and generation, whose instant has come, still counts.
    #[inline]
    pub fn is_due(&self, id: u32, generation: u32) -> bool {
        let Some(member) = self.members.get(id as usize) else { return false };
        let current =
            if self.is_limited() { self.next.map(|next| next.generation) } else { Some(member.generation) };
        member.present && !member.paused && current == Some(generation)
    }

    /// Whole bytes copied up to `now`.
    ///
    /// # Panics
    /// When `id` is not a member.
    pub fn copied(&self, now: Instant, id: u32) -> u64 {
        let mut member = *self.member(id);
        member.settle(now);
        member.bytes - member.left.div_ceil(TICKS) as u64
    }

    /// Bytes a second at which `id` copies, after the last [`Flow::schedule`]; 0 while it stands still.
    ///
    /// # Panics
    /// When `id` is not a member.
    pub fn rate(&self, id: u32) -> u64 {
        self.member(id).rate
    }

    /// How many copies are going on.
    pub fn active(&self) -> usize {
        self.members.iter().filter(|member| member.present && !member.paused).count()
    }

    fn is_limited(&self) -> bool {
        self.total.is_some() || self.per_group.is_some()
    }

    fn member(&self, id: u32) -> &Member {
        let member = self.members.get(id as usize).filter(|member| member.present);
        member.unwrap_or_else(|| panic!("flow: {id} is not a member"))
    }

    fn place(&self, id: u32) -> Result<usize, usize> {
        let key = |id: u32| {
            let member = &self.members[id as usize];
            (member.group, member.own, member.number)
        };
        let wanted = key(id);
        self.order.binary_search_by_key(&wanted, |&other| key(other))
    }

    /// Lets a member that is settled up to `now` copy at its own rate, and lays its event ready.
    #[inline]
    fn run_alone(&mut self, now: Instant, id: u32) {
        self.generation += 1;
        let member = &mut self.members[id as usize];
        member.paused = false;
        member.set_rate(now, member.own);
        member.generation = self.generation;
        let finish = Finish { at: member.finish, id, generation: member.generation };
        debug_assert!(self.fresh.is_none(), "flow: each copy is scheduled when it begins");
        self.fresh = Some(finish).filter(|finish| finish.at < Instant::NEVER);
    }

    /// The copy `id` has begun or stopped. Keeps the sum of what is wanted; where the total limit did not bind, the rates
    /// of its group too.
    fn change(&mut self, now: Instant, id: u32) {
        self.stale = true;
        let Member { group, own, paused, .. } = self.members[id as usize];
        self.caps.clear();
        let limit = self.per_group.unwrap_or(u64::MAX);
        let (before, after) = match (self.per_group, paused) {
            (None, true) => (u128::from(own), 0),
            (None, false) => {
                self.caps.push((own, id));
                (0, u128::from(own))
            }
            (Some(_), _) => {
                let from = self.order.partition_point(|&other| self.members[other as usize].group < group);
                let run = self.order[from..].iter().map(|&id| (&self.members[id as usize], id));
                let run = run.take_while(|(member, _)| member.group == group);
                self.caps.extend(run.map(|(member, id)| (member.own, id)));
                let sum = self.caps.iter().map(|cap| u128::from(cap.0)).sum::<u128>();
                (if paused { sum + u128::from(own) } else { sum - u128::from(own) }, sum)
            }
        };
        self.wanted -= before.min(u128::from(limit));
        self.wanted += after.min(u128::from(limit));
        if !self.binds {
            fill(limit, &mut self.caps);
            self.grant(now);
        }
    }

    /// Shares the limits out among all: first each group's among its members, then the total among all. With equal limits
    /// for the groups this is the max-min fair allocation.
    fn share(&mut self, now: Instant) {
        self.caps.clear();
        let group = |id: u32| self.members[id as usize].group;
        for run in self.order.chunk_by(|&a, &b| group(a) == group(b)) {
            let from = self.caps.len();
            self.caps.extend(run.iter().map(|&id| (self.members[id as usize].own, id)));
            if let Some(limit) = self.per_group {
                fill(limit, &mut self.caps[from..]);
            }
        }
        if let Some(limit) = self.total.filter(|_| self.binds) {
            // Without groups, the order is that of the own rates already.
            if self.per_group.is_some() {
                self.caps.sort_unstable_by_key(|&(cap, id)| (cap, self.members[id as usize].number));
            }
            fill(limit, &mut self.caps);
        }
        self.grant(now);
        self.finishes.clear();
        if !self.binds {
            let members = &self.members;
            self.finishes.extend(self.order.iter().map(|&id| Reverse(members[id as usize].finishing(id))));
        }
    }

    /// Lets the copies of the list `caps` go on at these rates.
    fn grant(&mut self, now: Instant) {
        for &(rate, id) in &self.caps {
            let member = &mut self.members[id as usize];
            if member.rate != rate || member.finish == Instant::NEVER {
                member.settle(now);
                member.set_rate(now, rate);
                if !self.binds {
                    self.finishes.push(Reverse(member.finishing(id)));
                }
            }
        }
    }

    /// Which copy finishes next, and when; of several at once, the one that joined first.
    fn soonest(&mut self) -> Option<Finishing> {
        let members = &self.members;
        if self.binds {
            return self.order.iter().map(|&id| members[id as usize].finishing(id)).min();
        }
        let counts = |entry: &Finishing| {
            let member = &members[entry.2 as usize];
            member.present && !member.paused && member.finishing(entry.2) == *entry
        };
        if self.finishes.len() > 2 * self.order.len() + 64 {
            self.finishes.retain(|Reverse(entry)| counts(entry));
        }
        while let Some(Reverse(entry)) = self.finishes.peek() {
            if counts(entry) {
                return Some(*entry);
            }
            self.finishes.pop();
        }
        None
    }
}

impl Member {
    /// Where its rate leads to.
    fn finishing(&self, id: u32) -> Finishing {
        (self.finish, self.number, id)
    }

    /// Brings what is left up to `now`.
    fn settle(&mut self, now: Instant) {
        let passed = (now - self.since).micros();
        assert!(passed >= 0, "flow: time never goes back");
        self.left = self.left.saturating_sub(u128::from(self.rate) * passed as u128);
        self.since = now;
    }

    /// Sets the rate from `now`, up to which the member is settled, and where it leads.
    fn set_rate(&mut self, now: Instant, rate: u64) {
        self.rate = rate;
        self.finish = match (self.left, rate) {
            (0, _) => now,
            (_, 0) => Instant::NEVER,
            _ => {
                let ticks = self.left.div_ceil(u128::from(rate));
                now + Span::from_micros(i64::try_from(ticks).unwrap_or(i64::MAX))
            }
        };
    }
}

/// Water-filling: turns the caps, in rising order, into rates whose sum is at most `limit`, the smaller cap served
/// in full first. What does not divide goes to the later ones, a byte a second each.
fn fill(limit: u64, caps: &mut [(u64, u32)]) {
    let mut left = limit;
    let count = caps.len() as u64;
    for (served, (cap, _)) in caps.iter_mut().enumerate() {
        *cap = (*cap).min(left / (count - served as u64));
        left -= *cap;
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
