//! The fields that the kinds have which are read with meaning: those of Kubernetes 1.22 to 1.37, alpha ones included,
//! of the MCS-API, and of the routes of the Gateway API up to 1.6. What leads nowhere near a service is left out.

/// A type of an API.
#[derive(Debug)]
pub(crate) struct Type {
    /// Its fields, in the order of bytes.
    fields: &'static [Field],
}

/// A field of a type.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// What it holds, or what each item of it is, if that is known here.
    pub(crate) below: Option<&'static Type>,
}

impl Type {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.binary_search_by(|field| field.name.cmp(name)).ok().map(|at| &self.fields[at])
    }

    pub(crate) fn fields(&self) -> &'static [Field] {
        self.fields
    }
}

macro_rules! types {
    ($($name:ident { $($field:ident $(: $below:ident)?),+ $(,)? })+) => {
        $(pub(crate) static $name: Type = Type {
            fields: &[$(Field { name: stringify!($field), below: types!(@below $($below)?) }),+],
        };)+

        #[cfg(test)]
        const ALL: &[(&str, &Type)] = &[$((stringify!($name), &$name)),+];
    };
    (@below) => { None };
    (@below $below:ident) => { Some(&$below) };
}

types! {
    SERVICE { apiVersion, kind, metadata: META, spec: SERVICE_SPEC, status: SERVICE_STATUS }
    SERVICE_SPEC {
        allocateLoadBalancerNodePorts, clusterIP, clusterIPs, externalIPs, externalName, externalTrafficPolicy,
        healthCheckNodePort, internalTrafficPolicy, ipFamilies, ipFamilyPolicy, loadBalancerClass, loadBalancerIP,
        loadBalancerSourceRanges, ports: SERVICE_PORT, publishNotReadyAddresses, selector, sessionAffinity,
        sessionAffinityConfig: SESSION_AFFINITY, trafficDistribution, type,
    }
    SERVICE_PORT { appProtocol, name, nodePort, port, protocol, targetPort }
    SESSION_AFFINITY { clientIP: CLIENT_IP }
    CLIENT_IP { timeoutSeconds }
    SERVICE_STATUS { conditions, loadBalancer: BALANCER_STATUS }
    BALANCER_STATUS { ingress: INGRESS }
    INGRESS { hostname, ip, ipMode, ports }

    SLICE { addressType, apiVersion, endpoints: ENDPOINT, kind, metadata: META, ports: ENDPOINT_PORT }
    ENDPOINT {
        addresses, conditions: CONDITIONS, deprecatedTopology, hints: HINTS, hostname, nodeName, targetRef: REFERENCE,
        zone,
    }
    CONDITIONS { ready, serving, terminating }
    HINTS { forNodes: HINT, forZones: HINT }
    HINT { name }
    ENDPOINT_PORT { appProtocol, name, port, protocol }
    REFERENCE { apiVersion, fieldPath, kind, name, namespace, resourceVersion, uid }

    ENDPOINTS { apiVersion, kind, metadata: META, subsets: SUBSET }
    SUBSET { addresses: ADDRESS, notReadyAddresses: ADDRESS, ports: ENDPOINT_PORT }
    ADDRESS { hostname, ip, nodeName, targetRef: REFERENCE }

    NAMESPACE { apiVersion, kind, metadata: META, spec: NAMESPACE_SPEC, status }
    NAMESPACE_SPEC { finalizers }

    NODE { apiVersion, kind, metadata: META, spec: NODE_SPEC, status: NODE_STATUS }
    NODE_SPEC {
        configSource, externalID, podCIDR, podCIDRs, podPreemptionPolicy, providerID, taints: TAINT, unschedulable,
    }
    NODE_STATUS {
        addresses: NODE_ADDRESS, allocatable, capacity, conditions, config, daemonEndpoints, declaredFeatures, features,
        images, nodeInfo, phase, runtimeHandlers, volumesAttached, volumesInUse,
    }
    NODE_ADDRESS { address, type }
    TAINT { effect, key, timeAdded, value }

    POD { apiVersion, kind, metadata: META, spec: POD_SPEC, status }
    POD_TEMPLATE { metadata: META, spec: POD_SPEC }
    POD_SPEC {
        activeDeadlineSeconds, affinity: AFFINITY, automountServiceAccountToken, containers: CONTAINER, dnsConfig,
        dnsPolicy, enableServiceLinks, ephemeralContainers, evictionResponders, hostAliases, hostIPC, hostNetwork,
        hostPID, hostUsers, hostname, hostnameOverride, imagePullSecrets, initContainers: CONTAINER, nodeName,
        nodeSelector, os, overhead, preemptionPolicy, priority, priorityClassName, readinessGates, resourceClaims,
        resources: RESOURCES, restartPolicy, runtimeClassName, schedulerName, schedulingGates, schedulingGroup,
        securityContext, serviceAccount, serviceAccountName, setHostnameAsFQDN, shareProcessNamespace, subdomain,
        terminationGracePeriodSeconds, tolerations: TOLERATION, topologySpreadConstraints: SPREAD, volumes, workloadRef,
    }
    CONTAINER {
        args, command, env, envFrom, image, imagePullPolicy, lifecycle, livenessProbe: PROBE, name,
        ports: CONTAINER_PORT, readinessProbe: PROBE, resizePolicy, resources: RESOURCES, restartPolicy,
        restartPolicyRules, securityContext, startupProbe: PROBE, stdin, stdinOnce, terminationMessagePath,
        terminationMessagePolicy, tty, volumeDevices, volumeMounts, workingDir,
    }
    CONTAINER_PORT { containerPort, hostIP, hostPort, name, protocol }
    RESOURCES { claims, limits, requests }
    PROBE {
        exec, failureThreshold, grpc, httpGet, initialDelaySeconds, periodSeconds, successThreshold, tcpSocket,
        terminationGracePeriodSeconds, timeoutSeconds,
    }
    TOLERATION { effect, key, operator, tolerationSeconds, value }
    SPREAD {
        labelSelector: SELECTOR, matchLabelKeys, maxSkew, minDomains, nodeAffinityPolicy, nodeTaintsPolicy, topologyKey,
        whenUnsatisfiable,
    }
    AFFINITY { nodeAffinity: NODE_AFFINITY, podAffinity, podAntiAffinity }
    NODE_AFFINITY {
        preferredDuringSchedulingIgnoredDuringExecution: PREFERENCE,
        requiredDuringSchedulingIgnoredDuringExecution: NODE_SELECTOR,
    }
    PREFERENCE { preference: NODE_TERM, weight }
    NODE_SELECTOR { nodeSelectorTerms: NODE_TERM }
    NODE_TERM { matchExpressions: REQUIREMENT, matchFields: REQUIREMENT }
    SELECTOR { matchExpressions: REQUIREMENT, matchLabels }
    REQUIREMENT { key, operator, values }

    DEPLOYMENT { apiVersion, kind, metadata: META, spec: DEPLOYMENT_SPEC, status }
    DEPLOYMENT_SPEC {
        minReadySeconds, paused, progressDeadlineSeconds, replicas, revisionHistoryLimit, selector: SELECTOR,
        strategy: STRATEGY, template: POD_TEMPLATE,
    }
    STRATEGY { rollingUpdate: ROLLING_UPDATE, type }
    ROLLING_UPDATE { maxSurge, maxUnavailable }
    REPLICA_SET { apiVersion, kind, metadata: META, spec: REPLICA_SET_SPEC, status }
    REPLICA_SET_SPEC { minReadySeconds, replicas, selector: SELECTOR, template: POD_TEMPLATE }
    CONTROLLER { apiVersion, kind, metadata: META, spec: CONTROLLER_SPEC, status }
    CONTROLLER_SPEC { minReadySeconds, replicas, selector, template: POD_TEMPLATE }
    STATEFUL_SET { apiVersion, kind, metadata: META, spec: STATEFUL_SET_SPEC, status }
    STATEFUL_SET_SPEC {
        minReadySeconds, ordinals: ORDINALS, persistentVolumeClaimRetentionPolicy: CLAIM_RETENTION, podManagementPolicy,
        replicas, revisionHistoryLimit, selector: SELECTOR, serviceName, template: POD_TEMPLATE,
        updateStrategy: SET_STRATEGY, volumeClaimTemplates,
    }
    ORDINALS { start }
    CLAIM_RETENTION { whenDeleted, whenScaled }
    SET_STRATEGY { rollingUpdate: SET_UPDATE, type }
    SET_UPDATE { maxUnavailable, partition }
    DAEMON_SET { apiVersion, kind, metadata: META, spec: DAEMON_SET_SPEC, status }
    DAEMON_SET_SPEC {
        minReadySeconds, revisionHistoryLimit, selector: SELECTOR, template: POD_TEMPLATE, updateStrategy: STRATEGY,
    }

    AUTOSCALER_V1 { apiVersion, kind, metadata: META, spec: AUTOSCALER_V1_SPEC, status }
    AUTOSCALER_V1_SPEC { maxReplicas, minReplicas, scaleTargetRef: SCALE_TARGET, targetCPUUtilizationPercentage }
    AUTOSCALER_V2 { apiVersion, kind, metadata: META, spec: AUTOSCALER_V2_SPEC, status }
    AUTOSCALER_V2_SPEC { behavior: BEHAVIOR, maxReplicas, metrics: METRIC, minReplicas, scaleTargetRef: SCALE_TARGET }
    BEHAVIOR { scaleDown, scaleUp }
    METRIC { containerResource, external, object, pods, resource, type }
    SCALE_TARGET { apiVersion, kind, name }

    SERVICE_EXPORT { apiVersion, kind, metadata: META, spec: EXPORT_SPEC, status }
    EXPORT_SPEC { exportedAnnotations, exportedLabels }
    SERVICE_IMPORT { apiVersion, kind, metadata: META, spec: IMPORT_SPEC, status }
    IMPORT_SPEC {
        internalTrafficPolicy, ipFamilies, ips, ports: IMPORT_PORT, sessionAffinity,
        sessionAffinityConfig: SESSION_AFFINITY, trafficDistribution, type,
    }
    IMPORT_PORT { appProtocol, name, port, protocol }

    HTTP_ROUTE { apiVersion, kind, metadata: META, spec: HTTP_SPEC, status }
    HTTP_SPEC { hostnames, parentRefs: PARENT, rules: HTTP_RULE, useDefaultGateways }
    HTTP_RULE { backendRefs: BACKEND, filters, matches, name, retry, sessionPersistence, timeouts }
    GRPC_ROUTE { apiVersion, kind, metadata: META, spec: GRPC_SPEC, status }
    GRPC_SPEC { hostnames, parentRefs: PARENT, rules: GRPC_RULE, useDefaultGateways }
    GRPC_RULE { backendRefs: BACKEND, filters, matches, name, sessionPersistence }
    PARENT { group, kind, name, namespace, port, sectionName }
    BACKEND { filters, group, kind, name, namespace, port, weight }

    META {
        annotations, clusterName, creationTimestamp, deletionGracePeriodSeconds, deletionTimestamp, finalizers,
        generateName, generation, initializers, labels, managedFields, name, namespace, ownerReferences: OWNER,
        resourceVersion, selfLink, uid,
    }
    OWNER { apiVersion, blockOwnerDeletion, controller, kind, name, uid }
}

