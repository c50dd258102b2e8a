package elgamal

import (
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// MaxGroups is the most groups of a table.
const MaxGroups = 1 << 14

// ErrSpent is the use of a table that was sealed or that refused a row.
var ErrSpent = errors.New("elgamal: the table of sums has been used up")

var errGroup = errors.New("elgamal: no such group of sums")

// A Table adds up the peer's rows by group. What it holds leaves it through
// [Table.Seal] alone, once: a sum that was not sealed would show which rows it
// is made of. It is not for concurrent use.
type Table struct {
	columns int
	groups  []*sums // nil once spent
}

// sums are the R and the S of one group.
type sums struct{ points []r255.Point }

// NewTable makes a table of empty groups.
func NewTable(groups, columns int) (*Table, error) {
	if columns < 1 || columns > MaxColumns {
		return nil, errColumns
	}
	if groups < 1 || groups > MaxGroups {
		return nil, fmt.Errorf("elgamal: a table has 1 to %d groups", MaxGroups)
	}
	t := &Table{columns, make([]*sums, groups)}
	for g := range t.groups {
		t.groups[g] = &sums{make([]r255.Point, 1+columns)}
		for i := range t.groups[g].points {
			t.groups[g].points[i].SetZero()
		}
	}
	return t, nil
}

// Add adds rows, each to its group. It refuses what is not canonical, and an R
// that is the identity, with a [*ristretto.PointError] for the first such
// element of rows; the table is spent then.
func (t *Table) Add(groups []int, rows []byte) error {
	if t.groups == nil {
		return ErrSpent
	}
	if len(rows) != len(groups)*RowSize(t.columns) {
		return errLength
	}
	for _, g := range groups {
		if g < 0 || g >= len(t.groups) {
			return errGroup
		}
	}
	width := 1 + t.columns
	points := make([]r255.Point, min(batch, len(groups))*width)
	for at := 0; at < len(groups); at += batch {
		some := groups[at:min(at+batch, len(groups))]
		if bad := decodeRows(points, rows[at*width*Size:][:len(some)*width*Size], width); bad != fine {
			t.groups = nil
			return fmt.Errorf("elgamal: rows to add: %w", &ristretto.PointError{Index: at*width + bad})
		}
		for i, g := range some {
			t.groups[g].add(points[i*width:])
		}
	}
	return nil
}

// batch is the rows that are decoded, which is the work, before they are added.
const batch = 1024

func (s *sums) add(row []r255.Point) {
	for i := range s.points {
		s.points[i].Add(&s.points[i], &row[i])
	}
}

// Seal ends the table: the sums of the groups to keep, with noise added and
// under fresh randomness, so that nobody can tell what they are made of. A
// group that is not kept is an encryption of zeros, which looks the same. The
// keys are those that the rows were encrypted under; noise is asked for once
// for every column of a group to keep, in order.
func (t *Table) Seal(public Public, noise func(group, column int) int64, keep func(group int) bool) ([]byte, error) {
	if t.groups == nil {
		return nil, ErrSpent
	}
	if public.Columns() != t.columns {
		return nil, errColumns
	}
	groups := t.groups
	t.groups = nil
	added := make([]int64, len(groups)*t.columns)
	for g := range groups {
		if !keep(g) {
			groups[g].forget()
			continue
		}
		for c := range t.columns {
			added[g*t.columns+c] = noise(g, c)
		}
	}
	sealed := make([]byte, len(groups)*RowSize(t.columns))
	share(len(groups), 1, func(g, _ int) int {
		groups[g].seal(sealed[g*RowSize(t.columns):], public, added[g*t.columns:])
		groups[g].forget()
		return fine
	})
	clear(added)
	return sealed, nil
}

// seal writes R·g^ρ and, for every column, S·h^ρ·g^ν.
func (s *sums) seal(dst []byte, public Public, noise []int64) {
	uniform := make([]byte, uniformSize)
	rand.Read(uniform)
	var rho, nu r255.Scalar
	var p r255.Point
	setUniform(&rho, uniform)
	clear(uniform)
	encode(dst, p.Add(p.ScalarMultBase(&rho), &s.points[0]))
	for c := range public.points {
		setInt(&nu, noise[c])
		sum := &s.points[1+c]
		sum.Add(sum, p.ScalarMultBase(&nu))
		encode(dst[(1+c)*Size:], p.Add(p.ScalarMult(&public.points[c], &rho), sum))
	}
	rho.SetZero()
	nu.SetZero()
}

// forget leaves sums of nothing.
func (s *sums) forget() {
	for i := range s.points {
		s.points[i].SetZero()
	}
}

// Format implements [fmt.Formatter]: what is not sealed has no printed form.
func (t *Table) Format(f fmt.State, _ rune) { f.Write([]byte("elgamal.Table(secret)")) }
