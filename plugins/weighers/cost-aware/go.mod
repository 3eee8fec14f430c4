module cost-aware

go 1.25

require meshc.dev/weighting v1.0.0

require go.bytecodealliance.org/pkg v0.2.3 // indirect

// meshc writes it before it builds.
replace meshc.dev/weighting => ./.meshc/go
