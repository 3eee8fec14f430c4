//! The contract of Argo CD's config management plugins.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use meshc_tests::places::{copy_all, files_below, here, repository};
use serde_json::Value;
use tempfile::TempDir;

use super::{MESH, documents, objects, stderr, stdout, write};
use crate::MESHC;
use crate::plugins::weighted;

/// A copy of a repository, as Argo CD makes one for every run: somewhere else each time.
struct Checkout {
    folder: TempDir,
    application: PathBuf,
}

impl Checkout {
    /// With the files of `from` in the Application's folder.
    fn of(from: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let application = folder.path().join("apps/mesh");
        copy_all(from, &application);
        Self { folder, application }
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let application = folder.path().join("apps/mesh");
        for (path, text) in files {
            write(&application, path, text);
        }
        Self { folder, application }
    }

    /// A command of the plugin, with nothing of the environment but what Argo CD gives it.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = MESHC.command(&self.application);
        command.env_clear().args(arguments).stdin(std::process::Stdio::null());
        for (name, value) in [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("ARGOCD_APP_NAME", "shop-cluster1"),
            ("ARGOCD_APP_NAMESPACE", "default"),
            ("ARGOCD_APP_REVISION", "4a0f"),
            ("ARGOCD_APP_SOURCE_PATH", "apps/mesh"),
            ("KUBE_VERSION", "1.34"),
        ] {
            command.env(name, value);
        }
        command
    }

    /// Runs `generate` with string parameters, as an Application sets them.
    fn generate(&self, parameters: &[(&str, &str)]) -> Output {
        self.generating(parameters).output().unwrap()
    }

    fn generating(&self, parameters: &[(&str, &str)]) -> Command {
        let set: Vec<_> =
            parameters.iter().map(|(name, value)| serde_json::json!({"name": name, "string": value})).collect();
        let mut command = self.command(&["argocd", "generate"]);
        command.env("ARGOCD_APP_PARAMETERS", Value::from(set).to_string());
        for (name, value) in parameters {
            command.env(format!("PARAM_{}", name.to_uppercase().replace('-', "_")), value);
        }
        command
    }

    fn discover(&self) -> Output {
        self.command(&["argocd", "discover"]).output().unwrap()
    }
}

/// Of every project of `golden/`, the manifests of every cluster as a build writes them.
fn goldens() -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    for project in std::fs::read_dir(here("golden")).unwrap() {
        let project = project.unwrap().path();
        for cluster in std::fs::read_dir(project.join("out/clusters")).unwrap() {
            let folder = cluster.unwrap().path();
            let files = files_below(&folder).into_iter().filter(|path| path != "kustomization.yaml");
            let text: Vec<_> = files.map(|path| std::fs::read_to_string(folder.join(path)).unwrap()).collect();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            found.push((project.join("in"), name, text.join("---\n")));
        }
    }
    assert!(found.len() >= 8);
    found
}

#[test]
fn argo_cd_gets_the_objects_that_a_build_writes() {
    for (project, cluster, built) in goldens() {
        let run = Checkout::of(&project).generate(&[("cluster", &cluster)]);
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        assert_eq!(objects(stdout(&run)), objects(&built), "{} {cluster}", project.display());
        let ours =
            |object: &Value| object["apiVersion"].as_str().is_none_or(|version| version.starts_with("meshc.dev/"));
        assert!(!documents(stdout(&run)).iter().any(ours), "only objects of Kubernetes go to stdout");
    }
}

/// With a plugin, so that they share what is compiled, and fight for it.
#[test]
fn several_at_once_give_the_same_bytes() {
    let cache = tempfile::tempdir().unwrap();
    let project = weighted();
    let checkouts: Vec<_> = (0..6).map(|_| Checkout::of(&project.path().join("in"))).collect();
    let started: Vec<_> = checkouts
        .iter()
        .flat_map(|checkout| ["cluster1", "cluster2"].map(|cluster| (checkout, cluster)))
        .map(|(checkout, cluster)| {
            let mut command = checkout.generating(&[("cluster", cluster)]);
            command.env("MESHC_CACHE_DIR", cache.path().join("cache"));
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            (cluster, command.spawn().unwrap())
        })
        .collect();
    let runs: Vec<_> = started.into_iter().map(|(cluster, run)| (cluster, run.wait_with_output().unwrap())).collect();
    for (cluster, run) in &runs {
        assert_eq!(run.status.code(), Some(0), "{}", stderr(run));
        let (_, first) = runs.iter().find(|(other, _)| other == cluster).unwrap();
        assert_eq!(stdout(run), stdout(first));
        assert_eq!(stderr(run), stderr(first), "not even what is said depends on the folder");
    }
    let file = |path: &str| std::fs::read_to_string(checkouts[0].application.join(path)).unwrap();
    assert_eq!(file("mesh.yaml"), std::fs::read_to_string(project.path().join("in/mesh.yaml")).unwrap());
    let left: Vec<_> = files_below(checkouts[0].folder.path());
    assert_eq!(
        left.len(),
        files_below(&project.path().join("in")).len(),
        "nothing is left in the repository: {left:?}"
    );
}

