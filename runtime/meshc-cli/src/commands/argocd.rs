//! `meshc argocd`: the commands of a config management plugin, as Argo CD starts them.
//!
//! The contract (<https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/>): each runs in the
//! folder of the Application, in a copy of the repository that is another one every time; several run at once; stdout is
//! taken as it is, and stderr is shown to whoever looks at the Application.

mod application;
mod discover;
mod generate;
mod parameters;

use anyhow::Result;

use crate::args::{ArgocdCommand, Args};
use crate::exit::Exit;

pub(super) fn run(own: &ArgocdCommand, args: &Args) -> Result<Exit> {
    match own {
        ArgocdCommand::Generate(own) => generate::run(own, args),
        ArgocdCommand::Discover(own) => discover::run(own),
        ArgocdCommand::Parameters(own) => parameters::run(own),
    }
}
