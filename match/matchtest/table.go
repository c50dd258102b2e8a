package matchtest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/rand/v2"

	"mandorla/match"
)

// A Table is one party's rows in the clear: for each level a value, or 0 for
// none. Within a level no value stands in two rows, as PROTOCOLS.md §1.5 asks.
type Table [][]uint64

// Tables draws two tables of the given sizes whose values overlap.
func Tables(r *rand.Rand, levels, a, b int) (Table, Table) {
	return table(r, levels, a), table(r, levels, b)
}

// table draws rows with values out of a range twice as large, some missing.
func table(r *rand.Rand, levels, rows int) Table {
	t := make(Table, rows)
	for i := range t {
		t[i] = make([]uint64, levels)
	}
	for l := range levels {
		values := r.Perm(2*rows + 2)
		for i := range t {
			if r.IntN(5) > 0 {
				t[i][l] = uint64(values[i] + 1)
			}
		}
	}
	return t
}

// Waterfall is the plain join: level by level, rows with the same value are a
// pair, and rows in a pair leave. It gives, for each of a's and b's rows, the
// level at which it was paired, or -1 (PROTOCOLS.md §8.1).
func Waterfall(a, b Table, levels int) (ofA, ofB []int) {
	ofA, ofB = none(len(a)), none(len(b))
	for l := range levels {
		where := map[uint64]int{}
		for j, row := range b {
			if row[l] != 0 && ofB[j] < 0 {
				where[row[l]] = j
			}
		}
		for i, row := range a {
			if j, ok := where[row[l]]; ok && row[l] != 0 && ofA[i] < 0 {
				ofA[i], ofB[j] = l, l
			}
		}
	}
	return ofA, ofB
}

// OneSided is the plain answer to a one-sided match or count: a's rows leave
// when they are found, b's do not (PROTOCOLS.md §8.3).
func OneSided(a, b Table, levels int) []int {
	of := none(len(a))
	for l := range levels {
		held := map[uint64]bool{}
		for _, row := range b {
			held[row[l]] = row[l] != 0
		}
		for i, row := range a {
			if of[i] < 0 && held[row[l]] {
				of[i] = l
			}
		}
	}
	return of
}

func none(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// Count is how many rows were paired at each level.
func Count(levels int, of []int) []uint64 {
	out := make([]uint64, levels)
	for _, l := range of {
		if l >= 0 {
			out[l]++
		}
	}
	return out
}

// source yields a table's rows in batches of the given size.
type source struct {
	t      Table
	levels int
	batch  int
	at     int

	segments []uint16             // per row; nil without cells
	values   []int64              // per row and column
	sold     int                  // bytes that are sold of a row
	label    func(row int) []byte // a row's; nil where they have none
}

func (s *source) Next(ctx context.Context) (match.Batch, error) {
	if s.at == len(s.t) {
		return match.Batch{}, io.EOF
	}
	n := min(s.batch, len(s.t)-s.at)
	b := match.Batch{Rows: n}
	for l := range s.levels {
		digests, present := make([]byte, 32*n), make([]bool, n)
		for i, row := range s.t[s.at : s.at+n] {
			present[i] = row[l] != 0
			d := sha256.Sum256(binary.BigEndian.AppendUint64([]byte{byte(l)}, row[l]))
			copy(digests[32*i:], d[:])
		}
		b.Digests, b.Present = append(b.Digests, digests), append(b.Present, present)
	}
	if s.segments != nil {
		v := len(s.values) / len(s.t)
		b.Segments, b.Values = s.segments[s.at:s.at+n], s.values[v*s.at:v*(s.at+n)]
	}
	for i := range n {
		b.Sold = append(b.Sold, SoldOf(s.at+i, s.sold)...)
	}
	if s.label != nil {
		for i := range n {
			b.Labels = append(b.Labels, s.label(s.at+i)...)
		}
	}
	s.at += n
	return b, ctx.Err()
}