#[test]
fn the_cluster_is_what_the_application_says() {
    let checkout = Checkout::of(&here("golden/tutorial/in"));
    let of = |name: &str| stdout(&checkout.generate(&[("cluster", name)])).to_owned();
    let (first, second) = (of("cluster1"), of("cluster2"));
    assert_ne!(first, second);
    let variable = |mut command: Command| command.env("ARGOCD_ENV_CLUSTER", "cluster2").output().unwrap();
    assert_eq!(stdout(&variable(checkout.command(&["argocd", "generate"]))), second);
    // A parameter is nearer to the Application than a variable, and an argument nearer to the plugin than both.
    assert_eq!(stdout(&variable(checkout.generating(&[("cluster", "cluster1")]))), first);
    let argument = ["argocd", "generate", "--cluster", "cluster1"];
    assert_eq!(stdout(&variable(checkout.command(&argument))), first);
    for (parameters, expected) in [
        (&[][..], "error: set the parameter `cluster` of the Application; the clusters are cluster1, cluster2\n"),
        (&[("cluster", "clutser2")], "error: no cluster is named `clutser2`; did you mean `cluster2`?\n"),
        (&[("clustre", "cluster2")], "error: there is no parameter `clustre`; did you mean `cluster`?\n"),
    ] {
        let run = checkout.generate(parameters);
        assert_eq!((run.status.code(), stdout(&run), stderr(&run)), (Some(64), "", expected));
    }
}

#[test]
fn the_only_cluster_need_not_be_named() {
    let mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: c1, id: 1}]}\n";
    let checkout =
        Checkout::with(&[("mesh.yaml", mesh), ("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")]);
    let run = checkout.generate(&[]);
    assert_eq!((run.status.code(), objects(stdout(&run)).len()), (Some(0), 1), "{}", stderr(&run));
}

