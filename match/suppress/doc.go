// Package suppress is the analysis `suppress`: a member's own list less the
// rows that stand on the other's, such as a mailing list less the people who
// objected. The messages are those of P1-O (package evaluation, PROTOCOLS.md §3.1):
//
//	<-  KEYS              g^k and its proof of knowledge
//	for every level:
//	 -> EVALREQ*          H(x)^r, sorted, topped up with fillers
//	<-  EVALRESP*         z = e^k in the same order
//	<-  EVALPROOF*        a DLEQ for every frame of it
//	<-  DIRECTORY*        tags of the other's identifiers, sorted
//
// The asker cannot but learn which of its own rows were struck, which is what
// `match` would have told it: the two differ in what they are for and in what
// the result holds, and an agreement allows each by its own name. The other
// member learns the asker's padded size alone.
//
// It is for lists where a row left in by mistake does harm and a row left out
// does not: a hit at any level strikes a row. What happens to rows without an
// identifier is the caller's affair, for no protocol sees them.
//
// Security is against an honest-but-curious peer, as in package list: an asker
// that puts guesses into its list learns which of them are on the other's.
package suppress
