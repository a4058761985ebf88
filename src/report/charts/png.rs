//! A small PNG writer for pictures of few colours and wide plain fields.
//!
//! Each row is stored as the difference to the row above, which leaves mostly zeros, and packed with the fixed
//! code of deflate. A general encoder packs tighter; this one takes some milliseconds, and its bytes depend on
//! nothing but the pixels.

/// A PNG of `width` by `height` pixels, three bytes each.
pub(super) fn encode(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    let mut head = Vec::with_capacity(13);
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]); // eight bits, red green blue, the only compression and filter there are, plain
    chunk(&mut file, *b"IHDR", &head);
    chunk(&mut file, *b"IDAT", &zlib(&differences(width as usize * 3, rgb)));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Rows as differences to the row above (filter 2).
fn differences(stride: usize, rgb: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rgb.len() + rgb.len() / stride);
    let first = vec![0; stride];
    let mut above = &first[..];
    for row in rgb.chunks_exact(stride) {
        out.push(2);
        out.extend(row.iter().zip(above).map(|(here, up)| here.wrapping_sub(*up)));
        above = row;
    }
    out
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(name);
    file.extend(data);
    let crc = crc32(&file[start..]);
    file.extend(crc.to_be_bytes());
}

fn crc32(data: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|n| {
        (0..8).fold(n as u32, |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
    });
    !data.iter().fold(!0, |crc, &byte| table[((crc ^ u32::from(byte)) & 255) as usize] ^ (crc >> 8))
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // 5552 bytes are the most that cannot overflow.
    for part in data.chunks(5552) {
        for &byte in part {
            a += u32::from(byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

/// Bits, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }
    /// A symbol of the fixed code for bytes and lengths; codes stand with their highest bit first.
    fn symbol(&mut self, symbol: u32) {
        let (code, count) = match symbol {
            0..=143 => (0x30 + symbol, 8),
            144..=255 => (0x190 + symbol - 144, 9),
            256..=279 => (symbol - 256, 7),
            _ => (0xc0 + symbol - 280, 8),
        };
        self.put(code.reverse_bits() >> (32 - count), count);
    }
    fn copy(&mut self, length: usize, distance: usize) {
        let (code, extra, bits) = bucket(length as u32 - 3, 4);
        if length == 258 {
            self.symbol(285);
        } else {
            self.symbol(257 + code);
            self.put(extra, bits);
        }
        let (code, extra, bits) = bucket(distance as u32 - 1, 2);
        self.put(code.reverse_bits() >> 27, 5);
        self.put(extra, bits);
    }
}

/// Deflate counts lengths and distances in buckets that double, `each` of one size: code, rest, bits of the rest.
fn bucket(value: u32, each: u32) -> (u32, u32, u32) {
    if value < 2 * each {
        return (value, 0, 0);
    }
    let bits = value.ilog2() - each.ilog2();
    let code = each * (bits + 1) + ((value >> bits) - each);
    (code, value & ((1 << bits) - 1), bits)
}

const LONGEST: usize = 258;
const FARTHEST: usize = 32_768;
const HASH_BITS: u32 = 15;

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x78, 0x01], ..Bits::default() };
    bits.put(1, 1); // the last block
    bits.put(1, 2); // with the fixed code
    let mut seen = vec![usize::MAX; 1 << HASH_BITS];
    let mut at = 0;
    while at < data.len() {
        let (length, distance) = earlier(data, at, &mut seen);
        if length >= 4 {
            bits.copy(length, distance);
            at += length;
        } else {
            bits.symbol(u32::from(data[at]));
            at += 1;
        }
    }
    bits.symbol(256);
    bits.put(0, 7); // fills the last byte
    let mut bytes = bits.bytes;
    bytes.extend(adler32(data).to_be_bytes());
    bytes
}

/// The same bytes as here, the latest time they began alike or one byte ago: length and distance.
fn earlier(data: &[u8], at: usize, seen: &mut [usize]) -> (usize, usize) {
    let Some(&[a, b, c, d]) = data.get(at..at + 4) else { return (0, 0) };
    let hash = u32::from_le_bytes([a, b, c, d]).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS);
    let known = std::mem::replace(&mut seen[hash as usize], at);
    let alike = |from: usize| {
        let here = data[at..].iter().take(LONGEST);
        here.zip(&data[from..]).take_while(|(x, y)| x == y).count()
    };
    let run = if at > 0 { alike(at - 1) } else { 0 };
    if known == usize::MAX || at - known > FARTHEST {
        return (run, 1);
    }
    let length = alike(known);
    if length > run { (length, at - known) } else { (run, 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_give_their_known_answers() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    /// Reads bits, the lowest first.
    struct Reader<'a>(&'a [u8], usize);

    impl Reader<'_> {
        fn bit(&mut self) -> usize {
            self.1 += 1;
            usize::from(self.0[(self.1 - 1) / 8] >> ((self.1 - 1) % 8) & 1)
        }
        fn low(&mut self, count: usize) -> usize {
            (0..count).map(|i| self.bit() << i).sum()
        }
        fn high(&mut self, count: usize) -> usize {
            (0..count).fold(0, |code, _| code << 1 | self.bit())
        }
        fn symbol(&mut self) -> usize {
            let code = self.high(7);
            match code {
                0..=0x17 => 256 + code,
                _ => match code << 1 | self.bit() {
                    code @ 0x30..=0xbf => code - 0x30,
                    code @ 0xc0..=0xc7 => 280 + code - 0xc0,
                    code => 144 + (code << 1 | self.bit()) - 0x190,
                },
            }
        }
    }

    /// Unpacks by the tables of RFC 1951, which the packer computes.
    fn unpack(zlib: &[u8]) -> Vec<u8> {
        const LENGTHS: [usize; 29] = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
            163, 195, 227, 258,
        ];
        let mut reader = Reader(&zlib[2..], 0);
        assert_eq!((reader.low(1), reader.low(2)), (1, 1));
        let mut out: Vec<u8> = Vec::new();
        loop {
            let symbol = reader.symbol();
            match symbol {
                256 => return out,
                0..=255 => out.push(symbol as u8),
                _ => {
                    let code = symbol - 257;
                    let extra = if code < 8 || code == 28 { 0 } else { code / 4 - 1 };
                    let length = LENGTHS[code] + reader.low(extra);
                    let code = reader.high(5);
                    let extra = (code / 2).saturating_sub(1);
                    let base = if code < 4 { 1 + code } else { 1 + ((2 + code % 2) << extra) };
                    let distance = base + reader.low(extra);
                    (0..length).for_each(|_| out.push(out[out.len() - distance]));
                }
            }
        }
    }

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let mut data = vec![0_u8; 3000];
        for i in 0..200_000_u32 {
            let noise = i.wrapping_mul(2_654_435_761) >> 11;
            data.push(if i % 977 < 500 { (noise >> (i % 7)) as u8 } else { (i / 300) as u8 });
        }
        data.extend_from_within(10_000..45_000);
        assert_eq!(unpack(&zlib(&data)), data);
        for short in 0..12 {
            assert_eq!(unpack(&zlib(&data[2995..2995 + short])), data[2995..2995 + short]);
        }
    }
}
