// Package ring is the way of several members' tables round the ring of the members
// (PROTOCOLS.md §7.1): the part that the analyses among several members have in
// common. Every table passes every member once; each raises it to its own key of the
// run and sorts it, so that the tags at the end are under all keys and in nobody's
// order. They go to a combiner, which has no table.
//
//	member i -> member i+1   KEYS
//	member i -> member i+1   RING, hop 1: its own table
//	member i -> member i+1   RING, hop h: the table of member i-h+1, re-blinded
//	member i -> combiner     TAGS: those of member i+1's table
//
// With two members the ring is one exchange of tables. A row may carry something
// beside its element, a [Burden], which every member changes as well: what went
// round as it is would let its owner follow the row through another's sorting.
//
// What the combiner does with the tags, and what each party learns, is the
// analysis's affair.
package ring
