package matchtest

import (
	"encoding/binary"

	"mandorla/crypto/ristretto"
	"mandorla/match/wire"
)

// cellLies are those of runs with cells, of two levels and two segments a side.
// The columns of SET are then two elements, the segment, r, s0 and s1.
var cellLies = []lie{
	{"segment out of range in SET", wire.KindSet, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[2][1] = 1 }), 3},
	{"another segment in SET", wire.KindSet, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[2][0] ^= 1 }), 3},
	{"rows of the pool are fillers", wire.KindSet, true, []string{"PROOF"}, with(func(f *wire.Frame) { ristretto.Random(f.Columns[1]) }), 4},
	{"segments of other rows in SET", wire.KindSet, true, []string{"PROOF"}, with(func(f *wire.Frame) { reverse(f.Columns[2], 2) }), 4},
	{"identity as r", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { clear(f.Columns[3][:32]) }), 4},
	{"non-canonical s1", wire.KindSet, true, []string{"POINT"}, with(func(f *wire.Frame) { fill(f.Columns[5][:32]) }), 6},
	{"another segment in TAGS", wire.KindTags, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[1][0] ^= 1 }), 2},
	{"column's key is the identity", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { clear(last(f.Columns[0], 32)) }), 2},
	{"proof of a column's key", wire.KindKeys, true, []string{"PROOF"}, with(func(f *wire.Frame) { last(f.Columns[1], 64)[40] ^= 1 }), 2},
	{"column's key is left out", wire.KindKeys, true, []string{"COUNT", "PROOF"}, with(drop), 2},

	{"rows of the pool swapped", wire.KindPoolProof, true, []string{"PROOF"}, with(func(f *wire.Frame) { swap(f, 4) }), 0},
	{"one row for two points", wire.KindPoolProof, true, []string{"PROOF"}, with(func(f *wire.Frame) { copy(f.Columns[0][4:8], f.Columns[0][:4]) }), 0},
	{"pool beyond the set", wire.KindPoolProof, true, []string{"PROOF"}, with(func(f *wire.Frame) { fill(f.Columns[0][:4]) }), 0},
	{"pool too small", wire.KindPoolProof, true, []string{"COUNT"}, with(drop), 0},
	{"pool too large", wire.KindPoolProof, true, []string{"COUNT", "TURN"}, func(f wire.Frame) []wire.Frame { return []wire.Frame{f, f} }, 0},
	{"proof of the pool", wire.KindPoolDLEQ, true, []string{"PROOF"}, with(func(f *wire.Frame) { f.Columns[0][40] ^= 1 }), 0},
	{"no proof of the pool", wire.KindPoolDLEQ, true, []string{"COUNT"}, with(drop), 0},

	{"sum beyond all values", wire.KindCells, true, []string{"SUM"}, with(func(f *wire.Frame) { ristretto.Random(f.Columns[2][:32]) }), 0},
	{"sum of no element", wire.KindCells, true, []string{"POINT"}, with(func(f *wire.Frame) { fill(f.Columns[2][:32]) }), 0},
	{"CELLS too short", wire.KindCells, true, []string{"COUNT"}, with(drop), 0},
	{"another group in CELLS", wire.KindCells, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
	{"result beyond all values", wire.KindResult, true, []string{"SUM"}, with(func(f *wire.Frame) { set(f.Columns[2], 1<<50) }), 3},
	{"least number there is", wire.KindResult, true, []string{"SUM"}, with(func(f *wire.Frame) { set(f.Columns[3], -1<<63) }), 4},
	{"another count in RESULT", wire.KindResult, true, []string{"DIFFER"}, with(func(f *wire.Frame) { f.Columns[1][0] ^= 1 }), 0},
	{"RESULT too short", wire.KindResult, true, []string{"COUNT"}, with(drop), 0},
	{"another group in RESULT", wire.KindResult, true, []string{"COUNT"}, with(func(f *wire.Frame) { f.Columns[0][0] ^= 1 }), 0},
}

// last is the last value of a column.
func last(column []byte, width int) []byte { return column[len(column)-width:] }

func set(column []byte, n int64) { binary.LittleEndian.PutUint64(column, uint64(n)) }

// reverse turns the order of a column's values round.
func reverse(column []byte, width int) {
	out := make([]byte, 0, len(column))
	for at := len(column) - width; at >= 0; at -= width {
		out = append(out, column[at:at+width]...)
	}
	copy(column, out)
}
