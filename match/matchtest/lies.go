package matchtest

import (
	"bytes"
	"slices"

	"mandorla/match/wire"
)

// A lie is a message of a kind that breaks one rule, and the codes that name it.
type lie struct {
	name      string
	kind      wire.Kind
	toLearner bool // where one party learns: whether it is the one lied to
	codes     []string
	tell      func(wire.Frame) []wire.Frame
	columns   int // that the message has to have; 0: any
}

var lies = []lie{
	{"identity in SET", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) }), 0},
	{"identity at level 1", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[1][:32]) }), 0},
	{"non-canonical in SET", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { fill(f.Columns[0][len(f.Columns[0])-32:]) }), 0},
	{"SET out of order", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 32) }), 0},
	{"row twice in SET", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[0][32:64], f.Columns[0]) }), 0},
	{"element twice at level 1", wire.KindSet, true, []string{"ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[1][32:64], f.Columns[1]) }), 0},
	{"SET too short", wire.KindSet, true, []string{"COUNT"}, with(drop), 0},
	{"SET goes on", wire.KindSet, true, []string{"COUNT", "TURN"}, func(f wire.Frame) []wire.Frame { return []wire.Frame{f, f} }, 0},
	{"empty frame", wire.KindSet, true, []string{"TURN"}, func(f wire.Frame) []wire.Frame {
		return []wire.Frame{{Kind: f.Kind, Columns: make([][]byte, len(f.Columns))}, f}
	}, 0},
	{"another level", wire.KindTags, true, []string{"TURN"}, with(func(f *wire.Frame) { f.Level = 7 }), 0},
	{"TAGS out of order", wire.KindTags, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 16) }), 0},
	{"TAGS too short", wire.KindTags, true, []string{"COUNT"}, with(drop), 0},
	{"segment out of range", wire.KindTags, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[1][1] = 1 }), 2},
	{"other commitment", wire.KindTagCommit, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"other salt", wire.KindTagOpen, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"tag twice", wire.KindTagsOrdered, true, []string{"COMMIT", "ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[0][16:32], f.Columns[0]) }), 0},
	{"other tags", wire.KindTagsOrdered, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"TAGS_ORDERED too short", wire.KindTagsOrdered, true, []string{"COUNT"}, with(drop), 0},
	{"other count commitment", wire.KindCountCommit, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"other count", wire.KindCount, true, []string{"COMMIT"}, with(func(f *wire.Frame) { f.Columns[3][0] ^= 1 }), 0},
	{"proof of knowledge", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { f.Columns[1][40] ^= 1 }), 0},
	{"key is the identity", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { clear(f.Columns[0]) }), 0},
	{"evaluation", wire.KindEvalResp, true, []string{"PROOF"}, with(func(f *wire.Frame) { swap(f, 32) }), 0},
	{"evaluation is the identity", wire.KindEvalResp, true, []string{"PROOF", "POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) }), 0},
	{"proof of evaluation", wire.KindEvalProof, true, []string{"PROOF"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"directory out of order", wire.KindDirectory, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 16) }), 0},
	{"directory too short", wire.KindDirectory, true, []string{"COUNT"}, with(drop), 0},
	{"directory of another key", wire.KindDirectory, true, []string{"PROOF"}, with(shift), 0},
	{"labels out of order", wire.KindLabels, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 16) }), 0},
	{"tag twice among labels", wire.KindLabels, true, []string{"ORDER"}, with(func(f *wire.Frame) { copy(f.Columns[0][16:32], f.Columns[0]) }), 0},
	{"labels too short", wire.KindLabels, true, []string{"COUNT"}, with(drop), 0},
	{"labels go on", wire.KindLabels, true, []string{"COUNT", "TURN"}, func(f wire.Frame) []wire.Frame { return []wire.Frame{f, f} }, 0},
	{"labels of another key", wire.KindLabels, true, []string{"PROOF"}, with(shift), 0},
	{"labels altered", wire.KindLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { every(f, func(ct []byte) { ct[0] ^= 1 }) }), 2},
	{"seals altered", wire.KindLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { every(f, func(ct []byte) { last(ct, 1)[0] ^= 1 }) }), 2},
	{"labels of other rows", wire.KindLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { reverse(f.Columns[1], len(f.Columns[1])/f.Rows) }), 2},
	{"identity in EVALREQ", wire.KindEvalReq, false, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[0][:32]) }), 0},
	{"EVALREQ out of order", wire.KindEvalReq, false, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, 32) }), 0},
	{"sealed rows", wire.KindSealed, true, []string{"SEAL"}, with(everyRow), 0},
	{"SEALED too short", wire.KindSealed, true, []string{"COUNT"}, with(drop), 0},
	{anyNumber, wire.KindEvalReq, false, []string{"COUNT"}, with(drop), 0},
	{"points of the base transfers", wire.KindBaseOT, true, []string{"PROOF"}, with(bend(0)), 0},
	{"commitment behind the points", wire.KindBaseOT, true, []string{"COMMIT"}, with(bend(-1)), 0},
	{"BASEOT too short", wire.KindBaseOT, true, []string{"COUNT"}, with(drop), 0},
	{"corrections of trees", wire.KindVoleTrees, true, []string{"PROOF"}, with(bend(100)), 0},
	{"last correction", wire.KindVoleTrees, true, []string{"PROOF"}, with(bend(-1)), 0},
	{"VOLETREES goes on", wire.KindVoleTrees, true, []string{"COUNT", "TURN"}, func(f wire.Frame) []wire.Frame { return []wire.Frame{f, f} }, 0},
	{"answer of the consistency check", wire.KindVoleCheck, true, []string{"PROOF"}, with(bend(0)), 0},
	{"other share of the tags' key", wire.KindOpen, true, []string{"COMMIT"}, with(bend(0)), 0},
	{"BINTAGS out of order", wire.KindBinTags, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, len(f.Columns[0])/f.Rows) }), 0},
	{"BINTAGS too short", wire.KindBinTags, true, []string{"COUNT"}, with(drop), 0},
	{"BINLABELS too short", wire.KindBinLabels, true, []string{"COUNT"}, with(drop), 0},
	{"BINLABELS out of order", wire.KindBinLabels, true, []string{"ORDER"}, with(func(f *wire.Frame) { swap(f, len(f.Columns[0])/f.Rows) }), 0},
	{"labels altered, by bin", wire.KindBinLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { every(f, func(ct []byte) { ct[0] ^= 1 }) }), 2},
	{"seals altered, by bin", wire.KindBinLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { every(f, func(ct []byte) { last(ct, 1)[0] ^= 1 }) }), 2},
	{"labels of other rows, by bin", wire.KindBinLabels, true, []string{"LABEL"}, with(func(f *wire.Frame) { reverse(f.Columns[1], len(f.Columns[1])/f.Rows) }), 2},
	{"answers of the base transfers", wire.KindBaseOT, false, []string{"PROOF"}, with(bend(0)), 0},
	{"what a window takes", wire.KindVoleAsk, false, []string{"PROOF"}, with(bend(0)), 0},
	{"OKVS too short", wire.KindOKVS, false, []string{"COUNT"}, with(drop), 0},
}

