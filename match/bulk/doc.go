// Package bulk is the second engine of the analyses in which one member alone
// learns which of its own rows are in the overlap: the OPRF of Raghuraman and
// Rindal (ePrint 2022/320), made of a vector OLE and an oblivious key-value
// store. It costs about a hundredth of an OPRF over a group, and rests on a
// younger assumption: dual LPN with regular noise (docs/bulk-engine.md).
//
// The receiver learns; the sender helps. For every level, with keys of their
// own:
//
//	<-  BASEOT*           points of oblivious transfers; a commitment to w_s
//	 -> BASEOT*           the answers to them
//	for every window of the vector OLE C = K + Δ·A:
//	 -> VOLEASK*          which leaves of its trees the receiver must not know
//	<-  VOLETREES*        corrections
//	 -> VOLECHECK*        the consistency check
//	<-  VOLECHECK*        its answer
//	 -> SEED              r and w_r, once
//	 -> OKVS*             P + A, where P has H(x) at every own identifier x
//	<-  OPEN              w_s
//	<-  BINTAGS*          F(y) of the sender's identifiers y, bin by bin; BINLABELS, with
//	                      sealed labels beside them, in a run that appends
//
// Identifiers fall into bins by their digests, which are keyed by both nodes'
// nonces after their inputs are fixed. All bins have the same size: the
// receiver's by the OKVS, the sender's by random tags, so that what is in a bin
// is not to be seen. Bins go by in order, and no set is held in memory whole.
//
// The sender learns the receiver's padded size; the receiver learns which of its
// rows are in the overlap, and the sender's padded size. Both sides check what
// malicious peers could do to the vector OLE; a receiver can fit somewhat more
// identifiers into an OKVS than it announced. Nobody has reviewed this package.
package bulk
