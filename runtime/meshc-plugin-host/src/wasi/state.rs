//! What stands still, and what a guest wrote.

/// The world of one call.
pub(crate) struct Frozen {
    nanoseconds: u64,
    seed: u64,
    output: Vec<u8>,
}

/// Where the monotonic clock starts. Script engines keep an instant of their build and expect a later one.
const START_NANOSECONDS: u64 = 1 << 60;

/// As good as any other; it is what the generator adds at each step.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// How much of a guest's output is kept. What follows is dropped.
const OUTPUT_BYTES: usize = 64 << 10;

impl Frozen {
    pub(crate) fn new() -> Self {
        Self { nanoseconds: START_NANOSECONDS, seed: SEED, output: Vec::new() }
    }

    /// What the guest wrote to its standard output and error.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }

    /// The monotonic clock, which moves when it is looked at.
    pub(super) fn tick(&mut self) -> u64 {
        self.wait(1);
        self.nanoseconds
    }

    pub(super) fn wait(&mut self, nanoseconds: u64) {
        self.nanoseconds = self.nanoseconds.saturating_add(nanoseconds);
    }

    pub(super) fn wait_until(&mut self, instant: u64) {
        self.nanoseconds = self.nanoseconds.max(instant);
    }

    /// The next random number, by `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    pub(super) fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(SEED);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        let room = OUTPUT_BYTES.saturating_sub(self.output.len());
        self.output.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first numbers of SplitMix64 with the seed 0, of which this one is a step ahead.
        let mut frozen = Frozen { seed: 0, ..Frozen::new() };
        assert_eq!([frozen.random(), frozen.random()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn output_is_kept_up_to_its_limit() {
        let mut frozen = Frozen::new();
        frozen.write(&vec![b'a'; OUTPUT_BYTES - 1]);
        frozen.write(b"bc");
        frozen.write(b"d");
        assert!(frozen.output().ends_with("ab"));
        assert_eq!(frozen.output().len(), OUTPUT_BYTES);
    }
}
