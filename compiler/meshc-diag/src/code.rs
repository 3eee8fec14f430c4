use std::fmt;

use crate::Severity;

/// The page of a code: what it means, why it matters, an example that reports it, the example repaired.
#[derive(Clone, Copy, Debug)]
pub struct Page(pub &'static str);

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $number:ident $severity:ident $variant:ident = $name:literal;)+) => {
        /// A rule, by its number. The first two digits are the phase: 01 syntax, 02 schema, 03 resolve, 04 check,
        /// 05 weigh, 06 target.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of numbers.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The number, as `M0402`.
            pub const fn number(self) -> &'static str {
                match self { $(Self::$variant => stringify!($number),)+ }
            }

            /// The name, as `shared-not-global`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How bad it is unless the user says otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// One sentence about it.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// What `meshc explain` prints.
            pub const fn page(self) -> Page {
                match self { $(Self::$variant => Page(include_str!(concat!("../explain/", stringify!($number), ".md"))),)+ }
            }
        }
    };
}

codes! {
    /// The text is not YAML.
    M0101 Error InvalidYaml = "invalid-yaml";
    /// The file is not UTF-8.
    M0102 Error NotUtf8 = "not-utf8";
    /// A mapping has the same key twice.
    M0103 Error DuplicateKey = "duplicate-key";
    /// An alias names an anchor that does not stand before it in its document.
    M0104 Error UnknownAnchor = "unknown-anchor";
    /// The aliases of a document expand to more than meshc is willing to write.
    M0105 Error TooManyAliases = "too-many-aliases";
    /// Collections are nested too deep.
    M0106 Error TooDeep = "too-deep";
    /// A key is null, a list or a mapping.
    M0107 Error InvalidKey = "invalid-key";
    /// A value has a tag that Kubernetes does not read, or does not fit its tag.
    M0108 Error UnsupportedTag = "unsupported-tag";
    /// A value is infinite or not a number, which JSON cannot say.
    M0109 Error NotJson = "not-json";
    /// A document is neither a mapping nor empty.
    M0110 Error NotAMapping = "not-a-mapping";

    /// A document has no `apiVersion` and `kind`, and is left out.
    M0201 Note NotAnObject = "not-an-object";
    /// A file is the input of another tool that has to run first.
    M0202 Warning RenderFirst = "render-first";
    /// An annotation or label is not a string.
    M0203 Error UnquotedValue = "unquoted-value";
    /// A field has a value of the wrong type.
    M0204 Error WrongType = "wrong-type";
    /// A field that must be there is not.
    M0205 Error MissingField = "missing-field";
    /// A document of ours has a field that does not exist.
    M0206 Error UnknownField = "unknown-field";
    /// A field has a value out of its range or not of its form.
    M0207 Error InvalidValue = "invalid-value";
    /// A document of ours has an unknown kind or version.
    M0208 Error UnknownKind = "unknown-kind";
    /// An object has a field that its kind does not have.
    M0209 Warning UnknownKubernetesField = "unknown-kubernetes-field";
    /// A name or namespace is not of the form that the API server asks for.
    M0210 Error InvalidName = "invalid-name";
    /// A label, or the key of an annotation, is not of the form that the API server asks for.
    M0211 Error InvalidLabel = "invalid-label";
    /// The name of a port is refused by the API server, or two ports cannot be told apart.
    M0212 Error InvalidPortName = "invalid-port-name";
    /// Fields of a Service do not go together, and the API server refuses it.
    M0213 Error ContradictoryService = "contradictory-service";
    /// An annotation looks like one of Cilium's or ours, and is none.
    M0214 Warning UnknownAnnotation = "unknown-annotation";
    /// A known annotation stands where nobody reads it.
    M0215 Warning AnnotationOnWrongKind = "annotation-on-wrong-kind";

    /// Something names a cluster that the mesh does not have.
    M0301 Error UnknownCluster = "unknown-cluster";
    /// The same object stands twice for one cluster.
    M0302 Error DuplicateObject = "duplicate-object";
    /// There is more than one Mesh document.
    M0303 Error SeveralMeshes = "several-meshes";
    /// A cluster's name is not one that Cilium takes.
    M0304 Error ClusterName = "cluster-name";
    /// A cluster's id is not one that Cilium takes, or is used twice.
    M0305 Error ClusterId = "cluster-id";
    /// Nothing says which clusters there are.
    M0306 Error NoClusters = "no-clusters";
    /// The data plane's version is not one that meshc knows.
    M0307 Error UnknownVersion = "unknown-version";
    /// A placement rule matches no file.
    M0308 Warning PlacementMatchesNothing = "placement-matches-nothing";
    /// The pods of two clusters share addresses.
    M0309 Error PodCidrOverlap = "pod-cidr-overlap";
    /// A setting about rules names none, or one that cannot be changed.
    M0310 Warning UnknownLint = "unknown-lint";
    /// An object keeps a rule silent that has nothing to say about it.
    M0311 Warning IdleAllow = "idle-allow";
    /// A cluster has no id, and others have one.
    M0312 Warning ClusterWithoutId = "cluster-without-id";
    /// The versions of Cilium in one mesh are more than a minor apart.
    M0313 Warning VersionsFarApart = "versions-far-apart";
    /// A namespace is declared for one cluster and used in another.
    M0314 Warning NamespaceMissing = "namespace-missing";
    /// What says where an object stands has no effect, or leaves it nowhere.
    M0315 Warning PlacementIgnored = "placement-ignored";

    /// An annotation that is true or false is neither.
    M0401 Error AnnotationValue = "annotation-value";
    /// `shared` is set on a service that is not global, where it does nothing.
    M0402 Warning SharedNotGlobal = "shared-not-global";
    /// The affinity is not one that Cilium knows.
    M0403 Error UnknownAffinity = "unknown-affinity";
    /// The old and the new name of an annotation say different things.
    M0404 Warning AliasContradicts = "alias-contradicts";
    /// A service is global in one cluster and not in another.
    M0405 Warning NotGlobalEverywhere = "not-global-everywhere";
    /// The ports of a global service do not meet across clusters.
    M0406 Warning PortNamesDiffer = "port-names-differ";
    /// `affinity` is set on a service that is not global, where it does nothing.
    M0407 Warning AffinityNotGlobal = "affinity-not-global";
    /// Clusters export the same service and disagree about it.
    M0408 Warning ExportConflict = "export-conflict";
    /// A `ServiceExport` exports nothing.
    M0409 Warning ExportWithoutService = "export-without-service";
    /// The word `none` for an affinity drops the backends of other clusters in the versions that there are.
    M0410 Error AffinityDropsRemote = "affinity-drops-remote";
    /// A service prefers the backends of its own cluster, which has none.
    M0411 Warning AffinityWithoutLocal = "affinity-without-local";
    /// Every cluster prefers the backends of the others.
    M0412 Warning AffinityRemoteEverywhere = "affinity-remote-everywhere";
    /// A service is global, and no cluster shares its backends.
    M0413 Warning NobodyShares = "nobody-shares";
    /// A global service has no backend in any cluster.
    M0414 Warning NoBackendsAnywhere = "no-backends-anywhere";
    /// The selector of a Service matches no workload, and one is near.
    M0415 Warning SelectorMatchesNothing = "selector-matches-nothing";
    /// An address is a backend in two clusters.
    M0416 Warning OneAddressTwoClusters = "one-address-two-clusters";
    /// Services are shared, and their namespace keeps them from other clusters.
    M0417 Warning NamespaceNotGlobal = "namespace-not-global";
    /// A traffic policy keeps connections on their node, and the service is global.
    M0418 Warning LocalPolicyOnGlobal = "local-policy-on-global";
    /// A service asks for near backends where that has no effect.
    M0419 Warning TopologyWithoutEffect = "topology-without-effect";
    /// An `EndpointSlice` says a weight where that has no effect.
    M0420 Warning SliceWeightWithoutEffect = "slice-weight-without-effect";
    /// A service chooses how it is balanced where that has no effect.
    M0421 Warning AlgorithmWithoutEffect = "algorithm-without-effect";
    /// A headless service is global where endpoints are not mirrored.
    M0422 Warning HeadlessWithoutSync = "headless-without-sync";
    /// A service asks for mirrored endpoints and does not get them.
    M0423 Warning SyncNeedsPrimary = "sync-needs-primary";
    /// A global service has an address family in one cluster only.
    M0424 Warning FamiliesDiffer = "families-differ";

    /// Nodes of two clusters have the same name, where a service stays on its node.
    M0425 Warning NodeInTwoClusters = "node-in-two-clusters";
    /// A global service is only another name, and has no backends.
    M0426 Warning GlobalExternalName = "global-external-name";
    /// A global service is headless in one cluster and not in another.
    M0427 Warning HeadlessDiffers = "headless-differs";
    /// Session affinity of a global service differs between clusters.
    M0428 Warning SessionAffinityDiffers = "session-affinity-differs";
    /// The type of a global service differs between clusters.
    M0429 Note TypeDiffers = "type-differs";
    /// Ports with one target lose the backends of other clusters in some versions.
    M0430 Warning SharedTargetPort = "shared-target-port";
    /// A port without a name loses the backends of other clusters in some versions.
    M0431 Warning UnnamedPortLosesRemote = "unnamed-port-loses-remote";
    /// Few local backends keep the traffic of a whole cluster.
    M0432 Warning FewLocalBackends = "few-local-backends";
    /// A service prefers other clusters, and none of them before the rest.
    M0433 Note RemoteHasNoOrder = "remote-has-no-order";
    /// Node ports that kube-proxy serves reach the backends of their own cluster only.
    M0434 Warning NodePortsWithoutKubeProxyReplacement = "node-ports-without-kube-proxy-replacement";
    /// A proxy that reads endpoint slices reaches the backends of its own cluster only.
    M0435 Warning RouteSeesLocalOnly = "route-sees-local-only";
    /// Cilium writes over a `ServiceImport`.
    M0436 Warning ServiceImportIgnored = "service-import-ignored";
    /// An annotation of Cilium has a value that it does not know.
    M0437 Warning UnknownServiceAnnotationValue = "unknown-service-annotation-value";
    /// Flux would replace a variable that it does not have by nothing.
    M0438 Warning SubstitutionLosesText = "substitution-loses-text";

    /// A plugin cannot be loaded.
    M0501 Error PluginUnavailable = "plugin-unavailable";
    /// A plugin trapped or used up a limit.
    M0502 Error PluginFailed = "plugin-failed";
    /// A plugin gave a weight to a backend that the data plane does not use.
    M0503 Error ForbiddenWeight = "forbidden-weight";
    /// A plugin took the weight of every backend away.
    M0504 Error NoWeightLeft = "no-weight-left";
    /// A plugin's reply does not have the form of the contract.
    M0505 Error ContractBreach = "contract-breach";
    /// A plugin has something to say about the input.
    M0506 Warning PluginFinding = "plugin-finding";
    /// The config of a policy is not one that its weigher takes.
    M0507 Error PolicyConfig = "policy-config";
    /// A policy selects no service.
    M0508 Warning PolicySelectsNothing = "policy-selects-nothing";
    /// A plugin is not the one that the lock file names.
    M0509 Error PluginNotLocked = "plugin-not-locked";

    /// Weights are asked for where the data plane ignores them.
    M0601 Warning WeightWithoutEffect = "weight-without-effect";
}

