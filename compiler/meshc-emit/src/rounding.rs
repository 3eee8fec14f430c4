/// How fine a share is written: six decimals.
const UNITS: f64 = 1_000_000.0;

/// Rounds shares to six decimals that add up to what the shares do, as 1: what is left over goes to those that lost most,
/// the first first. Shares that are all 0 stay so.
pub fn round_shares(shares: &[f64]) -> Vec<f64> {
    let mut units: Vec<f64> = shares.iter().map(|share| (share * UNITS).floor()).collect();
    let whole: f64 = (shares.iter().sum::<f64>() * UNITS).round();
    #[expect(clippy::cast_sign_loss, reason = "rounding down loses, and never gains")]
    let missing = (whole - units.iter().sum::<f64>()).max(0.0) as usize;
    let mut by_loss: Vec<usize> = (0..shares.len()).filter(|at| shares[*at] > 0.0).collect();
    by_loss.sort_by(|a, b| {
        let loss = |at: usize| shares[at] * UNITS - units[at];
        loss(*b).total_cmp(&loss(*a)).then(a.cmp(b))
    });
    for at in by_loss.into_iter().take(missing) {
        units[at] += 1.0;
    }
    units.into_iter().map(|units| units / UNITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_shares_add_up() {
        assert_eq!(round_shares(&[1.0 / 3.0; 3]), [0.333_334, 0.333_333, 0.333_333]);
        assert_eq!(round_shares(&[0.5, 0.5, 0.0]), [0.5, 0.5, 0.0]);
        assert_eq!(round_shares(&[0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(round_shares(&[0.3, 0.3]), [0.3, 0.3]);
        for count in 1..200_u8 {
            let shares = round_shares(&vec![1.0 / f64::from(count); usize::from(count)]);
            let units: f64 = shares.iter().map(|share| (share * UNITS).round()).sum();
            assert!((units - UNITS).abs() < 0.5, "{count}");
        }
    }
}
