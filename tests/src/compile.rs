//! Projects in memory.

use meshc_compiler::Strictness;
use meshc_compiler::emit::{Bundle, EmitOptions, Layout};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::WeightedTables;
use meshc_compiler::weigh::contract::Options;
use meshc_diag::{Diagnostic, Diagnostics};
use meshc_source::{SourceFile, SourceMap};

use crate::fakes::Fakes;

/// What the compiler made of a project.
pub struct Compiled {
    /// The texts.
    pub sources: SourceMap,
    /// What it said, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// Who serves whom, if nothing was wrong.
    pub weighted: Option<WeightedTables>,
}

/// Compiles files: paths and texts.
pub fn compile<P: Into<String>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Compiled {
    compile_for(Client::ANYWHERE, files)
}

/// Compiles files, with tables as `client` sees them.
pub fn compile_for<P: Into<String>, T: Into<Vec<u8>>>(
    client: Client,
    files: impl IntoIterator<Item = (P, T)>,
) -> Compiled {
    let sources = SourceMap::new(files.into_iter().map(|(path, text)| SourceFile::new(path, text.into())).collect());
    let mut diags = Diagnostics::new();
    let weighted = meshc_compiler::check(&sources, &Strictness::AS_DECLARED, &mut diags).and_then(|mesh| {
        meshc_compiler::weighted_tables(mesh, client, &sources, &Fakes, &Options::default(), &mut diags)
    });
    Compiled { sources, diagnostics: diags.into_sorted(), weighted }
}

impl Compiled {
    /// The files that a build would write.
    pub fn bundle(&self) -> Option<Bundle> {
        let options = EmitOptions { layout: Layout::Namespace, cluster: None, plugins: Vec::new() };
        self.weighted.as_ref().map(|weighted| meshc_compiler::bundle(weighted, options))
    }
}
