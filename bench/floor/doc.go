// Package floor measures what runs are compared with, in one process: the plain
// join of two tables, which hides nothing and is the least that finding an
// overlap takes; and the arithmetic of the group, row by row, by the product's
// engine and by the library that it is tested against.
//
// The join reads and normalises as a node does and then looks identifiers up in
// a map. It is a measure, and the truth that runs are checked against; it is not
// the way to join large tables fast.
package floor
