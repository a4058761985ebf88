//! Chance, addressed and not sequenced: each decision has its own uniform, found by what it is for.
//!
//! A key (seed, replication), a stream (source, generation, ordinal) and a place in it name one number. Drawing
//! more or less elsewhere, or in another order, never changes it: that is what makes two what-ifs meet the same
//! fates (Law, ch. 11.2, common random numbers).

pub use super::distribution::Distribution;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Numbers made in one go: what the generator computes at once, so that neighbouring places share the work.
const PAGE: usize = 32;
/// Words of 32 bits in a page: the generator counts its positions in them.
const PAGE_WORDS: u128 = PAGE as u128 * 2;

/// Whose chance it is. Different addresses have different streams, which share nothing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Address {
    /// The source of demand (or another origin of chance), numbered by the scenario.
    pub source: u16,
    /// 0; what follows from another takes the other's ordinal and the next generation.
    pub generation: u16,
    /// The how-manieth arrival of that source.
    pub ordinal: u32,
}

impl Address {
    /// The stream's number: the fields side by side.
    #[inline]
    pub fn stream(self) -> u64 {
        u64::from(self.source) << 48 | u64::from(self.generation) << 32 | u64::from(self.ordinal)
    }
}

/// The uniforms of one replication, a page at a time.
#[derive(Debug)]
pub struct Sheet {
    generator: ChaCha8Rng,
    antithetic: bool,
    stream: u64,
    /// Which page is held; `None` before the first draw of a stream.
    held: Option<u32>,
    page: [[u8; 8]; PAGE],
}

impl Sheet {
    /// The sheet of a replication, opened at the default address.
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

    /// The antithetic sheet: 1 - u wherever the other has u (Law, ch. 11.3).
    pub fn antithetic(mut self) -> Sheet {
        self.antithetic = !self.antithetic;
        self
    }

    /// Turns to the stream of `address`.
    pub fn open(&mut self, address: Address) {
        let stream = address.stream();
        if stream != self.stream {
            self.stream = stream;
            self.held = None;
        }
    }

    /// The uniform at `place` of the open stream: (the upper 53 bits + 0.5) * 2^-53, so never 0 and never 1.
    #[inline]
    pub fn uniform(&mut self, place: u32) -> f64 {
        let steps = self.bits(place) >> 11;
        let steps = if self.antithetic { (1 << 53) - 1 - steps } else { steps };
        let unit = (steps as i64 as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64);
        // A float holds the half exactly only below 2^52 steps; above, rounding could give 1.
        unit.min(1.0 - f64::EPSILON / 2.0)
    }

    /// Whether what has this chance happens, by the uniform at `place`.
    #[inline]
    pub fn happens(&mut self, place: u32, chance: f64) -> bool {
        chance > 0.0 && self.uniform(place) < chance
    }

    /// The uniform at `place`, times 2^32 and rounded down: its first 32 bits.
    #[inline]
    pub fn steps(&mut self, place: u32) -> u32 {
        let steps = (self.bits(place) >> 32) as u32;
        if self.antithetic { !steps } else { steps }
    }

    /// The same at each of `N` places from `first` on, all of them on one page.
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
        // The stream first: setting it keeps the position, and drops what was computed.
        self.generator.set_stream(self.stream);
        self.generator.set_word_pos(u128::from(page) * PAGE_WORDS);
        self.generator.fill_bytes(self.page.as_flattened_mut());
        self.held = Some(page);
    }

    /// A draw of `distribution` by the uniform at `place`.
    #[inline]
    pub fn draw(&mut self, place: u32, distribution: &Distribution) -> f64 {
        distribution.quantile(self.uniform(place))
    }
}

#[cfg(test)]
#[path = "chance_tests.rs"]
mod tests;
