// Package multi is P5: what several members of one group have in common
// (PROTOCOLS.md §7). Every member's table goes once round the ring of the
// members; each raises it to its own key of the run and sorts it, so that the
// tags at the end are under all keys and in nobody's order. A combiner without
// a table counts which tags are in which lists, and releases noisy figures of
// that count.
//
//	member i -> member i+1   KEYS
//	member i -> member i+1   RING, hop 1: its own table
//	member i -> member i+1   RING, hop h: the table of member i-h+1, re-blinded
//	member i -> combiner     TAGS: those of member i+1's table
//	combiner -> member i     FIGURES
//
// With two members the ring is one exchange of tables, and the combiner sees
// what the helper of §4.6 does.
//
// Security is against honest-but-curious members, up to all but one of them
// together, and an honest-but-curious combiner that is in league with none: it
// sees how many rows of which members are the same, without noise, and never
// whose. A member that blinds chosen rows under another exponent can learn about
// them together with the combiner, or with the member that makes the tags (the
// tagging attack, §4.7); nothing here prevents it.
package multi
