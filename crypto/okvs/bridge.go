package okvs

import "mandorla/crypto/gf128"

// bridge chooses the dense columns such that the rows of the gap come out right
// as well. It returns false if no choice does.
//
// Rows that were peeled are added to a row of the gap until no column is left
// that a peeled row owns. What is left of its sparse columns is owned by no row,
// thus zero, and what is left of the row is an equation in the dense columns.
func (e *Encoder) bridge(dense, h, values []gf128.Element) bool {
	var equations []equation
	for _, r := range e.peel.gap {
		equations = append(equations, e.equation(r, h, values))
	}
	return solve(dense, equations)
}

// An equation is a sum of dense columns with factors, and what it must be.
type equation struct {
	factors []gf128.Element
	value   gf128.Element
}

// equation eliminates the sparse columns of a row of the gap.
func (e *Encoder) equation(r packed, h, values []gf128.Element) equation {
	out := equation{factors: make([]gf128.Element, e.p.dense)}
	powers := make([]gf128.Element, e.p.dense)
	if e.marked == nil {
		e.marked = make([]bool, e.p.sparse)
	}
	clear(e.marked)
	add := func(r packed) {
		for i := range 3 {
			e.marked[r.column(i)] = !e.marked[r.column(i)]
		}
		gf128.Powers(powers, h[r.item()])
		gf128.AddTo(out.factors, powers)
		out.value = out.value.Add(values[r.item()])
	}
	add(r)
	for i, r := range e.peel.rows {
		if e.marked[e.peel.own[i]] {
			add(r)
		}
	}
	return out
}

// solve finds a solution of the equations, by elimination, and returns false if
// they have none for some values. Columns that they do not decide are left as
// they are: zero.
func solve(columns []gf128.Element, equations []equation) bool {
	pivots := make([]int, len(equations))
	for i := range equations {
		e := &equations[i]
		for j, done := range equations[:i] {
			e.subtract(done, e.factors[pivots[j]])
		}
		pivot, found := e.pivot()
		if !found {
			return false
		}
		pivots[i] = pivot
		e.divide(e.factors[pivot])
	}
	for i := len(equations) - 1; i >= 0; i-- {
		e := equations[i]
		columns[pivots[i]] = e.value.Add(gf128.Inner(e.factors, columns))
	}
	return true
}

// subtract takes k times another equation away.
func (e *equation) subtract(other equation, k gf128.Element) {
	gf128.AddScaled(e.factors, other.factors, k)
	e.value = e.value.Add(other.value.Mul(k))
}

func (e *equation) divide(k gf128.Element) {
	inverse := k.Inv()
	for i, f := range e.factors {
		e.factors[i] = f.Mul(inverse)
	}
	e.value = e.value.Mul(inverse)
}

// pivot is the first column that the equation decides.
func (e *equation) pivot() (int, bool) {
	for i, f := range e.factors {
		if !f.IsZero() {
			return i, true
		}
	}
	return 0, false
}
