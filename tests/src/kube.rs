//! Real API servers: one etcd, and several kube-apiservers on it, each a cluster of its own.

use std::fmt::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The folder with `kube-apiserver` and `kubectl`; without it there is nothing to start.
const BINARIES: &str = "MESHC_KUBE_BIN";

/// How long a server may take to start, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_mins(3);

/// Clusters that run until this is dropped.
pub struct Kube {
    folder: TempDir,
    binaries: PathBuf,
    etcd: u16,
    running: Vec<Child>,
}

impl Kube {
    /// Starts a cluster for each of `names`; `None` where no servers are installed.
    ///
    /// # Panics
    /// If a server does not start.
    pub fn start(names: &[&str]) -> Option<Self> {
        let binaries = PathBuf::from(std::env::var_os(BINARIES)?);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut kube = Self { folder, binaries, etcd: free_port(), running: Vec::new() };
        kube.make_keys();
        kube.start_etcd();
        let ports: Vec<_> = names.iter().map(|_| free_port()).collect();
        std::fs::write(kube.kubeconfig(), kubeconfig(names, &ports)).expect("it can be written");
        for (at, (name, port)) in names.iter().zip(&ports).enumerate() {
            kube.start_server(at, name, *port);
        }
        for name in names {
            kube.wait_for(name);
        }
        Some(kube)
    }

    /// A kubeconfig with a context for each cluster, called as the cluster.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
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

    fn try_kubectl(&self, cluster: &str, args: &[&str]) -> Output {
        let cache = self.folder.path().join(format!("cache-{cluster}"));
        Command::new(self.binaries.join("kubectl"))
            .arg("--kubeconfig")
            .arg(self.kubeconfig())
            .args(["--context", cluster, "--cache-dir"])
            .arg(cache)
            .args(args)
            .output()
            .expect("kubectl stands beside the servers")
    }

    fn make_keys(&self) {
        let line = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 \
                    -subj /CN=ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign && \
                    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=server && \
                    printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\nextendedKeyUsage=serverAuth,clientAuth\\n' > server.ext && \
                    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt -extfile server.ext && \
                    openssl genrsa -out sa.key 2048 && openssl rsa -in sa.key -pubout -out sa.pub && \
                    printf 'admin-token,admin,admin,\"system:masters\"\nreader-token,reader,reader\n' > tokens.csv";
        let made = Command::new("sh").args(["-c", line]).current_dir(self.folder.path()).output();
        let made = made.expect("there is a shell");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    fn start_etcd(&mut self) {
        let (client, peer) = (format!("http://127.0.0.1:{}", self.etcd), format!("http://127.0.0.1:{}", free_port()));
        let mut command = Command::new("etcd");
        command
            .args(["--name", "t", "--data-dir", "etcd", "--unsafe-no-fsync", "--log-level", "error"])
            .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("t={peer}")]);
        self.run(command, "etcd.log");
    }

    fn start_server(&mut self, at: usize, name: &str, port: u16) {
        let mut command = Command::new(self.binaries.join("kube-apiserver"));
        command
            .args([
                format!("--etcd-servers=http://127.0.0.1:{}", self.etcd),
                format!("--etcd-prefix=/{name}"),
                format!("--secure-port={port}"),
                format!("--service-cluster-ip-range=10.{}.0.0/16", 96 + at),
                format!("--service-account-issuer=https://127.0.0.1:{port}"),
            ])
            .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"])
            .args(["--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--token-auth-file=tokens.csv"])
            .args(["--service-account-key-file=sa.pub", "--service-account-signing-key-file=sa.key"])
            .args(["--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount", "--profiling=false"])
            .args(["--enable-priority-and-fairness=false", "--allow-privileged=true"]);
        self.run(command, &format!("{name}.log"));
    }

    fn run(&mut self, mut command: Command, log: &str) {
        let log = std::fs::File::create(self.folder.path().join(log)).expect("a log can be made");
        let other = log.try_clone().expect("a file can be written from two sides");
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(log).stderr(other);
        let what = format!("{command:?}");
        self.running.push(command.spawn().unwrap_or_else(|error| panic!("{what}: {error}")));
    }

    fn wait_for(&self, cluster: &str) {
        let start = Instant::now();
        while !self.try_kubectl(cluster, &["get", "--raw", "/readyz"]).status.success() {
            let log = || std::fs::read_to_string(self.folder.path().join(format!("{cluster}.log"))).unwrap_or_default();
            assert!(start.elapsed() < PATIENCE, "{cluster} does not get ready:\n{}", log());
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Kube {
    fn drop(&mut self) {
        for child in self.running.iter_mut().rev() {
            // Whatever has ended already needs no end.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn kubeconfig(names: &[&str], ports: &[u16]) -> String {
    let mut text =
        "apiVersion: v1\nkind: Config\nusers:\n- {name: admin, user: {token: admin-token}}\nclusters:\n".to_owned();
    for (name, port) in names.iter().zip(ports) {
        let server = format!("https://127.0.0.1:{port}");
        let _ = writeln!(text, "- {{name: {name}, cluster: {{server: \"{server}\", certificate-authority: ca.crt}}}}");
    }
    text.push_str("contexts:\n");
    for name in names {
        let _ = writeln!(text, "- {{name: {name}, context: {{cluster: {name}, user: admin}}}}");
    }
    text
}

fn free_port() -> u16 {
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
