//! Shared bandwidth: copies limited by their own rate, by the limit of a group, and by a total limit.
//!
//! Rates are max-min fair (Bertsekas and Gallager, *Data Networks*, ch. 6.5.2): a copy can only get more if another
//! copy with the same or a lower rate gets less. Limits are shared out in whole bytes per second, to the last one.
//! Progress is exact: remaining work is counted in bytes times microseconds per second.
//!
//! How to call it: after each [`Flow::join`], [`Flow::leave`], [`Flow::pause`] and [`Flow::resume`], `if let
//! Some(finish) = flow.schedule(now)`, schedule an event for `finish`. When that event occurs, `if flow.is_due(id,
//! generation)`, the copy is complete: call [`Flow::leave`]. Only the next copy to finish is scheduled, again whenever it
//! changes.
//!
//! While the total limit does not bind, a change looks only at the copies of its group: the sum of wanted rates is
//! maintained, and finishing times are in a heap. While the total limit binds, a change looks at all copies. Where there
//! is no limit at all, [`Alone`] is simpler.

use super::time::{Instant, Span};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One byte per second for one microsecond is 1/`TICKS` byte.
const TICKS: u128 = 1_000_000;

/// The planned end of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish {
    /// The end of the copy: the first tick at which all its bytes are copied.
    pub at: Instant,
    /// Id of the copy.
    pub id: u32,
    /// Generation, for [`Flow::is_due`].
    pub generation: u32,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    present: bool,
    paused: bool,
    /// The group; 0 if groups have no limit.
    group: u64,
    own: u64,
    /// Number of the join; it breaks ties.
    number: u64,
    bytes: u64,
    /// Remaining work at `since`, in bytes times microseconds per second.
    left: u128,
    since: Instant,
    rate: u64,
    /// The end at the current `rate`.
    finish: Instant,
}

/// (end, number of the join, id): copies finish in this order.
type Finishing = (Instant, u64, u32);

/// The copies that share a bandwidth. The caller gives each member an id: a small dense number, such as that of a bay,
/// because it indexes a table.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    total: Option<u64>,
    per_group: Option<u64>,
    members: Vec<Member>,
    /// Ids of the running copies, by (group, own rate, number).
    order: Vec<u32>,
    /// Sum of the rates of all copies without the total limit, in bytes per second.
    wanted: u128,
    /// Whether the total limit was binding at the last sharing.
    binds: bool,
    /// While the total limit does not bind: the planned ends, the earliest first. An entry is void if its
    /// copy has another end by now.
    finishes: BinaryHeap<Reverse<Finishing>>,
    joined: u64,
    generation: u32,
    /// The finish that was scheduled last.
    next: Option<Finish>,
    stale: bool,
    caps: Vec<(u64, u32)>,
}

impl Flow {
    /// Creates it without copies. `total` limits the sum of all rates, `per_group` the sum in each group, in bytes per
    /// second.
    pub fn new(total: Option<u64>, per_group: Option<u64>) -> Flow {
        Flow { total, per_group, ..Flow::default() }
    }

    /// Begins the copy of `bytes` in `group`; its own rate is `own` bytes per second. Alone it takes `bytes * 10^6 /
    /// own` microseconds, rounded up. With a rate of 0 it never ends.
    ///
    /// # Panics
    /// If `id` is copying already.
    #[inline(always)]
    pub fn join(&mut self, now: Instant, id: u32, group: u64, bytes: u64, own: u64) {
        let number = self.joined;
        self.joined += 1;
        let member = Member {
            present: true,
            paused: true,
            group: if self.per_group.is_some() { group } else { 0 },
            own,
            number,
            bytes,
            left: u128::from(bytes) * TICKS,
            since: now,
            rate: 0,
            finish: Instant::NEVER,
        };
        if self.members.len() <= id as usize {
            self.members.resize(id as usize + 1, Member { present: false, ..member });
        }
        assert!(!self.members[id as usize].present, "flow: member {id} joins only once");
        self.members[id as usize] = member;
        self.resume(now, id);
    }

    /// Ends the copy, complete or not. Returns the remaining bytes; a partly copied byte counts as remaining.
    ///
    /// # Panics
    /// If `id` is not a member.
    #[inline]
    pub fn leave(&mut self, now: Instant, id: u32) -> u64 {
        self.pause(now, id);
        let member = &mut self.members[id as usize];
        member.present = false;
        // Usually nothing remains, and dividing 128-bit numbers is slow.
        if member.left == 0 { 0 } else { member.left.div_ceil(TICKS) as u64 }
    }

    /// Pauses the copy. No effect if it is paused already.
    ///
    /// # Panics
    /// If `id` is not a member.
    pub fn pause(&mut self, now: Instant, id: u32) {
        if self.member(id).paused {
            return;
        }
        let place = self.place(id).expect("flow: who copies stands in the order");
        self.order.remove(place);
        self.next = self.next.filter(|next| next.id != id);
        let member = &mut self.members[id as usize];
        member.settle(now);
        member.set_rate(now, 0);
        member.paused = true;
        self.change(now, id);
    }

    /// Resumes a paused copy. No effect if it is running.
    ///
    /// # Panics
    /// If `id` is not a member.
    pub fn resume(&mut self, now: Instant, id: u32) {
        if !self.member(id).paused {
            return;
        }
        self.members[id as usize].since = now;
        self.members[id as usize].paused = false;
        let place = self.place(id).expect_err("flow: who stands still is not in the order");
        self.order.insert(place, id);
        self.change(now, id);
    }

