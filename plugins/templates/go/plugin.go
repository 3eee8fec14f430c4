// home-first: endpoints of the client's own cluster count more.
//
// A plugin is a pure function. It sees the arguments of its calls and nothing else: there are no files and no network,
// the clock stands still, and every call may find a fresh instance. Weights are whole numbers. Ranging over a map has no
// fixed order in Go; sort what you range over.
//
// All words of the contract are in `.meshc/wit/weighting.wit` after the first build.
package main

import (
	"encoding/json"
	"fmt"

	"meshc.dev/weighting"
)

// What the user may write. meshc holds the config against it before it calls anything but Describe.
const schema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "factor": {
      "description": "By what the weight of an endpoint at home is multiplied.",
      "type": "integer",
      "minimum": 1,
      "maximum": 100,
      "default": 2
    }
  }
}`

// The largest weight that Cilium takes.
const most = 65_535

type config struct {
	Factor uint64 `json:"factor"`
}

// readConfig reads what meshc has held against the schema.
func readConfig(text string) config {
	own := config{Factor: 2}
	if text == "" {
		return own
	}
	if err := json.Unmarshal([]byte(text), &own); err != nil {
		panic(err)
	}
	return own
}

// homeFirst is what meshc calls.
type homeFirst struct{}

func (homeFirst) Describe() weighting.Descriptor {
	return weighting.Descriptor{
		Name:         "home-first",
		Version:      "0.1.0",
		ConfigSchema: schema,
		// The labels and annotations that the plugin looks at. It is given no others.
		Reads: nil,
	}
}

// Check says what a schema cannot. It is called once for each build.
func (homeFirst) Check(text string, _ weighting.Mesh) []weighting.Finding {
	if readConfig(text).Factor != 1 {
		return nil
	}
	return []weighting.Finding{{
		Severity: weighting.Warning,
		Code:     "NO-EFFECT",
		Message:  "a factor of 1 changes nothing",
		// meshc knows the file and line of what a finding is about.
		Subject: weighting.AboutConfig("/factor"),
		Help:    "write 2 or more",
	}}
}

// Weigh answers each service from that service alone: one outcome for each, in their order.
func (homeFirst) Weigh(
	text string, _ weighting.Mesh, services []weighting.Service, options weighting.Options,
) []weighting.Outcome {
	own := readConfig(text)
	outcomes := make([]weighting.Outcome, 0, len(services))
	for _, service := range services {
		outcomes = append(outcomes, weigh(own, service, options.Explain))
	}
	return outcomes
}

func weigh(own config, service weighting.Service, explain bool) weighting.Outcome {
	values := make([]uint32, 0, len(service.Baseline))
	var reasons []weighting.Reason
	for row, client := range service.Clients {
		weights := make([]uint64, len(service.Groups))
		for column, group := range service.Groups {
			baseline := uint64(service.Baseline[row*len(service.Groups)+column])
			weights[column] = baseline
			// Where the baseline is 0 the mesh forbids traffic: the weight has to stay 0, as a multiple does.
			if group.Cluster != client || baseline == 0 {
				continue
			}
			weights[column] = baseline * own.Factor
			if explain {
				reasons = append(reasons, weighting.Reason{
					Client: weighting.Some(uint32(row)),
					Group:  weighting.Some(uint32(column)),
					Text:   fmt.Sprintf("at home: %d times the baseline of %d", own.Factor, baseline),
				})
			}
		}
		values = append(values, fit(weights)...)
	}
	return weighting.Outcome{
		// OfEndpoint: a weight is that of one endpoint, so a cluster with more of them takes more.
		Weights: weighting.Some(weighting.Weights{Basis: weighting.OfEndpoint, Values: values}),
		Reasons: reasons,
	}
}

// fit scales a row down that is too large. Ratios stay, and nothing becomes 0 by that.
func fit(weights []uint64) []uint32 {
	largest := uint64(0)
	for _, weight := range weights {
		largest = max(largest, weight)
	}
	fitting := make([]uint32, 0, len(weights))
	for _, weight := range weights {
		if weight > 0 && largest > most {
			weight = max(1, (weight*most+largest/2)/largest)
		}
		fitting = append(fitting, uint32(weight))
	}
	return fitting
}

func init() { weighting.Export(homeFirst{}) }

func main() {}