/// The type of a kind, if its fields are known in this version.
pub(crate) fn type_of(api_version: &str, kind: &str) -> Option<&'static Type> {
    Some(match (api_version, kind) {
        ("v1", "Service") => &SERVICE,
        ("v1", "Endpoints") => &ENDPOINTS,
        ("v1", "Namespace") => &NAMESPACE,
        ("v1", "Node") => &NODE,
        ("v1", "Pod") => &POD,
        ("v1", "ReplicationController") => &CONTROLLER,
        ("discovery.k8s.io/v1", "EndpointSlice") => &SLICE,
        ("apps/v1", "Deployment") => &DEPLOYMENT,
        ("apps/v1", "ReplicaSet") => &REPLICA_SET,
        ("apps/v1", "StatefulSet") => &STATEFUL_SET,
        ("apps/v1", "DaemonSet") => &DAEMON_SET,
        ("autoscaling/v1", "HorizontalPodAutoscaler") => &AUTOSCALER_V1,
        ("autoscaling/v2", "HorizontalPodAutoscaler") => &AUTOSCALER_V2,
        ("multicluster.x-k8s.io/v1alpha1" | "multicluster.x-k8s.io/v1beta1", "ServiceExport") => &SERVICE_EXPORT,
        ("multicluster.x-k8s.io/v1alpha1" | "multicluster.x-k8s.io/v1beta1", "ServiceImport") => &SERVICE_IMPORT,
        ("gateway.networking.k8s.io/v1" | "gateway.networking.k8s.io/v1beta1", "HTTPRoute") => &HTTP_ROUTE,
        ("gateway.networking.k8s.io/v1", "GRPCRoute") => &GRPC_ROUTE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_order() {
        for (name, of) in ALL {
            assert!(of.fields.windows(2).all(|pair| pair[0].name < pair[1].name), "{name}");
        }
    }

    #[test]
    fn a_field_leads_to_what_is_below() {
        let spec = SERVICE.field("spec").and_then(|field| field.below).expect("a Service has a spec");
        assert!(spec.field("type").is_some());
        assert!(spec.field("selectors").is_none());
    }
}
