// Package aggregate is the analyses `size` and `aggregate`: how many of the two
// members' customers are in both tables, by segments of either side, and what
// their values add up to; not who (PROTOCOLS.md §4, §5, §8).
//
// The counts are of cells, and no node sees a true one: both add dummies, whose
// number is each node's secret, and prove that they let the other's in. `size`
// is the case of one cell and no values. It also has an exact form, without
// dummies, in which both nodes learn the exact overlap of every identifier
// level, also where a rule then keeps it from the reader of the result; the
// agreement has to say `noise: none` (PROTOCOLS.md §4.4).
//
// Towards both members (DUAL):
//
//	<-> KEYS              g^a and a key for each value column, with proofs of knowledge
//	<-> SET*              H(x)^a, segment, encrypted values; sorted, with fillers and pools
//	where there are dummies:
//	<-> POOLPROOF*        in which rows the other's pool stands
//	<-> POOLDLEQ          that it stands there under the one key a
//	for every level:
//	<-> TAGCOMMIT
//	<-> TAGS*             T(u^b), segment, sorted: which row is whose is gone
//	<-> TAGOPEN
//	then:
//	<-> COUNTCOMMIT
//	<-> COUNT             of every level and cell, dummies included
//	where there are values, once the gate has decided on the noisy counts:
//	<-> CELLS             the sums of the other's values, with noise, under the other's keys
//	<-> RESULT            the sums of one's own, with one's own noise as well
//
// KEYS has a row for the run's key and one for each value column. CELLS and
// RESULT go to and from the sides that have values; a group of cells that is
// not released is zeros in both. Both nodes end with the same table, in which
// everything carries the noise of both.
//
// Towards one member (SINGLE) the other one sends its tags and gets none; it
// cannot leave out rows that were matched at an earlier level, for it does not
// learn which they are. The joiner counts each row of the peer once. Only the
// sender has dummies, and it cannot see what became of them: a joiner that does
// not keep to the protocol strips them off. They are for one identifier level,
// for with several the joiner would see how many rows meet at two of them,
// where no dummy does. There are no sums.
//
// With a helper (HELPER), a node without a table of its own, nobody has dummies and
// neither member sees a tag of its own rows:
//
//	between the members:
//	<-> KEYS, SET*        as above
//	member -> helper      TAGS*: of the other's rows, all levels of a row together,
//	                      sorted, with its segment, its values re-randomised
//	helper -> member      FIGURES: the noisy counts of the cells that are released
//	where there are values:
//	member -> helper      VALUEKEYS
//	helper -> member      CELLS: the sums of the member's own values, with noise
//	between the members:
//	<-> RESULT            the sums of one's own, as they were decrypted
//
// The helper goes through the levels by itself, counts exactly, gates on the exact
// counts and adds noise to each cell once, over all levels: a row more or less
// changes one entry of each level in an alternating chain, so that the cells change
// by no more than the number of levels altogether (§8.4), which is the noise's
// sensitivity; of sums it is that times a value's bound. Whether a cell is
// suppressed follows from its exact count, and is under no noise. Where the agreement
// says so there is no noise at all: its gate keeps back more than the small cells then,
// and there are no sums. A group's sums are over its cells that are released, for with
// others they would be of what was kept back. The helper knows
// which rows of the two tables are the same, never whose they are. It must be in
// league with neither member: with one that blinded chosen rows under another
// exponent it would learn about them.
//
// Security is against an honest-but-curious peer; the checks made are named by
// their V numbers (PROTOCOLS.md §1.13). A joiner that blinds chosen rows under
// an exponent of their own learns whether those are in the overlap (the tagging
// attack, §4.7), and an owner that encrypts a value beyond its bound can read
// from a sum whether its row was in it (§5.8). With several levels a node that
// computes tags of rows which an earlier level matched, as this one does not,
// sees which of those meet a second row at a later level: no dummy stands at
// two levels, so the noise is not about that.
package aggregate
