//! What a project declares, as the compiler holds it: objects with meaning, clusters, services and their backends,
//! each with the place in the input that it comes from.
//!
//! **Invariant:** ids index the [`Mesh`] they were made for. Nothing here reports; a value that could not be read or
//! resolved was reported by the phase that met it, and is absent.

mod across_clusters;
mod annotation;
mod backend;
mod cluster;
mod data_plane;
mod differences;
mod endpoint_slice;
mod exported_service;
mod ingress;
mod label_selector;
mod lint;
mod mesh;
mod name;
mod object;
mod policy;
mod route;
mod service;
mod service_export;
mod substitution;
mod timestamp;
mod traffic;
mod workload;

pub use annotation::{Affinity, Annotation, AnnotationPair, MeshAnnotations, names};
pub use backend::{Backend, Backends, Conditions, Identity, WorkloadBackends};
pub use cluster::{Cluster, ClusterId, ClusterSet};
pub use data_plane::{Algorithm, DataPlane, ServiceExportMode, Version};
pub use differences::{Import, ZoneRule};
pub use endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
pub use exported_service::{ConflictKind, Export, ExportConflict, ExportedService, IdleExport, IdleReason};
pub use ingress::{Gateway, GatewayClass, IngressRoute, connects_by_service_address};
pub use label_selector::LabelSelector;
pub use lint::{LintLevel, LintSetting};
pub use mesh::{Member, Mesh, ServiceGroup, Unclaimed};
pub use name::Name;
pub use object::{Body, Object, ObjectId, ObjectKey, Tier};
pub use policy::{ConfigPlace, LimitOverrides, PluginRef, PolicyTarget, TrafficPolicy, Wasi, WeigherRef};
pub use route::{BackendRef, ParentKind, ParentRef, Route, RouteRule};
pub use service::{Pair, PairPlace, Protocol, Service, ServicePort, ServiceType, TargetPort};
pub use service_export::{ServiceExport, ServiceImport};
pub use substitution::Substitution;
pub use timestamp::Timestamp;
pub use traffic::{Distribution, Family, Forwarding, Ingress, NodeExposure, Reach, Said, Traffic};
pub use workload::{Autoscaler, ContainerPort, Namespace, Node, Replicas, Workload, WorkloadKind};