impl Code {
    /// Finds a code by its number or name, in any case.
    pub fn find(text: &str) -> Option<Code> {
        let wanted = text.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number().eq_ignore_ascii_case(wanted) || code.name().eq_ignore_ascii_case(wanted))
    }

    /// Whether it is of the gate: about what a mesh will do, and not about whether it can be understood.
    pub fn is_judgement(self) -> bool {
        self.number().starts_with("M04")
    }

    /// The phase that finds it, by the first two digits of the number.
    pub const fn phase(self) -> &'static str {
        match self.number().as_bytes() {
            [_, b'0', b'1', ..] => "syntax",
            [_, b'0', b'2', ..] => "schema",
            [_, b'0', b'3', ..] => "resolve",
            [_, b'0', b'4', ..] => "check",
            [_, b'0', b'5', ..] => "weigh",
            _ => "target",
        }
    }

    /// Whether it says that a plugin, and not the configuration, is at fault.
    pub const fn is_plugin_fault(self) -> bool {
        matches!(
            self,
            Self::PluginUnavailable
                | Self::PluginFailed
                | Self::ForbiddenWeight
                | Self::NoWeightLeft
                | Self::ContractBreach
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_in_order() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn a_code_is_found_by_number_and_name() {
        assert_eq!(Code::find("m0402"), Some(Code::SharedNotGlobal));
        assert_eq!(Code::find("shared-not-global"), Some(Code::SharedNotGlobal));
        assert_eq!(Code::find("M9999"), None);
    }
}
