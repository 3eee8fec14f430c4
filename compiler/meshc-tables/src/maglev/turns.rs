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
