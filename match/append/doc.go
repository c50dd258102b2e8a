// Package append is the analysis `append`: the other member's labels of one's own
// matched rows (PROTOCOLS.md §6). It reveals rows and what a vendor says of them
// to the asker; the vendor learns the asker's padded size and nothing else.
//
//	<-  KEYS              g^k and its proof of knowledge
//	for every level:
//	 -> EVALREQ*          H(x)^r, sorted, topped up with fillers
//	<-  EVALRESP*         z = e^k in the same order
//	<-  EVALPROOF*        a DLEQ for every frame of it
//	<-  LABELS*           tags of the vendor's identifiers, sorted, and beside
//	                      each its label, sealed under a key of the same OPRF
//	                      output; topped up with random bytes
//
// A label that the asker did not meet stays sealed: its key is an output of the
// OPRF that the asker does not have. Whoever gets hold of the run's key k can
// open all of them by trying identifiers; it is wiped at the run's end.
//
// Security is against an honest-but-curious peer. An asker that puts a guess
// into its own table learns the label of the guess, if the vendor has it;
// nothing here can prevent that.
package append
