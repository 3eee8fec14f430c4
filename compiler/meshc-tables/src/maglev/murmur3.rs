//! `MurmurHash3_x64_128`, as <https://github.com/aappleby/smhasher> defines it on a little-endian machine.

/// The two halves of the hash of `data`.
pub(super) fn hash128(data: &[u8], seed: u32) -> (u64, u64) {
    let (blocks, rest) = data.as_chunks::<16>();
    let (mut one, mut two) = (u64::from(seed), u64::from(seed));
    for block in blocks {
        let (low, high) = halves(*block);
        one = (one ^ scramble_low(low)).rotate_left(27).wrapping_add(two);
        one = one.wrapping_mul(5).wrapping_add(0x52dc_e729);
        two = (two ^ scramble_high(high)).rotate_left(31).wrapping_add(one);
        two = two.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    // Zero scrambles to zero, so what is missing of the last block changes nothing.
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    let (low, high) = halves(last);
    let length = data.len() as u64;
    let (one, two) = cross(one ^ scramble_low(low) ^ length, two ^ scramble_high(high) ^ length);
    cross(avalanche(one), avalanche(two))
}

const LOW: u64 = 0x87c3_7b91_1142_53d5;
const HIGH: u64 = 0x4cf5_ad43_2745_937f;

fn halves(block: [u8; 16]) -> (u64, u64) {
    let block = u128::from_le_bytes(block);
    (block as u64, (block >> 64) as u64)
}

fn scramble_low(word: u64) -> u64 {
    word.wrapping_mul(LOW).rotate_left(31).wrapping_mul(HIGH)
}

fn scramble_high(word: u64) -> u64 {
    word.wrapping_mul(HIGH).rotate_left(33).wrapping_mul(LOW)
}

fn cross(one: u64, two: u64) -> (u64, u64) {
    let one = one.wrapping_add(two);
    (one, two.wrapping_add(one))
}

/// Lets every bit of the word reach every other.
fn avalanche(mut word: u64) -> u64 {
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        word = (word ^ (word >> 33)).wrapping_mul(factor);
    }
    word ^ (word >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_known_hashes() {
        let cases = [
            ("", 0, (0, 0)),
            ("hello world", 1234, (0x1629_cce7_05a7_069c, 0x316c_1fbd_953a_aecd)),
            ("this is a test of 31 bytes long", 31, (0x24b0_5ffc_a412_286a, 0x7d81_ac91_4b62_fe96)),
            ("The quick brown fox jumps over the lazy dog.", 0xd09, (0x5e0f_d714_b316_9ae6, 0x2f36_e811_c153_5dc7)),
        ];
        for (text, seed, expected) in cases {
            assert_eq!(hash128(text.as_bytes(), seed), expected, "{text}");
        }
    }

    /// The check that the authors publish: the keys `[]`, `[0]`, `[0, 1]` and so on, each hashed with 256 less its
    /// length as the seed, and the hash of all hashes.
    #[test]
    fn every_length_adds_up_to_the_published_value() {
        let mut hashes = Vec::new();
        for length in 0..=255 {
            let key: Vec<u8> = (0..length).collect();
            let (low, high) = hash128(&key, 256 - u32::from(length));
            hashes.extend([low.to_le_bytes(), high.to_le_bytes()].concat());
        }
        assert_eq!(hash128(&hashes, 0).0 as u32, 0x6384_ba69);
    }
}
