//! Real API servers: one etcd, and several kube-apiservers on it, each a cluster of its own.

mod api;
mod kept;
mod keys;
mod pods;

use std::fmt::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use api::Api;
use kept::Kept;
use pods::Pods;

/// The folder with `kube-apiserver`, `kube-controller-manager` and `kubectl`; without it there is nothing to start.
const BINARIES: &str = "MESHC_KUBE_BIN";

/// How long something may take that is under way, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_mins(3);

/// What makes workloads into EndpointSlices, ends namespaces, and deletes what belonged to something deleted.
const CONTROLLERS: &str = "--controllers=deployment-controller,replicaset-controller,endpointslice-controller,\
                           namespace-controller,garbage-collector-controller";

/// Clusters that run until this is dropped or the process ends.
pub struct Kube {
    // What runs ends before the folder goes, and etcd last, whose keeper takes the folder along.
    pods: Vec<Pods>,
    servers: Vec<Server>,
    others: Vec<Kept>,
    binaries: PathBuf,
    etcd: u16,
    folder: TempDir,
}

struct Server {
    cluster: String,
    port: u16,
    running: Option<Kept>,
}

impl Kube {
    /// Starts a cluster for each of `names`; `None` where no servers are installed.
    ///
    /// # Panics
    /// If a server does not start.
    pub fn start(names: &[&str]) -> Option<Self> {
        let binaries = PathBuf::from(std::env::var_os(BINARIES)?);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        keys::make(folder.path());
        let unstarted = |name: &&str| Server { cluster: (*name).into(), port: free_port(), running: None };
        let servers = names.iter().map(unstarted).collect();
        let mut kube = Self { pods: Vec::new(), others: Vec::new(), servers, binaries, etcd: free_port(), folder };
        std::fs::write(kube.kubeconfig(), kubeconfig(&kube.servers)).expect("it can be written");
        kube.start_etcd();
        for at in 0..kube.servers.len() {
            kube.run_server(at, &[]);
        }
        for name in names {
            kube.wait_for(name);
        }
        Some(kube)
    }

    /// Runs the workloads of all clusters: controllers, and a stand-in for schedulers and kubelets.
    #[must_use]
    pub fn with_workloads(mut self) -> Self {
        for at in 0..self.servers.len() {
            let cluster = self.servers[at].cluster.clone();
            let kubeconfig = self.altered_kubeconfig(
                &format!("of-{cluster}"),
                "contexts:",
                &format!("current-context: {cluster}\ncontexts:"),
            );
            let kubeconfig = format!("--kubeconfig={}", kubeconfig.display());
            let args = [
                "--leader-elect=false",
                "--secure-port=0",
                "--service-account-private-key-file=sa.key",
                CONTROLLERS,
                &kubeconfig,
            ];
            self.run(
                &format!("controllers-{cluster}"),
                &self.binaries.join("kube-controller-manager"),
                &args.map(str::to_owned),
            );
            let socket = self.folder.path().join(format!("{cluster}.socket"));
            let socket_arg = format!("--unix-socket={}", socket.display());
            self.run(
                &format!("proxy-{cluster}"),
                &self.binaries.join("kubectl"),
                &["proxy".into(), kubeconfig, socket_arg],
            );
            self.pods.push(Pods::start(Api { socket }, &cluster, at));
        }
        self
    }

    /// A kubeconfig with a context for each cluster, called as the cluster; the user may do anything.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A kubeconfig beside it that says `to` for each `from`; `name` is unlike those of others. Users are
    /// `{token: admin-token}`, and servers are at what [`Kube::address`] gives.
    ///
    /// # Panics
    /// If `from` is not in the kubeconfig.
    pub fn altered_kubeconfig(&self, name: &str, from: &str, to: &str) -> PathBuf {
        let text = std::fs::read_to_string(self.kubeconfig()).expect("it was written");
        assert!(text.contains(from), "{from} is not in\n{text}");
        let path = self.folder.path().join(format!("kubeconfig-{name}"));
        std::fs::write(&path, text.replace(from, to)).expect("it can be written");
        path
    }

    /// Where the server of a cluster listens, as host:port.
    ///
    /// # Panics
    /// If there is no such cluster.
    pub fn address(&self, cluster: &str) -> String {
        format!("127.0.0.1:{}", self.servers[self.at(cluster)].port)
    }

    /// A token of a cluster's own that has expired.
    ///
    /// # Panics
    /// If there is no such cluster.
    pub fn expired_token(&self, cluster: &str) -> String {
        keys::expired_token(self.folder.path(), &format!("https://{}", self.address(cluster)))
    }

    /// Kills the server of a cluster: nothing answers there.
    ///
    /// # Panics
    /// If there is no such cluster.
    pub fn kill(&mut self, cluster: &str) {
        let at = self.at(cluster);
        self.servers[at].running = None;
    }

