// Package frequency is the analysis `frequency_cap`: several members of one group
// have lists of contacts, and no contact may be left on the lists of more members
// than agreed. Each member learns which of its own rows to remove, and of no other
// row anything.
//
// Member i has a key k_i of the ring and a secret s_i of a joint key h = Π g^{s_j}.
// Rows go round as in `multi` (PROTOCOLS.md §7.1), but each carries its own number,
// encrypted for all members together:
//
//	member i -> member i+1    KEYS, level d: g^{s_{i-d+1}} and its proof, for d = 1..N-1
//	member i -> member i+1    KEYS: g^{k_i}, with a proof that is bound to h
//	member i -> member i+1    RING*, hop 1: H(x)^{k_i}, Enc_h(its row's number, or 0)
//	member i -> member i+1    RING*, hop d: re-blinded, re-randomised and sorted anew
//	member i -> combiner      TAGS*: those of member i+1's table, with the ciphertexts
//	member i -> combiner      SHARE: g^{s_i} and its proof
//
// For every tag that is in more lists than agreed the combiner decides who keeps it,
// by an agreed order or by lot. For each member it makes a list as long as the
// member's table: the ciphertexts of the rows to remove, and Enc_h(0) in place of all
// others, re-randomised and sorted. The lists go back by all other members, of whom
// each takes its share off:
//
//	combiner -> member i      BACK*, hop d: the list of member i-d
//	member i -> combiner      BACK*, hop d < N: that list, without i's share, re-randomised
//	                          under the shares that are left, and sorted
//
// At hop N a list is at its owner's, who takes the last share off, and finds in it
// the numbers of rows and zeros.
//
// It is composed of operators of other analyses (PROTOCOLS.md §1.9, §5.11, §7); the
// composition is our own, and nobody has reviewed it.
//
// Security is against honest-but-curious parties. The combiner sees how many
// contacts are on the lists of exactly which members, and never whose they are. It
// and all members but one together learn of the last one's rows nothing but what the
// rows that they have to remove tell: that one re-randomised and sorted what they
// could follow, on the way there and on the way back. A member that departs from
// the protocol can mark rows (the tagging attack, §4.7) and follow them together with
// the combiner; nothing here prevents it.
package frequency
