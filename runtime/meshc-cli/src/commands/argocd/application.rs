//! What an Application says to the plugin, by the environment.

use std::env;

use meshc_compiler::schema::nearest;
use serde::Deserialize;

use crate::exit::Stop;

/// The parameter, and the variable behind `ARGOCD_ENV_`, that name the cluster.
pub(super) const CLUSTER: &str = "cluster";
/// The parameter that lets a cluster be empty.
pub(super) const ALLOW_EMPTY: &str = "allow-empty";

/// Where Argo CD puts the parameters.
const PARAMETERS: &str = "ARGOCD_APP_PARAMETERS";
/// What Argo CD makes of the variable CLUSTER of an Application.
const CLUSTER_VARIABLE: &str = "ARGOCD_ENV_CLUSTER";

/// What an Application asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Application {
    /// The cluster whose manifests it wants.
    pub(super) cluster: Option<String>,
    /// Whether it is content with none.
    pub(super) allow_empty: bool,
}

/// A parameter as it is set. One that is a list or a mapping has no `string`.
#[derive(Deserialize)]
struct Parameter {
    name: String,
    string: Option<String>,
}

impl Application {
    /// Reads the environment.
    pub(super) fn from_env() -> Result<Self, Stop> {
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let mut application = Self::parse(&variable(PARAMETERS).unwrap_or_default())?;
        application.cluster = application.cluster.or_else(|| variable(CLUSTER_VARIABLE));
        Ok(application)
    }

    /// Reads the parameters. One of no value is one that is not set, as the user interface leaves it.
    fn parse(parameters: &str) -> Result<Self, Stop> {
        let mut application = Self::default();
        if parameters.is_empty() {
            return Ok(application);
        }
        let set: Option<Vec<Parameter>> = serde_json::from_str(parameters)
            .map_err(|_| Stop::Usage(format!("`{PARAMETERS}` is not a list of parameters in JSON")))?;
        for parameter in set.into_iter().flatten() {
            let name = parameter.name.as_str();
            let value = parameter.string.ok_or_else(|| Stop::Usage(format!("the parameter `{name}` is a string")));
            match name {
                CLUSTER => application.cluster = Some(value?).filter(|value| !value.is_empty()),
                ALLOW_EMPTY => application.allow_empty = boolean(name, &value?)?,
                _ => return Err(unknown(name)),
            }
        }
        Ok(application)
    }
}

fn boolean(name: &str, value: &str) -> Result<bool, Stop> {
    match value {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(Stop::Usage(format!("the parameter `{name}` is `true` or `false`"))),
    }
}

fn unknown(name: &str) -> Stop {
    let help = match nearest(name, [CLUSTER, ALLOW_EMPTY]) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("the parameters are `{CLUSTER}` and `{ALLOW_EMPTY}`"),
    };
    Stop::Usage(format!("there is no parameter `{name}`; {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_argo_cd_writes_them() {
        let of = |cluster: Option<&str>, allow_empty| Application { cluster: cluster.map(str::to_owned), allow_empty };
        for (text, expected) in [
            ("", of(None, false)),
            ("null", of(None, false)),
            ("[]", of(None, false)),
            (r#"[{"name":"cluster","string":"c1"}]"#, of(Some("c1"), false)),
            (r#"[{"name":"cluster","string":""},{"name":"allow-empty","string":"true"}]"#, of(None, true)),
        ] {
            assert_eq!(Application::parse(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_without_its_value() {
        for (text, expected) in [
            ("{", "`ARGOCD_APP_PARAMETERS` is not a list of parameters in JSON"),
            (r#"[{"name":"clustr","string":"hidden"}]"#, "there is no parameter `clustr`; did you mean `cluster`?"),
            (r#"[{"name":"cluster","array":["hidden"]}]"#, "the parameter `cluster` is a string"),
            (r#"[{"name":"allow-empty","string":"hidden"}]"#, "the parameter `allow-empty` is `true` or `false`"),
            (r#"[{"name":"x","map":{}}]"#, "there is no parameter `x`; the parameters are `cluster` and `allow-empty`"),
        ] {
            assert_eq!(Application::parse(text).unwrap_err().to_string(), expected, "{text}");
        }
    }
}
