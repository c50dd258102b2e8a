// Package evaluation holds the two halves of a one-sided run over the OPRF of
// RFC 9497 (PROTOCOLS.md §3.1): an asker blinds its identifiers, an evaluator
// answers with its key and proves it, and then publishes a directory of its own
// identifiers under the same key, in which the asker finds its own. What stands
// in the directory beside the tags, and what becomes of the rows found, is the
// analysis's affair: this package is no analysis by itself.
//
//	<-  KEYS                  g^k and its proof of knowledge
//	for every level:
//	 -> EVALREQ*              H(x)^r, sorted, topped up with fillers
//	<-  EVALRESP*             z = e^k in the same order
//	<-  EVALPROOF*            a DLEQ for every frame of it
//	<-  DIRECTORY* or LABELS* tags of the evaluator's own identifiers, sorted
package evaluation
