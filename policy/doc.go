// Package policy decides what may leave a run (PROTOCOLS.md §4.3, §5, §11.6).
//
// A gate, used once, turns what the nodes have counted into a release, and only
// a release can be written or printed. [Gate] is that of exact counts and of
// lists; [CellGate] that of counts and sums with noise, of one cell or a table
// of them, which decides with one [Threshold] both which sums the nodes decrypt
// and which cells are shown. [Split] divides a run's ε between counts and sums,
// and an [Encoder] turns values into the integers that are summed.
//
// The package neither draws the noise of a run nor keeps account of what it
// spends, and it protects from those who read results, not from a node that has
// seen more (PROTOCOLS.md §4.4, §5.6).
package policy
