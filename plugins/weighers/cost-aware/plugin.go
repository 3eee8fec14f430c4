// cost-aware: prefers groups that traffic reaches for less money.
//
// Within a row, the cheapest group that the mesh allows keeps its baseline. What a gigabyte costs besides its transfer,
// `base`, says how much prices matter: the smaller it is, the more is sent to the cheapest.
package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"meshc.dev/weighting"
)

const schema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "cost-aware",
  "description": "Prices are thousandths of a dollar for a gigabyte.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "prices": {
      "description": "Prices by the region of the client, then by that of the endpoints.",
      "type": "object",
      "additionalProperties": {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1000000}
      }
    },
    "otherwise": {
      "description": "The price between two regions that are not listed.",
      "type": "integer", "minimum": 0, "maximum": 1000000, "default": 90
    },
    "base": {
      "description": "What a gigabyte costs besides its transfer.",
      "type": "integer", "minimum": 1, "maximum": 1000000, "default": 10
    }
  }
}`

// The largest weight that Cilium takes.
const most = 65_535

type config struct {
	Prices    map[string]map[string]uint64 `json:"prices"`
	Otherwise uint64                       `json:"otherwise"`
	Base      uint64                       `json:"base"`
}

// readConfig reads what meshc has held against the schema.
func readConfig(text string) config {
	own := config{Otherwise: 90, Base: 10}
	if text == "" {
		return own
	}
	if err := json.Unmarshal([]byte(text), &own); err != nil {
		panic(err)
	}
	return own
}

// price is that of a gigabyte between two clusters. Within a region it is free unless it is listed; a region that is not
// known is equal to none but that of the same cluster.
func (own config) price(mesh weighting.Mesh, from, to uint32) uint64 {
	here, there := mesh.Clusters[from].Region, mesh.Clusters[to].Region
	if price, listed := own.Prices[here][there]; listed {
		return price
	}
	if from == to || here == there && here != "" {
		return 0
	}
	return own.Otherwise
}

type costAware struct{}

func (costAware) Describe() weighting.Descriptor {
	return weighting.Descriptor{Name: "cost-aware", Version: "0.1.0", ConfigSchema: schema}
}

// Check looks for regions that the config and the mesh do not agree on.
func (costAware) Check(text string, mesh weighting.Mesh) []weighting.Finding {
	own := readConfig(text)
	var findings []weighting.Finding
	known := map[string]bool{}
	for index, cluster := range mesh.Clusters {
		known[cluster.Region] = true
		if cluster.Region == "" && len(mesh.Clusters) > 1 {
			findings = append(findings, weighting.Finding{
				Severity: weighting.Warning,
				Code:     "NO-REGION",
				Message:  fmt.Sprintf("`%s` has no region, so traffic between it and others costs %d", cluster.Name, own.Otherwise),
				Subject:  weighting.AboutCluster(uint32(index)),
				Help:     fmt.Sprintf("give `%s` a region", cluster.Name),
			})
		}
	}
	for _, from := range sorted(own.Prices) {
		if !known[from] {
			findings = append(findings, unknown(from, "/prices/"+escape(from)))
			continue
		}
		for _, to := range sorted(own.Prices[from]) {
			if !known[to] {
				findings = append(findings, unknown(to, "/prices/"+escape(from)+"/"+escape(to)))
			}
		}
	}
	return findings
}

func unknown(region, pointer string) weighting.Finding {
	return weighting.Finding{
		Severity: weighting.Warning,
		Code:     "UNKNOWN-REGION",
		Message:  fmt.Sprintf("no cluster is in `%s`", region),
		Subject:  weighting.AboutConfig(pointer),
		Help:     "name a region of the mesh",
	}
}

// sorted gives the keys of a map in an order that is always the same, which that of a range is not.
func sorted[V any](entries map[string]V) []string {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// escape makes a token of a JSON pointer.
func escape(key string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(key) }

func (costAware) Weigh(
	text string, mesh weighting.Mesh, services []weighting.Service, options weighting.Options,
) []weighting.Outcome {
	own := readConfig(text)
	outcomes := make([]weighting.Outcome, 0, len(services))
	for _, service := range services {
		outcomes = append(outcomes, weigh(own, mesh, service, options.Explain))
	}
	return outcomes
}

func weigh(own config, mesh weighting.Mesh, service weighting.Service, explain bool) weighting.Outcome {
	columns := len(service.Groups)
	values := make([]uint32, 0, len(service.Baseline))
	var reasons []weighting.Reason
	for row, client := range service.Clients {
		baseline := service.Baseline[row*columns : (row+1)*columns]
		prices := make([]uint64, columns)
		cheapest := ^uint64(0)
		for column, group := range service.Groups {
			prices[column] = own.price(mesh, client, group.Cluster)
			if baseline[column] > 0 {
				cheapest = min(cheapest, prices[column])
			}
		}
		weights := make([]uint64, columns)
		for column := range service.Groups {
			if baseline[column] == 0 {
				continue
			}
			// At least one percent, so that the mesh notices when an expensive way is broken.
			percent := max(1, 100*(own.Base+cheapest)/(own.Base+prices[column]))
			weights[column] = uint64(baseline[column]) * percent
			if explain {
				reasons = append(reasons, weighting.Reason{
					Client: weighting.Some(uint32(row)),
					Group:  weighting.Some(uint32(column)),
					Text:   fmt.Sprintf("$%s/GB: %d%% of the baseline of %d", dollars(prices[column]), percent, baseline[column]),
				})
			}
		}
		values = append(values, fit(weights)...)
	}
	return weighting.Outcome{
		Weights: weighting.Some(weighting.Weights{Basis: weighting.OfEndpoint, Values: values}),
		Reasons: reasons,
	}
}

// dollars writes thousandths.
func dollars(price uint64) string { return fmt.Sprintf("%d.%03d", price/1000, price%1000) }

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

func init() { weighting.Export(costAware{}) }

func main() {}
