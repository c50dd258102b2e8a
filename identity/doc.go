// Package identity turns the cells of a customer table into canonical
// identifiers, so that the same person's data meets itself in another
// company's table: profiles of normalisation, validation, reports of what was
// unusable and why, and the digests that a run blinds (PROTOCOLS.md §1.3, §1.4).
//
// A profile is versioned as a whole: two nodes whose builds answer the public
// vectors differently refuse to run ([VectorsHash]). The type of an identifier
// stands in every digest, so an e-mail address never meets a phone number, nor
// one profile another.
//
// It works on plain slices in Arrow's layout and knows no file and no peer.
// Values never appear in an error. Normalisers are not safe for concurrent
// use; profiles are.
package identity
