// Package list is the analysis `match`: which of a member's own rows are in
// the overlap (PROTOCOLS.md §3). It reveals rows, to whom the agreement says;
// it is never a fallback of an analysis that does not.
//
// Mutual (P1-M), where both learn, over double blinding:
//
//	<-> KEYS              g^a and its proof of knowledge
//	<-> SET*              H(x)^a, sorted, topped up with fillers
//	for every level:
//	<-> TAGCOMMIT
//	<-> TAGS_ORDERED*     T(u^b), in the order of the SET received
//	<-> TAGOPEN
//
// One-sided (P1-O), where the asker learns and the evaluator does not, over
// the OPRF of RFC 9497:
//
//	<-  KEYS              g^k and its proof of knowledge
//	for every level:
//	 -> EVALREQ*          H(x)^r, sorted, topped up with fillers
//	<-  EVALRESP*         z = e^k in the same order
//	<-  EVALPROOF*        a DLEQ for every frame of it
//	<-  DIRECTORY*        tags of the evaluator's own identifiers, sorted
//
// Security is against an honest-but-curious peer. A peer that puts a guess
// into its own table learns whether the guess is a row of the other side;
// nothing here can prevent that.
package list
