//! What a script did that is not understood, and which comparisons it could change.

/// Something that comparisons are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The table `services`.
    Services,
    /// The table `frontends`.
    Frontends,
    /// The table `backends`.
    Backends,
    /// The maps of the data plane.
    Maps,
}

impl Subject {
    /// All of them that come from objects.
    pub const ALL: &[Subject] = &[Self::Services, Self::Frontends, Self::Backends, Self::Maps];

    /// Those that say who is selected.
    pub const SELECTION: &[Subject] = &[Self::Frontends, Self::Maps];

    /// The table of this name.
    pub fn table(name: &str) -> Option<Subject> {
        match name {
            "services" => Some(Self::Services),
            "frontends" => Some(Self::Frontends),
            "backends" => Some(Self::Backends),
            _ => None,
        }
    }
}

/// A reason not to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Why.
    pub reason: String,
    /// What it could change.
    pub subjects: &'static [Subject],
}

impl Doubt {
    /// A doubt about everything.
    pub fn of_all(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), subjects: Subject::ALL }
    }
}
