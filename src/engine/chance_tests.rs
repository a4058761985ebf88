use super::*;

const A: Address = Address { source: 1, generation: 0, ordinal: 7 };
const B: Address = Address { source: 1, generation: 1, ordinal: 7 };

#[test]
fn a_place_has_its_value_whatever_was_read_before() {
    let mut forward = Sheet::new(42, 3);
    forward.open(A);
    let values: Vec<f64> = (0..200).map(|place| forward.uniform(place)).collect();
    let mut jumping = Sheet::new(42, 3);
    for place in (0..200).rev().step_by(7).chain([0, 199, 31, 32, 33, 64, 5]) {
        jumping.open(B);
        jumping.uniform(place / 2);
        jumping.open(A);
        assert_eq!(jumping.uniform(place).to_bits(), values[place as usize].to_bits(), "place {place}");
    }
    // Within a stream: the next page, a later one, an earlier one, the same.
    let mut staying = Sheet::new(42, 3);
    staying.open(A);
    for place in [0, 40, 70, 33, 64, 199, 0, 130, 160, 161] {
        assert_eq!(staying.uniform(place).to_bits(), values[place as usize].to_bits(), "place {place}");
    }
}

#[test]
fn a_stream_is_that_of_the_generator() {
    let mut key = [0; 32];
    key[0] = 42;
    key[8] = 3;
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(1 << 48 | 7);
    generator.set_word_pos(0);
    let mut sheet = Sheet::new(42, 3);
    sheet.open(A);
    for place in 0..100 {
        let bits = generator.next_u64();
        assert_eq!(sheet.bits(place), bits);
        assert_eq!(sheet.uniform(place), ((bits >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0);
    }
}

/// The first block of key zero: vector TC1, 256 bits, 8 rounds, of draft-strombergson-chacha-test-vectors.
#[test]
fn the_generator_is_chacha8() {
    let mut sheet = Sheet::new(0, 0);
    let words: Vec<u64> = (0..8).map(|place| sheet.bits(place).swap_bytes()).collect();
    assert_eq!(words, CHACHA8);
}

const CHACHA8: [u64; 8] = [
    0x3e00_ef2f_895f_40d6,
    0x7f5b_b8e8_1f09_a5a1,
    0x2c84_0ec3_ce9a_7f3b,
    0x181b_e188_ef71_1a1e,
    0x984c_e172_b921_6f41,
    0x9f44_5367_456d_5619,
    0x314a_42a3_da86_b001,
    0x387b_fdb8_0e0c_fe42,
];

/// Numbers at these places of these streams never change: results must come again in years.
#[test]
fn known_places_have_their_known_numbers() {
    let mut sheets = [Sheet::new(1, 0), Sheet::new(u64::MAX, 1 << 40)];
    for (sheet, address, place, known) in KNOWN {
        sheets[sheet].open(address);
        assert_eq!(sheets[sheet].bits(place), known, "sheet {sheet}, {address:?}, place {place}");
    }
}

const FAR: Address = Address { source: u16::MAX, generation: 3, ordinal: u32::MAX };
const KNOWN: [(usize, Address, u32, u64); 12] = [
    (0, Address { source: 0, generation: 0, ordinal: 0 }, 0, 7_037_237_572_835_827_407),
    (0, Address { source: 0, generation: 0, ordinal: 0 }, 1, 5_440_448_899_038_119_230),
    (0, Address { source: 0, generation: 0, ordinal: 0 }, 31, 13_567_054_519_166_506_909),
    (0, A, 0, 15_630_448_398_482_758_914),
    (0, A, 32, 326_598_601_177_240_442),
    (0, B, 0, 14_063_422_163_642_089_833),
    (0, FAR, 64, 2_723_863_863_750_401_220),
    (1, A, 7, 7_852_633_658_329_202_145),
    (1, B, 200, 59_430_490_962_011_187),
    (1, FAR, 0, 17_812_465_699_222_729_433),
    (1, FAR, 1 << 24, 3_225_543_718_093_529_730),
    (1, FAR, u32::MAX, 5_088_766_932_005_456_916),
];

#[test]
fn streams_keys_and_far_places_share_no_number() {
    let mut seen = std::collections::BTreeSet::new();
    let mut count = 0;
    for (seed, replication) in [(0, 0), (0, 1), (1, 0), (u64::MAX, u64::MAX)] {
        let mut sheet = Sheet::new(seed, replication);
        for (source, generation, ordinal) in
            [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1 << 16), (u16::MAX, u16::MAX, u32::MAX)]
        {
            sheet.open(Address { source, generation, ordinal });
            for place in (0..300).chain([1 << 20, u32::MAX - 1, u32::MAX]) {
                seen.insert(sheet.bits(place));
                count += 1;
            }
        }
    }
    assert_eq!(seen.len(), count);
}

#[test]
fn uniforms_lie_within_and_are_even() {
    let mut sheet = Sheet::new(9, 9);
    let mut mirror = Sheet::new(9, 9).antithetic();
    let mut bins = [0_u32; 20];
    for ordinal in 0..1_000 {
        let address = Address { source: 0, generation: 0, ordinal };
        sheet.open(address);
        mirror.open(address);
        for place in 0..64 {
            let u = sheet.uniform(place);
            assert!(u > 0.0 && u < 1.0);
            assert!((u + mirror.uniform(place) - 1.0).abs() < 1e-15);
            bins[(u * 20.0) as usize] += 1;
        }
    }
    // Chi squared with 19 degrees of freedom exceeds 50.8 once in 10,000.
    let chi: f64 = bins.iter().map(|&n| (f64::from(n) - 3_200.0) * (f64::from(n) - 3_200.0) / 3_200.0).sum();
    assert!(chi < 50.8, "chi squared is {chi}");
}

#[test]
fn the_extreme_draws_are_neither_0_nor_1() {
    let mut sheet = Sheet::new(0, 0);
    for (bits, antithetic) in [(0, false), (u64::MAX, false), (0, true), (u64::MAX, true)] {
        sheet.page = [bits.to_le_bytes(); PAGE];
        sheet.held = Some(0);
        sheet.antithetic = antithetic;
        let u = sheet.uniform(0);
        assert!(u > 0.0 && u < 1.0, "{u}");
    }
}
