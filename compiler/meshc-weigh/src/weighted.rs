use meshc_check::CheckedMesh;
use meshc_model::{ClusterId, ObjectId};
use meshc_tables::{Frontend, SLOT_PATHS, Tables, shares};
use rustc_hash::FxHashMap;

/// The tables with what policies ask for.
#[derive(Debug)]
pub struct WeightedTables {
    /// The mesh that they are of.
    pub mesh: CheckedMesh,
    /// What the data planes hold.
    pub tables: Tables,
    pub(crate) weights: FxHashMap<Place, FrontendWeights>,
}

/// A frontend: the client cluster, the service's index in the mesh, the frontend's index in its table.
pub(crate) type Place = (ClusterId, u32, u32);

/// What a policy asks for at one frontend.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontendWeights {
    /// The policy that asks.
    pub policy: ObjectId,
    /// The weight of each backend, in the order of the frontend's backends; only their ratios mean something.
    pub weights: Vec<u32>,
    /// What the weigher says about each backend, in the same order; empty unless it was asked.
    pub reasons: Vec<Vec<Box<str>>>,
}

impl WeightedTables {
    /// What a policy asks for at the frontend `frontend` of the service `group` for clients in `cluster`.
    pub fn weights(&self, cluster: ClusterId, group: u32, frontend: usize) -> Option<&FrontendWeights> {
        self.weights.get(&(cluster, group, frontend as u32))
    }
}

impl FrontendWeights {
    /// The share of new connections that the policy wants each backend to have.
    pub fn wanted_shares(&self) -> Vec<f64> {
        let sum: f64 = self.weights.iter().copied().map(f64::from).sum();
        if sum == 0.0 {
            return vec![0.0; self.weights.len()];
        }
        self.weights.iter().map(|weight| f64::from(*weight) / sum).collect()
    }

    /// Whether a path of the data plane gives the wanted shares anyway, as well as a table of its size can.
    pub fn is_given(&self, frontend: &Frontend) -> bool {
        let wanted = self.wanted_shares();
        SLOT_PATHS.iter().any(|(path, _)| {
            let given = shares(frontend, *path);
            wanted.iter().zip(given).all(|(wanted, given)| (wanted - given).abs() < NEAR)
        })
    }
}

/// Shares that differ by less are the same: a Maglev table has few entries for each backend.
const NEAR: f64 = 0.005;
