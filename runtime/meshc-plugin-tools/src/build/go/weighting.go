// Package weighting is the contract of weighers: hand yours to Export in an init function.
package weighting

import (
	wit_types "go.bytecodealliance.org/pkg/wit/types"

	"meshc.dev/weighting/export_meshc_weighting_weigher"
	"meshc.dev/weighting/meshc_weighting_weigher"
	_ "meshc.dev/weighting/wit_exports"
)

// Weigher is what a plugin does.
type Weigher = export_meshc_weighting_weigher.Weigher

// Export makes a weigher the one of this plugin.
func Export(weigher Weigher) { export_meshc_weighting_weigher.Own = weigher }

// What the host hands over.
type (
	Mesh    = meshc_weighting_weigher.Mesh
	Cluster = meshc_weighting_weigher.Cluster
	Service = meshc_weighting_weigher.Service
	Group   = meshc_weighting_weigher.Group
	Options = meshc_weighting_weigher.Options
	Attr    = wit_types.Tuple2[string, string]
)

// What the plugin gives back.
type (
	Descriptor = meshc_weighting_weigher.Descriptor
	Outcome    = meshc_weighting_weigher.Outcome
	Weights    = meshc_weighting_weigher.Weights
	Finding    = meshc_weighting_weigher.Finding
	Reason     = meshc_weighting_weigher.Reason
	Subject    = meshc_weighting_weigher.Subject
)

// What a weight is the weight of.
const (
	OfEndpoint = meshc_weighting_weigher.BasisEndpoint
	OfGroup    = meshc_weighting_weigher.BasisGroup
)

// How bad a finding is.
const (
	Error   = meshc_weighting_weigher.SeverityError
	Warning = meshc_weighting_weigher.SeverityWarning
	Note    = meshc_weighting_weigher.SeverityNote
)

// AboutService is the subject that is the service.
func AboutService() Subject { return meshc_weighting_weigher.MakeSubjectService() }

// AboutServiceAttr is the subject that is a label or annotation of the service.
func AboutServiceAttr(key string) Subject { return meshc_weighting_weigher.MakeSubjectServiceAttr(key) }

// AboutGroup is the subject that is a group, by its index.
func AboutGroup(group uint32) Subject { return meshc_weighting_weigher.MakeSubjectGroup(group) }

// AboutGroupAttr is the subject that is a label or annotation in a group's cluster.
func AboutGroupAttr(group uint32, key string) Subject {
	return meshc_weighting_weigher.MakeSubjectGroupAttr(wit_types.Tuple2[uint32, string]{F0: group, F1: key})
}

// AboutCluster is the subject that is a cluster, by its index.
func AboutCluster(cluster uint32) Subject { return meshc_weighting_weigher.MakeSubjectCluster(cluster) }

// AboutConfig is the subject that is a place in the config, by its JSON pointer.
func AboutConfig(pointer string) Subject { return meshc_weighting_weigher.MakeSubjectConfig(pointer) }

// Some is an optional value that is there.
func Some[T any](value T) wit_types.Option[T] { return wit_types.Some(value) }

// None is an optional value that is not there.
func None[T any]() wit_types.Option[T] { return wit_types.None[T]() }
