package wire

import "strconv"

// A Kind says what a frame carries. The numbers are assigned in docs/wire.md
// and PROTOCOLS.md §12.1 and are never reused.
type Kind uint8

// The kinds of data frames.
const (
	KindKeys        Kind = 3
	KindSet         Kind = 10
	KindPoolProof   Kind = 11 // where the rows of the peer's pools stand in SET
	KindTagCommit   Kind = 12
	KindTags        Kind = 13
	KindTagsOrdered Kind = 14
	KindCount       Kind = 15
	KindCells       Kind = 16
	KindResult      Kind = 17
	KindTagOpen     Kind = 18 // opens TAGCOMMIT: its salt
	KindCountCommit Kind = 19 // the hash that goes before COUNT
	KindEvalReq     Kind = 20
	KindEvalResp    Kind = 21
	KindDirectory   Kind = 22
	KindLabels      Kind = 23 // a directory whose tags have a sealed label beside them
	KindEvalProof   Kind = 24 // the DLEQ proof of the EVALRESP frame before it
	KindPoolDLEQ    Kind = 25 // the DLEQ proofs of POOLPROOF
	KindRemoved     Kind = 26 // tags of earlier directories of an epoch that no longer stand
	KindRing        Kind = 30 // a member's table on its way round the ring
	KindFigures     Kind = 31 // what a combiner or a helper releases to a member
	KindValueKeys   Kind = 32 // the keys of a member's value columns, to a helper
	KindSealed      Kind = 33 // rows on sale, each under a key of its own
	KindShare       Kind = 34 // a member's share of a joint key, to a combiner
	KindBack        Kind = 35 // a member's list of rows to remove, on its way back
	KindBaseOT      Kind = 50 // of the bulk engine: points of oblivious transfers
	KindVoleAsk     Kind = 51 // transfers for a window of VOLE
	KindVoleTrees   Kind = 52 // the corrections of its trees
	KindVoleCheck   Kind = 53 // the consistency check of a window, and its answer
	KindSeed        Kind = 54 // what the OKVS is keyed with
	KindOKVS        Kind = 55 // the masked OKVS
	KindOpen        Kind = 56 // opens the sender's share of the hash key
	KindBinTags     Kind = 57 // tags, by bin
	KindBinLabels   Kind = 58 // tags with sealed labels, by bin
)

var kindNames = map[Kind]string{
	KindKeys: "KEYS", KindSet: "SET", KindTagCommit: "TAGCOMMIT", KindTags: "TAGS",
	KindTagsOrdered: "TAGS_ORDERED", KindCount: "COUNT", KindTagOpen: "TAGOPEN",
	KindCountCommit: "COUNTCOMMIT", KindEvalReq: "EVALREQ", KindEvalResp: "EVALRESP",
	KindDirectory: "DIRECTORY", KindEvalProof: "EVALPROOF", KindPoolProof: "POOLPROOF",
	KindPoolDLEQ: "POOLDLEQ", KindCells: "CELLS", KindResult: "RESULT",
	KindSealed: "SEALED", KindLabels: "LABELS", KindRemoved: "REMOVED",
	KindBaseOT: "BASEOT", KindVoleAsk: "VOLEASK", KindVoleTrees: "VOLETREES", KindVoleCheck: "VOLECHECK",
	KindSeed: "SEED", KindOKVS: "OKVS", KindOpen: "OPEN", KindBinTags: "BINTAGS", KindBinLabels: "BINLABELS",
	KindRing: "RING", KindFigures: "FIGURES", KindValueKeys: "VALUEKEYS",
	KindShare: "SHARE", KindBack: "BACK",
}

// String is the name of the kind in PROTOCOLS.md §12.1.
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return "kind " + strconv.Itoa(int(k))
}

// A Type is the type of a column: a fixed width, never null.
type Type uint16

// The column types of PROTOCOLS.md §1.12.
const (
	Uint8 Type = iota + 1
	Uint16
	Uint32
	Int64
	FSB16 = fsb + 16 // a tag
	FSB32 = fsb + 32 // a group element, a hash
	FSB64 = fsb + 64 // a proof
)

// fsb is where the types of fixed-size bytes begin.
const fsb Type = 1 << 12

// FSB is the type of values of n bytes, n from 1 to 4096.
func FSB(n int) Type { return fsb + Type(n) }

var integers = map[Type]struct {
	name  string
	width int
}{
	Uint8:  {"uint8", 1},
	Uint16: {"uint16", 2},
	Uint32: {"uint32", 4},
	Int64:  {"int64", 8},
}

// String is the name of the type as it enters a digest.
func (t Type) String() string {
	if t > fsb {
		return "fsb" + strconv.Itoa(t.Width())
	}
	return integers[t].name
}

// Width is the bytes of one value.
func (t Type) Width() int {
	if t > fsb {
		return int(t - fsb)
	}
	return integers[t].width
}

// A Column names and types one column of a frame.
type Column struct {
	Name string
	Type Type
}

// A Schema lists the columns of a kind of frame, in their order.
type Schema []Column

// RowWidth is the bytes of one row over all columns.
func (s Schema) RowWidth() int {
	n := 0
	for _, c := range s {
		n += c.Type.Width()
	}
	return n
}

// Schemas are the kinds that a run may send and receive, with their columns.
// A kind that is not there has no way in or out (PROTOCOLS.md §12.1).
type Schemas map[Kind]Schema
