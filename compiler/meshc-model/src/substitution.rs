use meshc_source::Span;

use crate::Name;

/// A Kustomization of Flux that replaces `${NAME}` in what it applies, by variables that stand in it.
#[derive(Clone, Debug)]
pub struct Substitution {
    /// The folder that it applies.
    pub path: Name,
    /// The variables that it has, one at least, and no others from anywhere else.
    pub variables: Vec<Name>,
    /// Where they begin.
    pub span: Span,
}
