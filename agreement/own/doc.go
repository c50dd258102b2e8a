// Package own holds a node's own rules, its policy.yaml: what it asks for in
// every run, whatever an agreement allows. Where agreement and policies differ,
// the stricter wins, and both nodes work out alike which that is.
//
//	p, err := own.Parse(file)                 // or own.None() where there is no file
//	err = p.Permits(&a.Terms, analysis, name) // this node's own say
//	peer, err := own.ParseSummary(wire)       // what the partner's node sent
//	e, err := own.Combine(&a.Terms, map[string]*own.Summary{name: p.Summary(), partner: peer})
//
// The partner's node is told the rules alone: not the officer, not which other
// partners or kinds are allowed. The package opens no file and asks no clock.
package own
