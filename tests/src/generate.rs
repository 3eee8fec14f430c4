//! Meshes of any size, the same ones each time.

use std::fmt::Write;

/// How large a mesh is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many clusters.
    pub clusters: usize,
    /// How many services.
    pub services: usize,
    /// In how many clusters each service is, at most all.
    pub spread: usize,
    /// How many endpoints each has in each of its clusters.
    pub endpoints: usize,
}

impl Size {
    /// 18,000 objects, about 20 MB.
    pub const MEDIUM: Size = Size { clusters: 20, services: 2_000, spread: 3, endpoints: 3 };
    /// 90,000 objects, about 100 MB.
    pub const LARGE: Size = Size { clusters: 100, services: 10_000, spread: 3, endpoints: 3 };

    /// How many Kubernetes objects the mesh has: a Service, a Deployment and an `EndpointSlice` each.
    pub fn objects(self) -> usize {
        self.services * self.spread.min(self.clusters) * 3
    }
}

/// How many namespaces the services are spread over.
const NAMESPACES: usize = 40;

/// The files of a mesh: paths and texts.
pub fn mesh(size: Size) -> Vec<(String, String)> {
    let mut files = vec![("mesh.yaml".to_owned(), cluster_list(size))];
    for service in 0..size.services {
        for place in 0..size.spread.min(size.clusters) {
            let cluster = (service * 7 + place * 3) % size.clusters;
            // Steps that meet would put a service into one cluster twice.
            let cluster = if size.clusters > size.spread * 3 { cluster } else { (service + place) % size.clusters };
            files.push((
                format!("clusters/c{cluster:03}/{}/s{service:05}.yaml", namespace(service)),
                objects(service, cluster, place, size.endpoints),
            ));
        }
    }
    files
}

fn namespace(service: usize) -> String {
    format!("team-{:02}", service % NAMESPACES)
}

fn cluster_list(size: Size) -> String {
    let mut text = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  clusters:\n".to_owned();
    for cluster in 0..size.clusters {
        let region = cluster % 5;
        let _ = writeln!(text, "  - {{name: c{cluster:03}, id: {}, region: r{region}, zone: r{region}-{}}}", cluster + 1, cluster % 3);
    }
    text
}

fn objects(service: usize, cluster: usize, place: usize, endpoints: usize) -> String {
    let namespace = namespace(service);
    let affinity = ["none", "local", "remote"][service % 3];
    let mut text = String::with_capacity(4096);
    let _ = write!(
        text,
        "apiVersion: v1
kind: Service
metadata:
  name: s{service:05}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: s{service:05}
    app.kubernetes.io/part-of: {namespace}
  annotations:
    service.cilium.io/global: \"true\"
    service.cilium.io/affinity: \"{affinity}\"
    example.com/owner: {namespace}@example.com
spec:
  type: ClusterIP
  clusterIP: 10.{}.{}.{}
  selector:
    app.kubernetes.io/name: s{service:05}
  ports:
  - name: http
    port: 80
    targetPort: 8080
  - name: metrics
    port: 9090
    targetPort: 9090
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: s{service:05}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: s{service:05}
spec:
  replicas: {endpoints}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: s{service:05}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: s{service:05}
      annotations:
        prometheus.io/scrape: \"true\"
        prometheus.io/port: \"9090\"
    spec:
      serviceAccountName: s{service:05}
      containers:
      - name: app
        image: registry.example.com/{namespace}/s{service:05}:1.{place}.0
        args: [\"--listen=:8080\", \"--metrics=:9090\"]
        ports:
        - {{name: http, containerPort: 8080}}
        - {{name: metrics, containerPort: 9090}}
        env:
        - name: CLUSTER
          value: c{cluster:03}
        - name: LOG_LEVEL
          value: info
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: 5
          failureThreshold: 3
        livenessProbe:
          httpGet:
            path: /livez
            port: http
          periodSeconds: 10
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          runAsNonRoot: true
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: s{service:05}-abc{place}
  namespace: {namespace}
  labels:
    kubernetes.io/service-name: s{service:05}
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
addressType: IPv4
ports:
- {{name: http, port: 8080, protocol: TCP}}
- {{name: metrics, port: 9090, protocol: TCP}}
endpoints:
",
        96 + cluster % 32,
        service / 250 % 250,
        service % 250 + 1,
    );
    for endpoint in 0..endpoints {
        let _ = write!(
            text,
            "- addresses:
  - 10.{}.{}.{}
  conditions:
    ready: true
    serving: true
    terminating: false
  nodeName: c{cluster:03}-node-{}
  targetRef:
    kind: Pod
    name: s{service:05}-6d4cf56db6-{endpoint:05}
    namespace: {namespace}
  zone: r{}-{}
",
            128 + cluster % 100,
            (service * endpoints + endpoint) / 250 % 250,
            (service * endpoints + endpoint) % 250 + 1,
            endpoint % 7,
            cluster % 5,
            cluster % 3,
        );
    }
    text
}
