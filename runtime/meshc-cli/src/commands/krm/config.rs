//! What the function is told to do.

use meshc_compiler::schema::{API_VERSION, nearest};
use meshc_syntax::Node;

use super::text::{scalar, type_of};
use crate::args::{Deny, KrmArgs, deny_list};
use crate::exit::Stop;

/// The keys of a `ConfigMap` that are understood.
const KEYS: [&str; 3] = ["cluster", "deny", "allow-empty"];

/// What the function is told to do, by its config and its arguments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// The cluster whose objects are kept; all are without one.
    pub(super) cluster: Option<String>,
    /// What counts as an error besides errors.
    pub(super) deny: Vec<Deny>,
    /// Whether the cluster may be empty.
    pub(super) allow_empty: bool,
    /// Whether the config is a Mesh, which then belongs to the project.
    pub(super) is_mesh: bool,
}

impl Config {
    /// Reads the config of a function. An argument is stronger than the config.
    pub(super) fn read(function_config: Option<Node<'_>>, own: &KrmArgs) -> Result<Self, Stop> {
        let mut config = match function_config {
            Some(node) => match type_of(node) {
                (API_VERSION, "Mesh") => Self { is_mesh: true, ..Self::default() },
                ("v1", "ConfigMap") => Self::of_config_map(node)?,
                (version, kind) => {
                    return Err(Stop::Usage(format!(
                        "the function's config is `{kind}` of `{version}`; it can be a Mesh of `{API_VERSION}` or a ConfigMap"
                    )));
                }
            },
            None => Self::default(),
        };
        config.cluster = own.cluster.clone().or(config.cluster);
        Ok(config)
    }

    fn of_config_map(node: Node<'_>) -> Result<Self, Stop> {
        let mut config = Self::default();
        for entry in node.get("data").into_iter().flat_map(Node::entries) {
            let value = scalar(entry.value)
                .ok_or_else(|| Stop::Usage(format!("`{}` in the function's config is a string", entry.key)))?;
            match entry.key {
                "cluster" => config.cluster = Some(value.to_owned()).filter(|value| !value.is_empty()),
                "deny" => config.deny = deny(value)?,
                "allow-empty" => config.allow_empty = boolean(value)?,
                key => return Err(unknown(key)),
            }
        }
        Ok(config)
    }
}

fn deny(value: &str) -> Result<Vec<Deny>, Stop> {
    deny_list(value).map_err(|why| Stop::Usage(format!("`deny: {value}` in the function's config: {why}")))
}

fn boolean(value: &str) -> Result<bool, Stop> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        other => {
            Err(Stop::Usage(format!("`allow-empty` in the function's config is `true` or `false`, not `{other}`")))
        }
    }
}

fn unknown(key: &str) -> Stop {
    let help = nearest(key, KEYS)
        .map_or_else(|| format!("it knows {}", KEYS.join(", ")), |known| format!("did you mean `{known}`?"));
    Stop::Usage(format!("the function's config has no `{key}`; {help}"))
}

#[cfg(test)]
mod tests {
    use meshc_diag::{Code, Diagnostics};
    use meshc_source::FileId;
    use meshc_syntax::parse;

    use super::*;

    fn read(text: &str, cluster: Option<&str>) -> Result<Config, String> {
        let tree = parse(FileId(0), text, &mut Diagnostics::new());
        let own = KrmArgs { cluster: cluster.map(str::to_owned) };
        Config::read(tree.documents(text).next(), &own).map_err(|stop| stop.to_string())
    }

    #[test]
    fn a_config_is_a_mesh_or_a_config_map() {
        let mesh = read("apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {}\n", None).unwrap();
        assert!(mesh.is_mesh && mesh.cluster.is_none());
        let map =
            "apiVersion: v1\nkind: ConfigMap\ndata: {cluster: c1, deny: 'M0402, warnings', allow-empty: \"true\"}\n";
        let config = read(map, None).unwrap();
        assert_eq!(config.cluster.as_deref(), Some("c1"));
        assert_eq!(config.deny, [Deny::Rule(Code::SharedNotGlobal), Deny::Warnings]);
        assert!(config.allow_empty);
        assert_eq!(read(map, Some("c2")).unwrap().cluster.as_deref(), Some("c2"));
        assert_eq!(read("", None), Ok(Config::default()));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let map = |data: &str| read(&format!("apiVersion: v1\nkind: ConfigMap\ndata: {{{data}}}\n"), None).unwrap_err();
        assert_eq!(map("clusters: c1"), "the function's config has no `clusters`; did you mean `cluster`?");
        assert_eq!(map("x: c1"), "the function's config has no `x`; it knows cluster, deny, allow-empty");
        assert_eq!(map("cluster: [c1]"), "`cluster` in the function's config is a string");
        assert_eq!(
            map("allow-empty: maybe"),
            "`allow-empty` in the function's config is `true` or `false`, not `maybe`"
        );
        assert!(map("deny: M9999").starts_with("`deny: M9999` in the function's config: "));
        let other = read("apiVersion: v1\nkind: Secret\n", None).unwrap_err();
        assert!(other.starts_with("the function's config is `Secret` of `v1`; "), "{other}");
    }
}
