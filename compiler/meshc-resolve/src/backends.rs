//! What serves a service in a cluster: observed in `EndpointSlices` where there are any, else derived from the
//! workloads that its selector matches (DESIGN 4).

use meshc_model::{
    Backend, Backends, Body, ClusterId, EndpointPort, Identity, Mesh, Name, ObjectId, ObjectKey, Replicas, Service,
    ServicePort, TargetPort, Workload, WorkloadBackends,
};
use rustc_hash::FxHashMap;

/// Finds slices by their service, and workloads by a label of their pods.
pub(crate) struct BackendIndex<'m> {
    mesh: &'m Mesh,
    slices: FxHashMap<(Name, Name), Vec<ObjectId>>,
    workloads: FxHashMap<(Name, Name, Name), Vec<ObjectId>>,
    minimums: FxHashMap<ObjectKey, Vec<(ObjectId, u32)>>,
    nodes: FxHashMap<ClusterId, u32>,
}

impl<'m> BackendIndex<'m> {
    pub(crate) fn new(mesh: &'m Mesh) -> Self {
        let mut index = Self {
            mesh,
            slices: FxHashMap::default(),
            workloads: FxHashMap::default(),
            minimums: FxHashMap::default(),
            nodes: FxHashMap::default(),
        };
        for (at, object) in mesh.objects.iter().enumerate() {
            index.add(ObjectId(at as u32), object.key, &object.body);
        }
        index
    }

    fn add(&mut self, id: ObjectId, key: ObjectKey, body: &Body) {
        match body {
            Body::Endpoints(slices) => {
                // The parts of one object are all of one service.
                if let Some(slice) = slices.first() {
                    self.slices.entry((key.namespace, slice.service)).or_default().push(id);
                }
            }
            Body::Workload(workload) if !workload.owned => {
                for (label, value) in &workload.labels {
                    self.workloads.entry((key.namespace, *label, *value)).or_default().push(id);
                }
            }
            Body::Autoscaler(autoscaler) => {
                let target =
                    ObjectKey { group: Name::EMPTY, kind: autoscaler.target_kind, name: autoscaler.target_name, ..key };
                self.minimums.entry(target).or_default().push((id, autoscaler.minimum));
            }
            Body::Node(_) => {
                for cluster in self.mesh.placement(id).iter() {
                    *self.nodes.entry(cluster).or_default() += 1;
                }
            }
            Body::Workload(_)
            | Body::Service(_)
            | Body::ServiceExport(_)
            | Body::ServiceImport(_)
            | Body::Namespace(_)
            | Body::Policy(_)
            | Body::Route(_)
            | Body::Ingress(_)
            | Body::Gateway(_)
            | Body::GatewayClass(_)
            | Body::Substitution(_)
            | Body::Other => {}
        }
    }

    /// The backends of the service `key` in `cluster`.
    pub(crate) fn backends(&self, key: ObjectKey, service: &Service, cluster: ClusterId) -> Backends {
        self.observed_in(key.namespace, key.name, cluster).unwrap_or_else(|| self.selected(key, service, cluster))
    }

    /// The services that endpoints name, in no order.
    pub(crate) fn observed_services(&self) -> impl Iterator<Item = (Name, Name)> {
        self.slices.keys().copied()
    }

    /// The endpoints that name a service in `cluster`; `None` if no object declares any.
    pub(crate) fn observed_in(&self, namespace: Name, service: Name, cluster: ClusterId) -> Option<Backends> {
        let slices = self.slices.get(&(namespace, service))?;
        let here: Vec<_> = slices.iter().copied().filter(|id| self.mesh.placement(*id).contains(cluster)).collect();
        (!here.is_empty()).then(|| self.observed(&here))
    }

