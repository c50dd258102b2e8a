// Package people remembers which persons' records were part of which run, so
// that a customer can be told: for each run of a dataset a compressed set of
// numbers, and for the dataset a dictionary that gives each person a number.
//
// A person stands in it as a digest keyed with a secret of the node, which is
// kept outside the folder: without the secret nobody can tell who is meant, and
// whoever destroys it has destroyed the record. No identifier is stored. The sets
// say who took part, and never who matched.
//
// The form follows from the sizes. With 10 million persons and 1,000 runs, the
// digests of every run would take 160 GB. A dictionary takes 200 MB once, and a
// set no more than 1.25 MB a run, usually a fraction of it (Roaring bitmaps). A
// set is cut into blocks with a table in front, so that looking for one person
// reads one block of it.
package people
