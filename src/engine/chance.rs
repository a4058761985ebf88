//! Addressed random numbers: each random decision has its own uniform number, found by its purpose, not by its turn.
//!
//! A key (seed, replication), a stream (source, generation, ordinal) and a place in the stream identify one number.
//! More, fewer or reordered draws elsewhere never change it. So two scenario variants use common random numbers (Law,
//! ch. 11.2).

pub use super::distribution::Distribution;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Numbers generated at once, so that neighbouring places share the work.
const PAGE: usize = 32;
/// Words of 32 bits in a page, the unit of the generator's position.
const PAGE_WORDS: u128 = PAGE as u128 * 2;

/// Identifies a stream of random numbers. Different addresses have independent streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Number of the source of demand (or another origin), given by the scenario.
    pub source: u16,
    /// 0 for an original; a follow-up keeps the ordinal and takes a later generation.
    pub generation: u16,
    /// Number of the arrival in its source, from 0.
    pub ordinal: u32,
}

impl Address {
    /// Number of the stream: the fields side by side.
    #[inline]
    pub fn stream(self) -> u64 {
        u64::from(self.source) << 48 | u64::from(self.generation) << 32 | u64::from(self.ordinal)
    }
}

/// The uniform numbers of one replication, generated page by page.
#[derive(Debug)]
pub struct Sheet {
    generator: ChaCha8Rng,
    antithetic: bool,
    stream: u64,
    /// The page in memory; `None` before the first draw of a stream.
    held: Option<u32>,
    page: [[u8; 8]; PAGE],
}

impl Sheet {
    /// The numbers of a replication, opened at the default address.
    pub fn new(seed: u64, replication: u64) -> Sheet {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&replication.to_le_bytes());
        Sheet {
            generator: ChaCha8Rng::from_seed(key),
            antithetic: false,
            stream: Address::default().stream(),
            held: None,
            page: [[0; 8]; PAGE],
        }
    }

    /// The antithetic numbers: 1 - u in place of u (Law, ch. 11.3).
    pub fn antithetic(mut self) -> Sheet {
        self.antithetic = !self.antithetic;
        self
    }

    /// Selects the stream of `address`.
    pub fn open(&mut self, address: Address) {
        let stream = address.stream();
        if stream != self.stream {
            self.stream = stream;
            self.held = None;
        }
    }

    /// The uniform number at `place` of the open stream: (the upper 53 bits + 0.5) * 2^-53, so never 0 and never 1.
    #[inline]
    pub fn uniform(&mut self, place: u32) -> f64 {
        let steps = self.bits(place) >> 11;
        let steps = if self.antithetic { (1 << 53) - 1 - steps } else { steps };
        let unit = (steps as i64 as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64);
        // A float represents the half exactly only below 2^52 steps; above, rounding could give 1.
        unit.min(1.0 - f64::EPSILON / 2.0)
    }

    /// Whether an event of probability `chance` happens, by the uniform number at `place`.
    #[inline]
    pub fn happens(&mut self, place: u32, chance: f64) -> bool {
        chance > 0.0 && self.uniform(place) < chance
    }

    /// The uniform number at `place` times 2^32, rounded down: its first 32 bits.
    #[inline]
    pub fn steps(&mut self, place: u32) -> u32 {
        let steps = (self.bits(place) >> 32) as u32;
        if self.antithetic { !steps } else { steps }
    }

    /// [`Sheet::steps`] at `N` places from `first` on, all on one page.
    #[inline]
    pub fn steps_from<const N: usize>(&mut self, first: u32) -> [u32; N] {
        self.bits(first);
        let page = &self.page[first as usize % PAGE..][..N];
        let antithetic = if self.antithetic { u32::MAX } else { 0 };
        std::array::from_fn(|place| (u64::from_le_bytes(page[place]) >> 32) as u32 ^ antithetic)
    }

    /// The 64 bits at `place` of the open stream.
    #[inline]
    pub fn bits(&mut self, place: u32) -> u64 {
        let wanted = place / PAGE as u32;
        if self.held != Some(wanted) {
            self.turn_to(wanted);
        }
        u64::from_le_bytes(self.page[place as usize % PAGE])
    }

    #[inline(never)]
    fn turn_to(&mut self, page: u32) {
        // After a page the generator stands at the next.
        if self.held.is_none_or(|held| page != held + 1) {
            // Set the stream first: this keeps the position and drops the numbers already generated.
            self.generator.set_stream(self.stream);
            self.generator.set_word_pos(u128::from(page) * PAGE_WORDS);
        }
        self.generator.fill_bytes(self.page.as_flattened_mut());
        self.held = Some(page);
    }

    /// A sample of `distribution`, by inversion of the uniform number at `place`.
    #[inline]
    pub fn draw(&mut self, place: u32, distribution: &Distribution) -> f64 {
        distribution.quantile(self.uniform(place))
    }
}

#[cfg(test)]
#[path = "chance_tests.rs"]
mod tests;
