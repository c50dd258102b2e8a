// Package aggregate is the analysis `size`: how many of the two members'
// customers are in both tables, not who (PROTOCOLS.md §4).
//
// This is its exact form: one cell and no dummy pools. Both nodes learn the
// exact overlap of every identifier level, also where a rule then keeps it
// from the reader of the result; the agreement has to say `noise: none`, and
// both nodes say that the count is exact (PROTOCOLS.md §4.4).
//
// Towards both members (DUAL):
//
//	<-> KEYS              g^a and its proof of knowledge
//	<-> SET*              H(x)^a, sorted, topped up with fillers
//	for every level:
//	<-> TAGCOMMIT
//	<-> TAGS*             T(u^b), sorted: which row is whose is gone
//	<-> TAGOPEN
//	<-> COUNTCOMMIT
//	<-> COUNT
//
// Towards one member (SINGLE) the other one sends its tags and gets none; it
// cannot leave out rows that were matched at an earlier level, for it does not
// learn which they are. The joiner counts each row of the peer once.
//
// Security is against an honest-but-curious peer. A joiner that blinds chosen
// rows under an exponent of their own learns whether those are in the overlap
// (the tagging attack, §4.7).
package aggregate