    /// The finish to schedule after a change, if there is one.
    #[inline]
    pub fn schedule(&mut self, now: Instant) -> Option<Finish> {
        if !std::mem::take(&mut self.stale) {
            return None;
        }
        let binds = self.total.is_some_and(|limit| self.wanted > u128::from(limit));
        if binds || self.binds {
            self.binds = binds;
            self.share(now);
        }
        let (at, _, id) = self.soonest()?;
        if self.next.is_some_and(|next| next.at == at && next.id == id) {
            debug_assert!(self.is_due(id, self.generation), "flow: a finish that is scheduled is valid");
            return None;
        }
        self.generation += 1;
        self.next = Some(Finish { at, id, generation: self.generation });
        self.next.filter(|finish| finish.at < Instant::NEVER)
    }

    /// Whether the [`Finish`] of this member and generation, which occurs now, is still valid.
    #[inline]
    pub fn is_due(&self, id: u32, generation: u32) -> bool {
        let Some(member) = self.members.get(id as usize) else { return false };
        let current = self.next.map(|next| next.generation);
        member.present && !member.paused && current == Some(generation)
    }

    /// Whole bytes copied up to `now`.
    ///
    /// # Panics
    /// If `id` is not a member.
    pub fn copied(&self, now: Instant, id: u32) -> u64 {
        let mut member = *self.member(id);
        member.settle(now);
        member.bytes - member.left.div_ceil(TICKS) as u64
    }

    /// Rate of `id` in bytes per second, after the last [`Flow::schedule`]; 0 while it is paused.
    ///
    /// # Panics
    /// If `id` is not a member.
    pub fn rate(&self, id: u32) -> u64 {
        self.member(id).rate
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

    /// Updates the wanted sum after the copy `id` has started or stopped; also the rates of its group, if the total
    /// limit did not bind.
    fn change(&mut self, now: Instant, id: u32) {
        self.stale = true;
        let Member { group, own, paused, .. } = self.members[id as usize];
        self.caps.clear();
        let limit = self.per_group.unwrap_or(u64::MAX);
        if self.per_group.is_some() {
            let from = self.order.partition_point(|&other| self.members[other as usize].group < group);
            let run = self.order[from..].iter().map(|&id| (&self.members[id as usize], id));
            let run = run.take_while(|(member, _)| member.group == group);
            self.caps.extend(run.map(|(member, id)| (member.own, id)));
        } else if !paused {
            self.caps.push((own, id));
        }
        let after: u128 = self.caps.iter().map(|cap| u128::from(cap.0)).sum();
        let before = if paused { after + u128::from(own) } else { after - u128::from(own) };
        self.wanted -= before.min(u128::from(limit));
        self.wanted += after.min(u128::from(limit));
        if !self.binds {
            fill(limit, &mut self.caps);
            self.grant(now);
        }
    }

    /// Shares the limits among all copies: first each group's limit among its members, then the total limit among all.
    /// With equal limits for all groups, this is the max-min fair allocation.
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
            // Without groups, the copies are in the order of their own rates already.
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

    /// Sets the rates of the copies in the list `caps`.
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

    /// The next copy to finish, and when; of several at one instant, the one that joined first.
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
    /// The planned end at its rate.
    fn finishing(&self, id: u32) -> Finishing {
        (self.finish, self.number, id)
    }

    /// Updates the remaining work to `now`.
    fn settle(&mut self, now: Instant) {
        let passed = (now - self.since).micros();
        assert!(passed >= 0, "flow: time never goes back");
        self.left = self.left.saturating_sub(u128::from(self.rate) * passed as u128);
        self.since = now;
    }

    /// Sets the rate from `now`, up to which the member is settled, and its planned end.
    fn set_rate(&mut self, now: Instant, rate: u64) {
        self.rate = rate;
        self.finish = match (self.left, rate) {
            (0, _) => now,
            (_, 0) => Instant::NEVER,
            _ => now + time_for(self.left, rate),
        };
    }
}

/// Time for this work (bytes times microseconds per second) at this rate above 0, rounded up.
#[inline]
fn time_for(work: u128, rate: u64) -> Span {
    Span::from_micros(i64::try_from(work.div_ceil(u128::from(rate))).unwrap_or(i64::MAX))
}

/// Copies at one rate, each for itself: without limits nothing is shared, and a copy is a service of known length. The
/// times equal those of a [`Flow`] without limits, except that no copy takes longer than [`Alone::LONGEST`].
#[derive(Clone, Copy, Debug)]
pub struct Alone(u64);

impl Alone {
    /// A quarter of what the clock can show: 73,000 years.
    pub const LONGEST: Span = Span::from_micros(i64::MAX / 4);

    /// Copies at `rate` bytes per second.
    ///
    /// # Panics
    /// If the rate is 0.
    pub fn at(rate: u64) -> Alone {
        assert!(rate > 0, "flow: a copy that is alone has a rate");
        Alone(rate)
    }

    /// Time of the copy of `bytes`, rounded up to a tick.
    #[inline]
    pub fn time(self, bytes: u64) -> Span {
        time_for(u128::from(bytes) * TICKS, self.0).min(Alone::LONGEST)
    }

    /// Whole bytes copied when so much of [`Alone::time`] is left.
    pub fn copied(self, bytes: u64, left: Span) -> u64 {
        let passed = (self.time(bytes) - left).micros() as u128;
        let work = (u128::from(bytes) * TICKS).saturating_sub(u128::from(self.0) * passed);
        bytes - work.div_ceil(TICKS) as u64
    }
}

/// Water-filling: turns the caps, in rising order, into rates whose sum is at most `limit`; smaller caps are served in
/// full first. The remainder of the division goes to the last ones, one byte per second each.
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
