//! A sample of connections, drawn from shares. The same shares give the same sample.

use meshc_compiler::emit::{BackendRow, FrontendRow};

use super::Drawn;

/// Draws `count` connections.
pub(super) fn draw(frontend: &FrontendRow, share: impl Fn(&BackendRow) -> f64, count: u32) -> Vec<Drawn> {
    let shares: Vec<_> = frontend.backends.iter().map(share).collect();
    let mut random = SplitMix(0x006d_6573_6863);
    let drawn = (0..count).filter_map(|_| pick(&shares, random.next()));
    drawn.map(|at| name(&frontend.backends[at])).collect()
}

fn name(backend: &BackendRow) -> Drawn {
    let backend_name = match (&backend.address, backend.workload, backend.ordinal) {
        (Some(address), _, _) if address.contains(':') => format!("[{address}]:{}", backend.port),
        (Some(address), _, _) => format!("{address}:{}", backend.port),
        (None, Some(workload), Some(ordinal)) => format!("{workload}#{ordinal}"),
        (None, _, _) => String::new(),
    };
    Drawn { cluster: backend.cluster.to_owned(), backend: backend_name }
}

/// The backend at the point `at` of the shares laid end to end.
fn pick(shares: &[f64], at: f64) -> Option<usize> {
    let mut end = 0.0;
    for (index, share) in shares.iter().enumerate() {
        end += share;
        if at < end {
            return Some(index);
        }
    }
    shares.iter().rposition(|share| *share > 0.0)
}

/// Vigna's splitmix64: small, and good enough to look random.
struct SplitMix(u64);

impl SplitMix {
    /// A number from 0 to 1, without 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The upper 32 bits are as many as a share is written with.
        f64::from((mixed >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_follows_the_shares() {
        let mut random = SplitMix(1);
        let count = (0..10_000).filter(|_| pick(&[0.8, 0.0, 0.2], random.next()) == Some(0)).count();
        assert!((7_800..8_200).contains(&count), "{count}");
    }

    #[test]
    fn nothing_is_drawn_where_nobody_serves() {
        assert_eq!(pick(&[0.0, 0.0], 0.5), None);
        assert_eq!(pick(&[0.5, 0.5, 0.0], 0.999_999_999), Some(1));
    }
}
