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
    let mut text =
        "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  lints: {remote-has-no-order: allow, affinity-drops-remote: warning}\n  clusters:\n"
            .to_owned();
    for cluster in 0..size.clusters {
        let region = cluster % 5;
        let _ = writeln!(
            text,
            "  - {{name: c{cluster:03}, id: {}, region: r{region}, zone: r{region}-{}}}",
            cluster + 1,
            cluster % 3
        );
    }
    text
}

fn objects(service: usize, cluster: usize, place: usize, endpoints: usize) -> String {
    let namespace = namespace(service);
    // One cluster alone prefers the others: where all do, a rule has something to say.
    let affinity = if place == 0 { ["none", "local", "remote"][service % 3] } else { ["none", "local"][service % 2] };
    let address = format!("10.{}.{}.{}", 96 + cluster % 32, service / 250 % 250, service % 250 + 1);
    let name = format!("s{service:05}");
    let filled = OBJECTS
        .replace("TEAM", &namespace)
        .replace("NAME", &name)
        .replace("AFFINITY", affinity)
        .replace("ADDRESS", &address)
        .replace("REPLICAS", &endpoints.to_string())
        .replace("CLUSTER", &format!("c{cluster:03}"))
        .replace("PLACE", &place.to_string());
    (0..endpoints).fold(filled, |text, at| text + &endpoint(service, cluster, service * endpoints + at))
}

fn endpoint(service: usize, cluster: usize, at: usize) -> String {
    ENDPOINT
        .replace("TEAM", &namespace(service))
        .replace("NAME", &format!("s{service:05}"))
        .replace("ADDRESS", &format!("10.{}.{}.{}", 128 + cluster % 100, at / 250 % 250, at % 250 + 1))
        .replace("NODE", &format!("c{cluster:03}-node-{}", at % 7))
        .replace("NUMBER", &format!("{at:05}"))
        .replace("ZONE", &format!("r{}-{}", cluster % 5, cluster % 3))
}

const OBJECTS: &str = r#"apiVersion: v1
kind: Service
metadata:
  name: NAME
  namespace: TEAM
  labels:
    app.kubernetes.io/name: NAME
    app.kubernetes.io/part-of: TEAM
  annotations:
    service.cilium.io/global: "true"
    service.cilium.io/affinity: "AFFINITY"
    example.com/owner: TEAM@example.com
spec:
  type: ClusterIP
  clusterIP: ADDRESS
  selector:
    app.kubernetes.io/name: NAME
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
  name: NAME
  namespace: TEAM
  labels:
    app.kubernetes.io/name: NAME
spec:
  replicas: REPLICAS
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
  template:
    metadata:
      labels:
        app.kubernetes.io/name: NAME
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
    spec:
      serviceAccountName: NAME
      containers:
      - name: app
        image: registry.example.com/TEAM/NAME:1.PLACE.0
        args: ["--listen=:8080", "--metrics=:9090"]
        ports:
        - {name: http, containerPort: 8080}
        - {name: metrics, containerPort: 9090}
        env:
        - name: REGION
          value: CLUSTER
        - name: LOG_LEVEL
          value: info
        - name: POD
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
  name: NAME-abcPLACE
  namespace: TEAM
  labels:
    kubernetes.io/service-name: NAME
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
addressType: IPv4
ports:
- {name: http, port: 8080, protocol: TCP}
- {name: metrics, port: 9090, protocol: TCP}
endpoints:
"#;

const ENDPOINT: &str = "- addresses:
  - ADDRESS
  conditions:
    ready: true
    serving: true
    terminating: false
  nodeName: NODE
  targetRef:
    kind: Pod
    name: NAME-6d4cf56db6-NUMBER
    namespace: TEAM
  zone: ZONE
";
