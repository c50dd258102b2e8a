// Package netnames is the analysis `net_names`: a buyer takes those rows of a
// seller's list that it does not hold yet. The seller learns how many were taken
// and not which; the buyer learns of no other row more than a ciphertext that
// it cannot open.
//
// A is the buyer, with identifiers X and a key a of the run; B is the seller, with
// rows Y, a key b, and an OPRF key k:
//
//	<->  KEYS              g^a, g^b and their proofs of knowledge
//	<-   KEYS (level 1)    g^k and its proof
//	 ->  SET*              H(x)^a, a column a level, sorted, topped up with fillers
//	<-   SET*              H(y)^b, sorted; no fillers: the length of the list on sale is public
//	for every level:
//	<-   TAGS*             T(u^b) of all of A's elements, sorted
//	A joins: a row of B's SET that meets no tag at any level is a net name
//	 ->  EVALREQ*          one blinded question for each net name, by its place i in B's SET
//	and if there is any:
//	<-   SEALED*           for every row of B's SET, in its order, what is sold of it,
//	                       encrypted under a key made of F(k, sid ‖ i)
//	<-   EVALRESP*         the answers, in the order asked
//	<-   EVALPROOF*        a DLEQ for every frame of them
//
// It is composed of the operators of the other analyses (PROTOCOLS.md §3.1, §4.6,
// §6); the composition is our own, and nobody has reviewed it.
//
// A learns, besides what it takes: how many rows are on sale, and of each, by a
// pseudonym of the run, at which levels A holds it, which of its own rows these
// are it does not learn. B learns A's padded size and the number of names taken.
//
// Security is against an honest-but-curious peer. A buyer that deviates can take
// rows that it holds, and pays for them; it can guess (whatever it puts into its
// table is compared), and as whoever joins it can tag chosen rows and learn
// whether they are on sale (§4.7). A seller can sell rows that are not what it says.
package netnames
