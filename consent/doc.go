// Package consent decides which rows may take part in a run, and why not the
// others, before anything is blinded. What cannot be read as a yes is a no.
//
// A dataset has any number of eligibility entries, each of a kind:
//
//	flag          a column that says yes or no
//	objection     a column that says yes where a person objected; empty is no
//	financial     an objection under financial privacy law, which an agreement
//	              marked as joint marketing need not heed (15 U.S.C. §6802(b))
//	gpc           the stored header Sec-GPC (https://www.w3.org/TR/gpc/): 1 is an
//	              objection; empty is none
//	usp           US privacy strings
//	tcf           TCF version 2 strings, with purposes and legal basis
//	gpp           GPP strings, all sections up to 27
//	notice        which partners and purposes a person was told of, and when
//	list          files of those who opted out, plain or as digests
//	drop          deletion lists of California's DROP
//	age           a birth date, or an age in years
//	jurisdiction  the country or state that a person is in
//
// A row takes part only if every entry lets it, and each row that does not has
// exactly one [Reason]: the first, in the order of the reasons, of those that
// its entries give. An opt-out comes first: it wins against any consent, and
// a row that opted out is counted as that even if its other cells are
// unreadable. See [Compile] for what an agreement's kind asks for.
//
// It reads no column files and knows no clock: columns are lent, the time of
// the run is handed in. Lists are read anew by every Compile, so that a
// withdrawal written before a run starts is honoured by it. It is no legal
// advice: which kinds a company needs, its counsel says.
package consent
