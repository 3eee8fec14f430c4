use meshc_check::CheckedMesh;
use meshc_model::{ClusterId, ObjectId};
use meshc_tables::{Frontend, Tables};
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

    /// Whether the data plane, which spreads evenly over the slots of `frontend`, does what is wanted anyway.
    pub fn is_even(&self, frontend: &Frontend) -> bool {
        let served = meshc_tables::shares(&frontend.backends, meshc_tables::Path::Packet);
        let mut used = self.weights.iter().zip(served).filter(|(_, share)| *share > 0.0).map(|(weight, _)| *weight);
        let first = used.next();
        used.all(|weight| Some(weight) == first)
    }
}