// anyNumber is a lie only where the number of questions is agreed on: a buyer may
// ask for as many names as it likes.
const anyNumber = "EVALREQ too short"

// everyRow alters the last byte of every row.
func everyRow(f *wire.Frame) {
	width := len(f.Columns[0]) / f.Rows
	for i := width - 1; i < len(f.Columns[0]); i += width {
		f.Columns[0][i] ^= 1
	}
}

// bend changes a byte of the first column; below zero counts from the end.
func bend(at int) func(*wire.Frame) {
	return func(f *wire.Frame) {
		c := bytes.Clone(f.Columns[0])
		c[(at+len(c))%len(c)] ^= 1
		f.Columns[0] = c
	}
}

// with makes a lie of a change to one frame.
func with(change func(*wire.Frame)) func(wire.Frame) []wire.Frame {
	return func(f wire.Frame) []wire.Frame {
		change(&f)
		return []wire.Frame{f}
	}
}

func fill(b []byte) {
	for i := range b {
		b[i] = 0xff
	}
}

// swap exchanges the first two values of the first column.
func swap(f *wire.Frame, width int) {
	c := f.Columns[0]
	first := bytes.Clone(c[:width])
	copy(c, c[width:2*width])
	copy(c[width:], first)
}

// drop leaves out the last row.
func drop(f *wire.Frame) {
	for i, c := range f.Columns {
		f.Columns[i] = c[:len(c)-len(c)/f.Rows]
	}
	f.Rows--
}

// every changes every value of the second column.
func every(f *wire.Frame, change func([]byte)) {
	for value := range slices.Chunk(f.Columns[1], len(f.Columns[1])/f.Rows) {
		change(value)
	}
}

// shift alters every tag but keeps their order.
func shift(f *wire.Frame) {
	for i := 15; i < len(f.Columns[0]); i += 16 {
		f.Columns[0][i] ^= 1
	}
}
