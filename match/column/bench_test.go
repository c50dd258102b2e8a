package column

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

const million = 1 << 20

// randomRows is rows whose keys are as random as tags are.
func randomRows(seed uint64, n, width int) []byte {
	r := rand.NewChaCha8([32]byte{byte(seed)})
	rows := make([]byte, n*width)
	r.Read(rows)
	return rows
}

func perRow(b *testing.B, n int) {
	b.ReportAllocs()
	b.Cleanup(func() { b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row") })
}

// BenchmarkSort sorts a million rows, in memory and with a budget of an eighth.
func BenchmarkSort(b *testing.B) {
	for _, c := range []struct{ key, width int }{{16, 16}, {16, 24}, {32, 72}} {
		rows := randomRows(1, million, c.width)
		for name, budget := range map[string]int64{"memory": 1 << 40, "spilled": int64(len(rows)) / 8} {
			b.Run(fmt.Sprintf("%d of %d/%s", c.key, c.width, name), func(b *testing.B) {
				perRow(b, million)
				for b.Loop() {
					if n, err := sortAll(Config{Width: c.width, Key: c.key, Budget: budget, Store: Memory()}, rows); err != nil || n != million {
						b.Fatal(n, err)
					}
				}
			})
		}
	}
}

// sortAll adds, sorts and reads, and says how many rows there were.
func sortAll(c Config, rows []byte) (n int, err error) {
	s, err := NewSorter(c)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	const frame = 32768
	for left := rows; len(left) > 0 && err == nil; {
		k := min(len(left), frame*c.Width)
		err = s.Add(left[:k])
		left = left[k:]
	}
	if err != nil {
		return 0, err
	}
	out, err := s.Sort()
	for err == nil {
		var batch []byte
		batch, err = out.Next(frame)
		n += len(batch) / c.Width
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// BenchmarkJoin joins two sets of a million rows that share half; the figure is
// per row of one set.
func BenchmarkJoin(b *testing.B) {
	const key, right = 16, 24
	l := randomRows(1, million, key)
	r := randomRows(2, million, right)
	for i := range million / 2 {
		copy(r[2*i*right:], l[i*key:(i+1)*key])
	}
	for name, budget := range map[string]int64{"memory": 1 << 40, "spilled": int64(len(l)+len(r)) / 8} {
		c := JoinConfig{Key: key, Left: key, Right: right, Rows: million, Budget: budget, Store: Memory()}
		b.Run(name, func(b *testing.B) {
			perRow(b, million)
			for b.Loop() {
				pairs := 0
				if err := joinAll(c, l, r, func(_, _ []byte) error { pairs++; return nil }); err != nil || pairs != million/2 {
					b.Fatal(pairs, err)
				}
			}
		})
	}
}

func joinAll(c JoinConfig, left, right []byte, do func(l, r []byte) error) (err error) {
	j, err := NewJoiner(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := errors.Join(j.AddLeft(left), j.AddRight(right)); err != nil {
		return err
	}
	return j.Each(do)
}

// BenchmarkIncreasing checks the order of a million sorted rows.
func BenchmarkIncreasing(b *testing.B) {
	const width = 32
	rows := randomRows(1, million, width)
	new(desk).sort([][]byte{rows}, width, width)
	perRow(b, million)
	for b.Loop() {
		check := Increasing{Width: width, Key: width}
		if err := check.Check(rows); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDisjoint walks two sorted sets of a million rows.
func BenchmarkDisjoint(b *testing.B) {
	const width = 32
	x := randomRows(1, million, width)
	new(desk).sort([][]byte{x}, width, width)
	y := randomRows(2, million, width)
	new(desk).sort([][]byte{y}, width, width)
	perRow(b, million)
	for b.Loop() {
		if err := Disjoint(memoryRows(x, width), memoryRows(y, width), width); err != nil {
			b.Fatal(err)
		}
	}
}
