package column

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// unique is n rows of different random keys, each followed by its number.
func unique(r *rand.Rand, n, key int) []byte {
	seen := map[string]bool{}
	return numbered(r, n, key, func(r *rand.Rand, k []byte) {
		for kinds["random"](r, k); seen[string(k)]; kinds["random"](r, k) {
		}
		seen[string(k)] = true
	})
}

// pairsOf is the join by a map.
func pairsOf(left, right []byte, width, key int) (pairs [][2]string) {
	byKey := map[string]string{}
	for row := range slices.Chunk(left, width) {
		byKey[string(row[:key])] = string(row)
	}
	for row := range slices.Chunk(plain(right, width, key), width) {
		if l, ok := byKey[string(row[:key])]; ok {
			pairs = append(pairs, [2]string{l, string(row)})
		}
	}
	return pairs
}

func TestJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, key := range []int{2, 8, 16} {
		width := key + 4
		for _, n := range []int{0, 1, 2, 64, 65, 300, 5000} {
			pool := unique(r, 2*n, key)
			left, right := pool[:n*width], bytes.Clone(pool[n/2*width:][:n*width])
			r.Shuffle(n, func(i, j int) { exchange(right, width, i, j) })
			for _, budget := range []int64{0, 1 << 15, 1 << 30} {
				d := newDisk()
				var got [][2]string
				err := joinAll(JoinConfig{Key: key, Left: width, Right: width, Budget: budget, Store: d}, left, right, func(l, r []byte) error {
					got = append(got, [2]string{string(l), string(r)})
					return nil
				})
				slices.SortFunc(got, func(a, b [2]string) int { return strings.Compare(a[0][:key], b[0][:key]) })
				name := fmt.Sprintf("%d rows, key of %d, budget %d", n, key, budget)
				if err != nil || d.open != 0 || !slices.Equal(got, pairsOf(left, right, width, key)) {
					t.Errorf("%s: %d pairs, %v, %d open", name, len(got), err, d.open)
				}
			}
		}
	}
}

func exchange(rows []byte, width, i, j int) {
	one := bytes.Clone(rows[i*width : (i+1)*width])
	copy(rows[i*width:(i+1)*width], rows[j*width:])
	copy(rows[j*width:], one)
}

// TestJoinSidesOfOtherWidths joins keys without and with values behind them.
func TestJoinSidesOfOtherWidths(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	right := unique(r, 400, 16)
	var left []byte
	for row := range slices.Chunk(right[:150*20], 20) {
		left = append(left, row[:16]...)
	}
	n := 0
	err := joinAll(JoinConfig{Key: 16, Left: 16, Right: 20, Budget: 0, Store: Memory()}, left, right, func(l, r []byte) error {
		n++
		if len(l) != 16 || len(r) != 20 || !bytes.Equal(l, r[:16]) {
			t.Error("not a pair")
		}
		return nil
	})
	if err != nil || n != 150 {
		t.Errorf("%d pairs, %v", n, err)
	}
}

// TestJoinRefusesDuplicates puts one row twice into a side, matched or not,
// early or late.
func TestJoinRefusesDuplicates(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pool := plain(unique(r, 9000, 8), 12, 8)
	none := func(_, _ []byte) error { return nil }
	for _, n := range []int{3, 9000} {
		for _, at := range []int{0, 1, n - 1} {
			for _, budget := range []int64{0, 1 << 30} {
				c := JoinConfig{Key: 8, Left: 12, Right: 12, Budget: budget, Store: Memory()}
				whole := pool[:n*12]
				twice := append(bytes.Clone(whole), whole[at*12:(at+1)*12]...)
				for name, sides := range map[string][2][]byte{
					"left": {twice, whole}, "right": {whole, twice}, "left alone": {twice, nil}, "right alone": {nil, twice},
				} {
					if err := joinAll(c, sides[0], sides[1], none); !errors.Is(err, ErrDuplicate) {
						t.Errorf("row %d of %d twice on the %s, budget %d: %v", at, n, name, budget, err)
					}
				}
			}
		}
	}
}

func TestJoinStopsAtAnError(t *testing.T) {
	rows := randomRows(1, 100, 8)
	stop := errors.New("stop")
	d := newDisk()
	n := 0
	err := joinAll(JoinConfig{Key: 8, Left: 8, Right: 8, Budget: 0, Store: d}, rows, rows, func(_, _ []byte) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 || d.open != 0 {
		t.Errorf("%v after %d pairs, %d open", err, n, d.open)
	}
}

func TestJoinerRefuses(t *testing.T) {
	for _, c := range []JoinConfig{
		{Left: 8, Right: 8, Store: Memory()}, {Key: 8, Left: 7, Right: 8, Store: Memory()},
		{Key: 8, Left: 8, Right: 7, Store: Memory()}, {Key: 8, Left: 8, Right: 8}} {
		if _, err := NewJoiner(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}
