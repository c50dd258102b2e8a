// Package column holds operators over rows of a fixed width: sort, join,
// list, and the checks that go with them. Rows are flat bytes, one after the
// other; the first bytes of a row are its key, compared as unsigned bytes.
//
// Everything stays within a stated budget of memory; what is more goes to
// storage that is handed in as a [Store], since this package knows no file.
// Sorting is the shuffle of PROTOCOLS.md D3: keys are pseudo-random, and so is
// their order. No operator leaves a goroutine behind. None is safe for
// concurrent use unless it says so.
package column
