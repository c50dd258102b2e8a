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
//
// In an epoch (PROTOCOLS.md §1.15) the evaluator keeps its key for the runs that
// follow. Both note what they need for them ([match.Kept]); a later run has the
// asker's new identifiers evaluated alone, publishes in DIRECTORY or LABELS what has
// been added, and then what no longer stands:
//
//	<-  REMOVED*              tags of earlier directories, sorted
//
// Every tag and every label's key are bound to the session that published them, so
// that nothing but the identifier links a publication to another. What the asker
// finds is what it would find in a full run.
package evaluation