    /// Starts the server of a cluster again, with all that it held and `more` arguments.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self, cluster: &str, more: &[&str]) {
        self.run_server(self.at(cluster), more);
        self.wait_for(cluster);
    }

    /// Runs kubectl against a cluster.
    ///
    /// # Panics
    /// If kubectl cannot be started or fails.
    pub fn kubectl(&self, cluster: &str, args: &[&str]) -> String {
        let output = self.try_kubectl(cluster, args);
        assert!(output.status.success(), "kubectl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs kubectl against a cluster, where it may fail.
    ///
    /// # Panics
    /// If kubectl cannot be started.
    pub fn try_kubectl(&self, cluster: &str, args: &[&str]) -> Output {
        self.kubectl_command(cluster).args(args).output().expect("kubectl stands beside the servers")
    }

    /// A command of kubectl for a cluster, to be given more.
    pub fn kubectl_command(&self, cluster: &str) -> Command {
        let mut command = Command::new(self.binaries.join("kubectl"));
        command.arg("--kubeconfig").arg(self.kubeconfig()).args(["--context", cluster, "--cache-dir"]);
        command.arg(self.folder.path().join(format!("cache-{cluster}")));
        command
    }

    /// What the server of a cluster has written to its log.
    pub fn log(&self, cluster: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{cluster}.log"))).unwrap_or_default()
    }

    fn at(&self, cluster: &str) -> usize {
        self.servers.iter().position(|server| server.cluster == cluster).expect("the cluster was started")
    }

    fn start_etcd(&mut self) {
        let (client, peer) = (format!("http://127.0.0.1:{}", self.etcd), format!("http://127.0.0.1:{}", free_port()));
        let cluster = format!("t={peer}");
        let args = [
            ["--name", "t"],
            ["--data-dir", "etcd"],
            ["--log-level", "error"],
            ["--listen-client-urls", &client],
            ["--advertise-client-urls", &client],
            ["--listen-peer-urls", &peer],
            ["--initial-advertise-peer-urls", &peer],
            ["--initial-cluster", &cluster],
        ];
        let mut args: Vec<_> = args.into_iter().flatten().map(str::to_owned).collect();
        args.push("--unsafe-no-fsync".into());
        self.others.push(Kept::start_with_folder(self.folder.path(), "etcd", Path::new("etcd"), &args));
    }

    fn run(&mut self, log: &str, program: &Path, args: &[String]) {
        self.others.push(Kept::start(self.folder.path(), log, program, args));
    }

    fn run_server(&mut self, at: usize, more: &[&str]) {
        let Server { cluster, port, .. } = &self.servers[at];
        let fixed = [
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            "--tls-cert-file=server.crt",
            "--tls-private-key-file=server.key",
            "--token-auth-file=tokens.csv",
            "--service-account-key-file=sa.pub",
            "--service-account-signing-key-file=sa.key",
            "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount",
            "--enable-priority-and-fairness=false",
            "--allow-privileged=true",
            "--profiling=false",
        ];
        let mut args = vec![
            format!("--etcd-servers=http://127.0.0.1:{}", self.etcd),
            format!("--etcd-prefix=/{cluster}"),
            format!("--secure-port={port}"),
            format!("--service-cluster-ip-range=10.{}.0.0/16", 96 + at),
            format!("--service-account-issuer=https://127.0.0.1:{port}"),
        ];
        args.extend(fixed.iter().chain(more).map(|arg| (*arg).to_owned()));
        let program = self.binaries.join("kube-apiserver");
        self.servers[at].running = Some(Kept::start(self.folder.path(), cluster, &program, &args));
    }

    fn wait_for(&self, cluster: &str) {
        eventually(
            || self.try_kubectl(cluster, &["get", "--raw", "/readyz"]).status.success(),
            || format!("{cluster} does not get ready:\n{}", self.log(cluster)),
        );
    }
}

/// Waits until something holds.
///
/// # Panics
/// With what `otherwise` says if it does not get to hold.
pub fn eventually(holds: impl Fn() -> bool, otherwise: impl Fn() -> String) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{}", otherwise());
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn kubeconfig(servers: &[Server]) -> String {
    let mut text =
        "apiVersion: v1\nkind: Config\nusers:\n- {name: admin, user: {token: admin-token}}\nclusters:\n".to_owned();
    for Server { cluster, port, .. } in servers {
        let server = format!("https://127.0.0.1:{port}");
        let _ =
            writeln!(text, "- {{name: {cluster}, cluster: {{server: \"{server}\", certificate-authority: ca.crt}}}}");
    }
    text.push_str("contexts:\n");
    for Server { cluster, .. } in servers {
        let _ = writeln!(text, "- {{name: {cluster}, context: {{cluster: {cluster}, user: admin}}}}");
    }
    text
}

/// A port at which nothing listens.
///
/// # Panics
/// If there is none.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Writes a file below `folder`.
///
/// # Panics
/// If it cannot be written.
pub fn write(folder: &Path, path: &str, text: &str) {
    let full = folder.join(path);
    std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
    std::fs::write(full, text).expect("it can be written");
}
