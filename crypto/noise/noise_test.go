package noise

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rat reads "1/20", "0.05" or "2".
func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

var minus40 = big.NewRat(1, 1<<40)

// TestNoFloatsNoSeeds reads the package's own files: what draws noise knows
// integers and crypto/rand.
func TestNoFloatsNoSeeds(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, f := range files {
		if name := f.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			lint(t, name, nil)
			read++
		}
	}
	if read < 8 {
		t.Errorf("only %d files read", read)
	}
}

func TestLintFinds(t *testing.T) {
	for _, body := range []string{
		`import "math/rand"`, `import "math/rand/v2"`, `import "math"`, `import "time"`,
		"const x = 0.5", "const x = 1i", "var x float64", "func f(r interface{ Float64() }) { r.Float64() }",
		"var x complex128", "func f(seed int) {}",
	} {
		inner := &recorder{}
		lint(inner, "x.go", "package noise\n"+body)
		if inner.found == 0 {
			t.Errorf("not found: %s", body)
		}
	}
}

type recorder struct{ found int }

func (r *recorder) Errorf(string, ...any) { r.found++ }

var allowed = []string{"crypto/rand", "encoding/binary", "errors", "fmt", "math/big", "math/bits", "sort"}

func lint(t interface{ Errorf(string, ...any) }, name string, src any) {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, imp := range file.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); !slices.Contains(allowed, path) {
			t.Errorf("%s imports %s", name, path)
		}
	}
	banned := regexp.MustCompile(`(?i)float|complex|seed`)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if banned.MatchString(n.Name) {
				t.Errorf("%s: %s", name, n.Name)
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				t.Errorf("%s: %s", name, n.Value)
			}
		}
		return true
	})
}

func TestParametersAreChecked(t *testing.T) {
	zero, half, huge := new(big.Rat), big.NewRat(1, 2), rat(t, "1e13")
	fine := Law{big.NewRat(1, 1), 27}
	for name, f := range map[string]func() error{
		"e^1":                 func() error { _, err := NewCoins().Exp(big.NewRat(-1, 1)); return err },
		"scale 0":             func() error { _, err := NewLaplace(zero); return err },
		"scale -1":            func() error { _, err := NewLaplace(big.NewRat(-1, 1)); return err },
		"scale 10^13":         func() error { _, err := NewLaplace(huge); return err },
		"scale of 70 digits":  func() error { _, err := NewLaplace(rat(t, "1."+strings.Repeat("3", 70))); return err },
		"σ² 0":                func() error { _, err := NewGaussian(zero); return err },
		"σ 10^13":             func() error { _, err := NewGaussian(new(big.Rat).Mul(huge, huge)); return err },
		"no ε":                func() error { _, err := NewTDL(Law{nil, 3}); return err },
		"ε 0":                 func() error { _, err := NewTDL(Law{zero, 3}); return err },
		"s 0":                 func() error { _, err := NewTDL(Law{half, 0}); return err },
		"s beyond":            func() error { _, err := NewTDL(Law{half, MaxShift + 1}); return err },
		"flat":                func() error { _, err := NewTDL(Law{big.NewRat(1, 100), 1}); return err },
		"ε of many digits":    func() error { _, err := NewTDL(Law{rat(t, "1."+strings.Repeat("3", 70)), 9}); return err },
		"shift for ε 0":       func() error { _, err := Shift(zero, minus40, 1); return err },
		"shift for δ 0":       func() error { _, err := Shift(half, zero, 1); return err },
		"shift for δ 1/2":     func() error { _, err := Shift(half, half, 1); return err },
		"sensitivity 0":       func() error { _, err := Shift(half, minus40, 0); return err },
		"sensitivity beyond":  func() error { _, err := Shift(half, minus40, MaxShift+1); return err },
		"shift beyond":        func() error { _, err := Shift(rat(t, "1e-9"), minus40, 1); return err },
		"law for ε 0":         func() error { _, err := NewLaw(zero, minus40, 1); return err },
		"β 0":                 func() error { _, err := Quantile([]Law{fine}, zero); return err },
		"β above 1/2":         func() error { _, err := Quantile([]Law{fine}, big.NewRat(2, 3)); return err },
		"quantile of no law":  func() error { _, err := Quantile([]Law{fine, {}}, half); return err },
		"too wide":            func() error { _, err := Quantile(slices.Repeat([]Law{{half, MaxShift}}, 20), half); return err },
		"too many":            func() error { return newConvolution(half, 3).addAll([]Law{fine, fine, fine}, 200) },
		"variance of no law":  func() error { _, err := Law{}.Variance(); return err },
		"variance of scale 0": func() error { _, err := LaplaceVariance(zero); return err },
		"tail of scale 0":     func() error { _, err := LaplaceTail(zero, half); return err },
		"tail of β 0":         func() error { _, err := LaplaceTail(half, zero); return err },
		"tail of β 2":         func() error { _, err := LaplaceTail(half, big.NewRat(2, 1)); return err },
	} {
		if err := f(); !errors.Is(err, ErrParameter) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestParametersAreNotRetained changes them after the fact.
func TestParametersAreNotRetained(t *testing.T) {
	scale, sigma2 := big.NewRat(1, 1), big.NewRat(1, 1)
	l, _ := NewLaplace(scale)
	g, _ := NewGaussian(sigma2)
	law, _ := NewLaw(scale, minus40, 1)
	scale.SetInt64(1 << 40)
	sigma2.SetInt64(1 << 60)
	d, err := NewTDL(law)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if a, b, c := l.Draw(), g.Draw(), d.Draw(); max(a, -a, b, -b) > 60 || c < 0 || c > 2*law.S {
			t.Fatal("a draw from a law that was changed after it was made")
		}
	}
}

// TestSamplersAreMute prints samplers: the words that their next draws will be
// made of must not show.
func TestSamplersAreMute(t *testing.T) {
	l, _ := NewLaplace(big.NewRat(3, 1))
	l.Draw()
	ahead := fmt.Sprint(l.src.buf[len(l.src.buf)-8:])
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%x"} {
		for _, it := range []any{l, *l, struct{ L Laplace }{*l}, TDL{l, 1}, &Gaussian{laplace: l}} {
			if s := fmt.Sprintf(verb, it); len(s) > 400 || strings.Contains(s, strings.Trim(ahead, "[]")) {
				t.Errorf("%s of %T prints its random words", verb, it)
			}
		}
	}
}

// TestWordsAreHandedOutOnce watches the buffer over several fillings.
func TestWordsAreHandedOutOnce(t *testing.T) {
	s, seen := new(source), map[uint64]bool{}
	const n = 1000
	for range n {
		seen[s.word()] = true
		if used := s.buf[:len(s.buf)-s.left]; slices.ContainsFunc(used, func(b byte) bool { return b != 0 }) {
			t.Fatal("a word stays in memory after its use")
		}
	}
	if len(seen) != n {
		t.Errorf("%d different words of %d", len(seen), n)
	}
}