#[test]
fn a_cluster_without_objects_is_never_empty_and_green() {
    let checkout = Checkout::with(&[
        ("mesh.yaml", MESH),
        ("clusters/c1/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    ]);
    assert_eq!(checkout.generate(&[("cluster", "c1")]).status.code(), Some(0));
    let run = checkout.generate(&[("cluster", "c2")]);
    assert_eq!((run.status.code(), stdout(&run)), (Some(1), ""));
    assert!(stderr(&run).contains("`c2` has no object") && stderr(&run).contains("`allow-empty`"), "{}", stderr(&run));
    let run = checkout.generate(&[("cluster", "c2"), ("allow-empty", "true")]);
    assert_eq!((run.status.code(), stdout(&run), stderr(&run)), (Some(0), "", ""));
    let run = checkout.generate(&[("cluster", "c2"), ("allow-empty", "false")]);
    assert_eq!(run.status.code(), Some(1));
}

/// Argo CD shows stderr to everybody who may see the Application.
#[test]
fn mistakes_are_a_line_each_without_looks_and_secrets() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations: {service.cilium.io/global: yes}\n\
                  stringData:\n  password: hunter2\n  again: *hunter3\n";
    let broken = "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  a: \"hunter4\n  b: hunter5: x\n";
    let checkout = Checkout::with(&[("mesh.yaml", MESH), ("a.yaml", secret), ("b.yaml", broken)]);
    let run = checkout.generating(&[("cluster", "c1")]).env("CLICOLOR_FORCE", "").output().unwrap();
    assert_eq!((run.status.code(), stdout(&run)), (Some(1), ""));
    let said = stderr(&run);
    assert!(said.contains("b.yaml:"), "{said}");
    for line in said.lines() {
        let place = line.starts_with("a.yaml:") || line.starts_with("b.yaml:");
        assert!(place && line.contains("error[M0") && line.len() < 200, "{line}");
    }
    for hidden in ["hunter2", "hunter4", "hunter5", "\u{1b}", checkout.folder.path().to_str().unwrap()] {
        assert!(!said.contains(hidden), "{hidden:?} is in {said}");
    }
}

#[test]
fn discovering_is_quiet_about_folders_of_others() {
    let found = Checkout::with(&[("deep/in/it.yaml", MESH), ("x.yaml", "a: ]\n")]).discover();
    assert_eq!((found.status.code(), stdout(&found), stderr(&found)), (Some(0), "deep/in/it.yaml\n", ""));
    let foreign = Checkout::with(&[
        ("broken.yaml", "a: ]\n"),
        ("Chart.yaml", "apiVersion: v2\nname: x\n"),
        ("templates/a.yaml", "{{ .Values.x }}\n"),
        ("words.yaml", "# meshc.dev/v1alpha1 is what a Mesh would say\na: 1\n"),
        ("policy.yaml", "apiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {name: a}\n"),
        ("clusters/c1/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    ]);
    std::os::unix::fs::symlink("nowhere", foreign.application.join("link.yaml")).unwrap();
    let run = foreign.discover();
    assert_eq!((run.status.code(), stdout(&run), stderr(&run)), (Some(0), "", ""));
    let built = Checkout::of(&here("golden/tutorial/out")).discover();
    assert_eq!((built.status.code(), stdout(&built)), (Some(0), ""), "what is built is for kustomize");
}

#[test]
fn the_user_interface_learns_the_parameters() {
    let announced = |files: &[(&str, &str)]| {
        let run = Checkout::with(files).command(&["argocd", "parameters"]).output().unwrap();
        assert_eq!((run.status.code(), stderr(&run)), (Some(0), ""));
        serde_json::from_str::<Vec<Value>>(stdout(&run)).unwrap()
    };
    let known = ["name", "title", "tooltip", "required", "itemType", "collectionType", "string", "array", "map"];
    let list = announced(&[("mesh.yaml", MESH)]);
    for parameter in &list {
        let fields = parameter.as_object().unwrap();
        assert!(fields.keys().all(|key| known.contains(&key.as_str())), "{parameter}");
        assert_eq!(fields["collectionType"], "string");
    }
    assert_eq!((&list[0]["name"], &list[0]["required"]), (&"cluster".into(), &true.into()));
    assert!(list[0]["tooltip"].as_str().unwrap().ends_with(": c1, c2") && list[0].get("string").is_none());
    // What is announced as the value of a parameter that is not set has to be what then holds.
    assert_eq!((&list[1]["name"], &list[1]["string"]), (&"allow-empty".into(), &"false".into()));
    let one = announced(&[("clusters/c1/a.yaml", "a: ]\n"), ("mesh.yaml", &MESH.replace(", {name: c2, id: 2}", ""))]);
    assert_eq!((&one[0]["string"], &one[0]["required"]), (&"c1".into(), &false.into()));
}

/// The commands that `plugin.yaml` names are commands of this meshc, and do what each is for.
#[test]
fn the_plugin_file_is_about_this_program() {
    let text = std::fs::read_to_string(repository("runtime/hosts/argocd/plugin.yaml")).unwrap();
    let plugin = &documents(&text)[0];
    assert_eq!(
        (&plugin["kind"], &plugin["apiVersion"]),
        (&"ConfigManagementPlugin".into(), &"argoproj.io/v1alpha1".into())
    );
    let checkout = Checkout::of(&here("golden/tutorial/in"));
    for (pointer, begins) in [
        ("/spec/generate", "---\napiVersion: "),
        ("/spec/discover/find", "mesh.yaml\n"),
        ("/spec/parameters/dynamic", "[{\"name\":\"cluster\""),
    ] {
        let command = plugin.pointer(pointer).unwrap();
        let words = |field: &str| {
            let list = command[field].as_array().unwrap();
            list.iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("command"), ["meshc"]);
        let arguments = words("args");
        let mut run = checkout.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let run = run.env("ARGOCD_APP_PARAMETERS", r#"[{"name":"cluster","string":"cluster1"}]"#).output().unwrap();
        assert!(run.status.success() && stdout(&run).starts_with(begins), "{pointer}: {}", stderr(&run));
    }
}

/// As in the sidecar: a user without rights, no network, a root that cannot be written.
#[test]
fn a_user_without_rights_or_network_on_a_read_only_root_is_enough() {
    let confined = |script: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--net", "sh", "-ec", script, "sh"]);
        unshare
    };
    if !confined("mount -t tmpfs tmpfs /mnt").status().is_ok_and(|status| status.success()) {
        println!("this machine gives no name spaces: nothing to confine in");
        return;
    }
    let project = weighted();
    let checkout = Checkout::of(&project.path().join("in"));
    let readable = Command::new("chmod").args(["-R", "a+rX"]).arg(&checkout.application).status().unwrap();
    assert!(readable.success());
    let plain = checkout.generating(&[("cluster", "cluster1")]);
    let mut run = confined(
        "mount -t tmpfs tmpfs /mnt
         mkdir /mnt/usr /mnt/proc /mnt/dev /mnt/app
         touch /mnt/meshc /mnt/dev/null
         for folder in bin lib lib64; do cp -P /$folder /mnt/$folder; done
         mount --bind /usr /mnt/usr
         mount --bind \"$1\" /mnt/meshc
         mount --bind . /mnt/app
         mount --bind /dev/null /mnt/dev/null
         mount -t proc proc /mnt/proc
         mount -o remount,ro,bind /mnt/app
         mount -o remount,ro /mnt
         shift
         exec chroot --userspec=999:999 --groups= /mnt sh -c 'cd /app; ! touch x 2>&-; exec /meshc \"$@\"' sh \"$@\"",
    );
    let program = std::fs::canonicalize(plain.get_program()).unwrap();
    run.arg(program).args(plain.get_args()).current_dir(&checkout.application).env_clear();
    run.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let run = run.output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert_eq!(stdout(&run), stdout(&checkout.generate(&[("cluster", "cluster1")])));
    assert!(!checkout.application.join("x").exists());
}
