//! Weights of a whole service, within what the contract allows.

use crate::{Basis, Cell, Mesh, Service, Weights};

/// The largest weight that Cilium takes.
const MOST: u64 = 65_535;

impl Service {
    /// Weighs every cell and keeps to the contract whatever the numbers are.
    ///
    /// What is forbidden stays forbidden: a cell whose baseline is 0 is not asked for. A row with a weight over 65,535
    /// is scaled down as a whole, so that its ratios stay, and none of its weights becomes 0 by that.
    pub fn weigh<'a>(&'a self, mesh: &'a Mesh, basis: Basis, mut weight: impl FnMut(&Cell<'a>) -> u64) -> Weights {
        let cells = self.cells(mesh).map(|cell| if cell.baseline == 0 { 0 } else { weight(&cell) });
        let mut wide: Vec<u64> = cells.collect();
        // A service without groups has no cells, and `chunks` does not take 0.
        let values = wide.chunks_mut(self.groups.len().max(1)).flat_map(|row| fit(row)).collect();
        Weights { basis, values }
    }
}

/// Scales a row into the range of a weight.
fn fit(row: &[u64]) -> impl Iterator<Item = u32> {
    let most = row.iter().copied().max().unwrap_or(0);
    row.iter().map(move |&weight| {
        let scaled = if most <= MOST {
            u128::from(weight)
        } else {
            let (weight, most) = (u128::from(weight), u128::from(most));
            (weight * u128::from(MOST) + most / 2) / most
        };
        let fits = u32::try_from(scaled).expect("a row's largest weight is scaled to 65,535");
        if weight == 0 { 0 } else { fits.max(1) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cluster, Group};

    #[test]
    fn rows_are_scaled_only_when_they_have_to_be() {
        let table: [(&[u64], &[u32]); 5] = [
            (&[], &[]),
            (&[0, 0], &[0, 0]),
            (&[1, 65_535], &[1, 65_535]),
            (&[131_070, 65_535, 1, 0], &[65_535, 32_768, 1, 0]),
            (&[u64::MAX, u64::MAX / 2], &[65_535, 32_767]),
        ];
        for (row, expected) in table {
            assert_eq!(fit(row).collect::<Vec<_>>(), expected, "{row:?}");
        }
    }

    #[test]
    fn forbidden_ground_stays_forbidden() {
        let cluster = Cluster { name: "a".into(), id: 1, region: String::new(), zone: String::new(), attrs: vec![] };
        let mesh = Mesh { clusters: vec![cluster], rtt_us: None, attrs: vec![] };
        let group = Group { cluster: 0, zone: String::new(), endpoints: 1, attrs: vec![] };
        let mut service = Service {
            namespace: "shop".into(),
            name: "cart".into(),
            port: "80".into(),
            attrs: vec![],
            groups: vec![group.clone(), group],
            clients: vec![0],
            baseline: vec![0, 7],
        };
        assert_eq!(service.weigh(&mesh, Basis::Group, |_| 9).values, [0, 9]);
        service.groups.clear();
        service.baseline.clear();
        assert_eq!(service.weigh(&mesh, Basis::Group, |_| 9).values, []);
    }
}