    fn observed(&self, objects: &[ObjectId]) -> Backends {
        let mut backends = Backends::default();
        for id in objects {
            let Body::Endpoints(slices) = &self.mesh.object(*id).body else {
                continue;
            };
            for slice in slices {
                let ports = backends.add_ports(&slice.ports);
                for endpoint in &slice.endpoints {
                    let for_zones = backends.add_zones(&endpoint.for_zones);
                    backends.list.push(Backend {
                        identity: Identity::Address(endpoint.address),
                        conditions: endpoint.conditions,
                        zone: endpoint.zone,
                        node: endpoint.node,
                        weight: slice.weight.unwrap_or(Backend::STANDARD_WEIGHT),
                        ports,
                        for_zones,
                        origin: *id,
                    });
                }
            }
        }
        backends
    }

    /// The pods of the workloads that the selector of `service` matches.
    pub(crate) fn selected(&self, key: ObjectKey, service: &Service, cluster: ClusterId) -> Backends {
        let mut backends = Backends::default();
        let Some((label, value)) = service.selector.first() else {
            return backends;
        };
        let candidates = self.workloads.get(&(key.namespace, *label, *value)).map_or(&[][..], Vec::as_slice);
        for id in candidates.iter().copied().filter(|id| self.mesh.placement(*id).contains(cluster)) {
            let object = self.mesh.object(id);
            let Body::Workload(workload) = &object.body else {
                continue;
            };
            if !service.selector.iter().all(|pair| workload.labels.contains(pair)) {
                continue;
            }
            let ports: Vec<_> = service.ports.iter().filter_map(|port| endpoint_port(port, workload)).collect();
            let zone = if workload.zone.is_empty() { self.mesh.cluster(cluster).zone } else { workload.zone };
            let of_workload = WorkloadBackends {
                workload: Name::new(&format!("{}/{}", workload.kind.word(), object.key.name)),
                object: id,
                zone,
                ports: backends.add_ports(&ports),
                for_zones: backends.add_zones(&hints(service, zone)),
            };
            let count = self.replicas(object.key, workload, cluster);
            backends.list.extend((0..count).map(|ordinal| of_workload.backend(ordinal)));
            backends.workloads.push(of_workload);
        }
        backends
    }

    /// How many pods a workload has: what it declares, unless an autoscaler that is not switched off keeps more or
    /// fewer; of a workload with a pod on each node, as many as there are nodes declared.
    fn replicas(&self, key: ObjectKey, workload: &Workload, cluster: ClusterId) -> u32 {
        let declared = match workload.replicas {
            Replicas::Declared { count, .. } => count,
            Replicas::Unsaid => 1,
            Replicas::PerNode => return self.nodes.get(&cluster).copied().unwrap_or(1),
        };
        if declared == 0 {
            return 0;
        }
        let autoscalers = self.minimums.get(&ObjectKey { group: Name::EMPTY, ..key });
        let here =
            autoscalers.and_then(|found| found.iter().find(|(id, _)| self.mesh.placement(*id).contains(cluster)));
        here.map_or(declared, |(_, minimum)| *minimum)
    }
}

/// The port that a pod of `workload` has for a Service's port: named for the Service's port, with the pod's number.
/// A name that no container gives leaves the pod without it.
fn endpoint_port(port: &ServicePort, workload: &Workload) -> Option<EndpointPort> {
    let number = match port.target {
        TargetPort::Number(number) => number,
        TargetPort::Named(name) => {
            workload.ports.iter().find(|found| found.name == name && found.protocol == port.protocol)?.number
        }
    };
    Some(EndpointPort { name: port.name, protocol: port.protocol, number })
}

/// The hints that the controller of `EndpointSlices` gives to pods of a service with `trafficDistribution`: each is
/// for its own zone (KEP-2433). What `topology-mode: Auto` gives depends on the nodes' processors, and is not known.
fn hints(service: &Service, zone: Name) -> Vec<Name> {
    let near = service.traffic.distribution.is_some();
    if near && !zone.is_empty() { vec![zone] } else { Vec::new() }
}
