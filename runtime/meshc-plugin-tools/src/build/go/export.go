// Package export_meshc_weighting_weigher is what the generated glue calls.
package export_meshc_weighting_weigher

import "meshc.dev/weighting/meshc_weighting_weigher"

// Weigher is what a plugin does.
type Weigher interface {
	// Describe says what the plugin is.
	Describe() meshc_weighting_weigher.Descriptor
	// Check says what is wrong with a config or a mesh that a schema cannot say.
	Check(config string, mesh meshc_weighting_weigher.Mesh) []meshc_weighting_weigher.Finding
	// Weigh gives an outcome for each service, in their order.
	Weigh(
		config string,
		mesh meshc_weighting_weigher.Mesh,
		services []meshc_weighting_weigher.Service,
		options meshc_weighting_weigher.Options,
	) []meshc_weighting_weigher.Outcome
}

// Own is the weigher of this plugin.
var Own Weigher

// Describe calls the plugin.
func Describe() meshc_weighting_weigher.Descriptor { return Own.Describe() }

// Check calls the plugin.
func Check(config string, mesh meshc_weighting_weigher.Mesh) []meshc_weighting_weigher.Finding {
	return Own.Check(config, mesh)
}

// Weigh calls the plugin.
func Weigh(
	config string,
	mesh meshc_weighting_weigher.Mesh,
	services []meshc_weighting_weigher.Service,
	options meshc_weighting_weigher.Options,
) []meshc_weighting_weigher.Outcome {
	return Own.Weigh(config, mesh, services, options)
}
