//! Whose turn it is to take an entry of the table.

/// Endless turns, each the index of a weight, or none where there are no weights.
///
/// In every round the backend asked first is the next one, and a backend that has had its share passes the turn on.
/// The weights are heeded where their average, in whole numbers, is more than 1.
pub(super) struct Turns {
    weights: Vec<u64>,
    sum: u64,
    heeded: bool,
    round: u64,
    first: usize,
    /// What the weight times the number of the round has to reach, by backend.
    ///
    /// Cilium counts in floating point from `weight / count` on and compares the whole part. The whole part is the same
    /// as here for any number of backends that a data plane holds: it could only differ where a rounding error, of less
    /// than 2^-17, is as large as 1 / `count`.
    due: Vec<u64>,
}

impl Turns {
    /// The turns of backends of these weights.
    pub(super) fn new(weights: impl Iterator<Item = u16>) -> Turns {
        let weights: Vec<u64> = weights.map(u64::from).collect();
        let count = weights.len() as u64;
        let sum = weights.iter().sum::<u64>();
        let heeded = sum.checked_div(count).is_some_and(|average| average > 1);
        let due = weights.iter().map(|weight| weight / count).collect();
        Turns { weights, sum, heeded, round: 0, first: 0, due }
    }

    /// The first backend from `first` on that may have the turn.
    ///
    /// There is one: after n rounds what is due adds up to at most n + 1 times the sum of the weights, and so does what
    /// it is compared with.
    fn pass_on(&self, first: usize) -> usize {
        let mut turn = first;
        while (self.round + 1) * self.weights[turn] < self.due[turn] {
            turn = self.after(turn);
        }
        turn
    }

    fn after(&self, turn: usize) -> usize {
        if turn + 1 < self.weights.len() { turn + 1 } else { 0 }
    }
}

impl Iterator for Turns {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.weights.is_empty() {
            return None;
        }
        let mut turn = self.first;
        if self.heeded {
            turn = self.pass_on(turn);
            self.due[turn] += self.sum;
        }
        self.first = self.after(self.first);
        self.round += 1;
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first_eight(weights: &[u16]) -> Vec<usize> {
        Turns::new(weights.iter().copied()).take(8).collect()
    }

    #[test]
    fn who_is_ahead_of_its_weight_passes_the_turn_on() {
        assert_eq!(first_eight(&[3, 1]), [0, 1, 0, 1, 0, 0, 0, 1]);
        assert_eq!(first_eight(&[100, 100, 100]), [0, 1, 2, 0, 1, 2, 0, 1]);
        assert_eq!(first_eight(&[0, 100]), [0, 1, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn small_weights_are_not_heeded() {
        assert_eq!(first_eight(&[1, 2]), [0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(first_eight(&[3, 0]), [0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(first_eight(&[0, 0]), [0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(first_eight(&[]), [0; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// As far as the largest table goes.
        #[test]
        #[expect(clippy::cast_sign_loss, reason = "weights are not negative")]
        fn whole_numbers_count_like_floating_point(weight: u16, count in 1..=65536_u32, average in 0..=65535_u32) {
            let sum = count * average;
            let mut exact = u64::from(weight) / u64::from(count);
            let mut floating = f64::from(weight) / f64::from(count);
            for _ in 0..=131_071 {
                prop_assert_eq!(exact, floating as u64);
                exact += u64::from(sum);
                floating += f64::from(sum);
                if exact > 1 << 34 {
                    break;
                }
            }
        }
    }
}
