package lanes

import (
	"fmt"
	"math/bits"
	"testing"
)

// An extent is all that a lane can hold.
type extent struct{ least, most uint64 }

// laneRange is lane on extents. It panics where a result could wrap around, and
// where a multiplication could lose bits of a factor.
func laneRange(in *instruction, x, y, z extent) extent {
	fits := func(ok bool) {
		if !ok {
			panic(fmt.Sprintf("could wrap around: %s, of %x, %x, %x", in.line, x, y, z))
		}
	}
	plus := func(a, b extent) extent {
		_, over := bits.Add64(a.most, b.most, 0)
		fits(over == 0)
		return extent{a.least + b.least, a.most + b.most}
	}
	times := func(limit uint64) extent {
		high, low := bits.Mul64(x.most, y.most)
		fits(x.most <= limit && y.most <= limit && high == 0)
		return extent{x.least * y.least, low}
	}
	switch in.op {
	case "VPADDQ":
		return plus(x, y)
	case "VPSUBQ":
		fits(y.least >= x.most)
		return extent{y.least - x.most, y.most - x.least}
	case "VPAND", "VPANDQ":
		if x.least == x.most && y.most <= x.most { // a mask that takes nothing away
			return y
		}
		return extent{0, min(x.most, y.most)}
	case "VPSRLQ":
		return extent{y.least >> in.args[0].value, y.most >> in.args[0].value}
	case "VPSLLQ":
		fits(y.most<<in.args[0].value>>in.args[0].value == y.most)
		return extent{y.least << in.args[0].value, y.most << in.args[0].value}
	case "VPMULUDQ":
		return times(1<<32 - 1)
	case "VPMULLQ":
		return times(1<<64 - 1)
	case "VPXORQ": // of a register with itself
		fits(in.args[0] == in.args[1])
		return extent{}
	case "VPMADD52LUQ", "VPMADD52HUQ":
		fits(x.most <= low52 && y.most <= low52)
		high, low := bits.Mul64(x.most, y.most)
		if in.op == "VPMADD52HUQ" {
			return plus(z, extent{0, high<<12 | low>>52})
		}
		if high > 0 || low > low52 {
			low = low52
		}
		return plus(z, extent{0, low})
	}
	panic("unknown instruction: " + in.line)
}

// TestNothingWrapsAround proves what the comments of internal/asm claim of limbs:
// it runs the arithmetic on all values at once. Whatever limbs a function is
// given within its bounds, no sum, difference or product leaves its 64 bits, and
// the results are within the bounds of the next function's operands.
func TestNothingWrapsAround(t *testing.T) {
	four, eight := assemble(t, "avx2_amd64.s"), assemble(t, "ifma_amd64.s")
	four.ranges, eight.ranges = true, true
	t.Run("avx2", func(t *testing.T) {
		testBounds(t, bench4(&vector[vec4]{&form4, emulated[vec4](four, "AVX2")}))
	})
	t.Run("avx512ifma", func(t *testing.T) {
		testBounds(t, bench8(&vector[vec8]{&form8, emulated[vec8](eight, "IFMA")}))
	})
}

func testBounds[E any](t *testing.T, b bench[E]) {
	all := func(as string) []E {
		x := make([]E, 1)
		for lane := 1; lane < b.lanes(); lane += 2 {
			b.worst(&x[0], lane, as)
		}
		return x
	}
	result := all("result")
	within := func(what string, x []E) {
		t.Helper()
		bound := wordsOf(&result[0], 1)
		for v := range x {
			for i, w := range wordsOf(&x[v], 1) {
				if i%2 == 1 && w > bound[i] {
					t.Errorf("%s: vector %d, limb %d reaches %#x, above %#x", what, v, i/b.lanes(), w, bound[i])
				}
			}
		}
	}
	z := make([]E, 1)
	for what, do := range map[string]func(){
		"mul": func() { b.mul(z, all("first"), all("second")) },
		"sqr": func() { b.sqr(z, all("second"), 1) },
		"add": func() { b.add(z, result, result) },
		"sub": func() { b.sub(z, result, result) },
	} {
		do()
		within(what, z)
	}
	p, w := point[E]{result[0], result[0], result[0], result[0]}, new(scratch[E])
	q, c := p, cached[E](p)
	c[at2dT] = all("negated")[0] // by lookup, which does not carry
	b.double(&p, w, 2)
	within("double", p[:])
	b.plus(&q, &c, w, 4)
	within("plus", q[:])
	q = point[E]{result[0], result[0], result[0], result[0]}
	b.mix(&q, &slim[E]{result[0], result[0], c[at2dT]}, w) // as pick leaves it
	within("mix", q[:])
}
