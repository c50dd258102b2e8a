// Package synth makes two invented customer tables, an airline's and a bank's,
// with an overlap that is known exactly and with the dirt that real tables
// have, each kind in a stated proportion. They are for demonstrations, tests
// and measurements.
//
// Nobody in them exists: names are drawn from lists, addresses are of domains
// reserved for examples or have a form that their provider does not give out,
// and phone numbers come from blocks that, as far as is known, belong to no
// network. The tables are made from a seed by a generator that is not for
// secrets (math/rand/v2): nothing here may serve to protect anything.
//
// A person's data is a function of the seed and the person's number, and the
// order of rows is a permutation worked out row by row, so tables of any size
// are written in a few megabytes of memory.
package synth
