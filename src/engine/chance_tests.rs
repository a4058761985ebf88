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
    let written = words.iter().map(|word| format!("{word:016x}")).collect::<String>();
    assert_eq!(
        written,
        "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e\
         984ce172b9216f419f445367456d5619314a42a3da86b001387bfdb80e0cfe42"
    );
}

/// Numbers at these places of these streams never change: results must come again in years.
#[test]
fn known_places_have_their_known_numbers() {
    let far = Address { source: u16::MAX, generation: 3, ordinal: u32::MAX };
    let mut hash = blake3::Hasher::new();
    for mut sheet in [Sheet::new(1, 0), Sheet::new(u64::MAX, 1 << 40)] {
        for address in [Address::default(), A, B, far] {
            sheet.open(address);
            for place in [0, 1, 7, 31, 32, 64, 200, 1 << 24, u32::MAX] {
                hash.update(&sheet.bits(place).to_le_bytes());
            }
        }
    }
    assert_eq!(hash.finalize().to_hex()[..16], *"fd09c23b96c9391f", "a number of a stream has changed");
}

#[test]
fn streams_keys_and_far_places_share_no_number() {
    let mut seen = std::collections::BTreeSet::new();
    let streams =
        [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1 << 16), (u16::MAX, u16::MAX, u32::MAX)];
    for (seed, replication) in [(0, 0), (0, 1), (1, 0), (u64::MAX, u64::MAX)] {
        let mut sheet = Sheet::new(seed, replication);
        for (source, generation, ordinal) in streams {
            sheet.open(Address { source, generation, ordinal });
            for place in (0..300).chain([1 << 20, u32::MAX - 1, u32::MAX]) {
                assert!(seen.insert(sheet.bits(place)), "place {place} has a number that came before");
            }
        }
    }
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
