package plot

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mandorla/crypto/noise"
)

const privacyPage = "../../docs/privacy.md"

// The figures of docs/privacy.md are those of the laws that runs draw from.
var (
	pageEps   = []string{"0.1", "0.25", "0.5", "1", "2", "4"}
	pageDelta = new(big.Rat).SetFrac64(1, 1<<40)
	pageBeta  = big.NewRat(1, 1_000_000)
)

const (
	pageLevels = 3
	pageK      = 50
)

func rational(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// laws are those of the dummies in a count of so many levels, which both sides
// add, where all of ε goes to the counts.
func laws(t testing.TB, eps string, levels int) []noise.Law {
	t.Helper()
	law, err := noise.NewLaw(new(big.Rat).Quo(rational(t, eps), big.NewRat(int64(levels), 1)), pageDelta, 1)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Repeat([]noise.Law{law}, 2*levels)
}

// deviation is the standard deviation of the sum of all draws.
func deviation(t testing.TB, all []noise.Law) float64 {
	t.Helper()
	sum := new(big.Rat)
	for _, law := range all {
		v, err := law.Variance()
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(sum, v)
	}
	variance, _ := sum.Float64()
	return math.Sqrt(variance)
}

func threshold(t testing.TB, eps string, levels int) int {
	t.Helper()
	q, err := noise.Quantile(laws(t, eps, levels), pageBeta)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func page(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(privacyPage)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPrivacyTable: the table has a row for each ε, with what the laws give, and
// no other.
func TestPrivacyTable(t *testing.T) {
	var want []string
	for _, eps := range pageEps {
		e, _ := rational(t, eps).Float64()
		row := fmt.Sprintf("| %s | %.2f |", eps, math.Exp(e))
		for levels := 1; levels <= pageLevels; levels++ {
			row += fmt.Sprintf(" %.1f | %d |", deviation(t, laws(t, eps, levels)), threshold(t, eps, levels))
		}
		want = append(want, row)
	}
	got := regexp.MustCompile(`(?m)^\| [0-9.]+ \|.*$`).FindAllString(page(t), -1)
	if !slices.Equal(got, want) {
		t.Errorf("the table of %s has\n%s\nand the laws give\n%s", privacyPage, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPrivacyClaims: the figures in the page's sentences.
func TestPrivacyClaims(t *testing.T) {
	text := strings.Join(strings.Fields(page(t)), " ")
	guess := func(eps float64) float64 { return 100 / (1 + math.Exp(-eps)) }
	sum := sumDeviation(t, 2048, big.NewRat(1, 4)) * 2500 / 2048
	for _, claim := range []string{
		fmt.Sprintf("With k = %d and ε = 1 by one identifier, a count is shown from %d on.", pageK, pageK+threshold(t, "1", 1)),
		fmt.Sprintf("at most %.0f %% at ε = 0.1, %.0f %% at 1, the default, and %.0f %% at 4", guess(0.1), guess(1), guess(4)),
		fmt.Sprintf("A budget of 10 is %d runs of ε = 1, or %d of 0.1.", runs(1, 10), runs(0.1, 10)),
		fmt.Sprintf("ε_c = 0.25 and %s in the sum, that is %s in the mean of 1,000", figure(math.Round(sum)), figure(math.Round(sum/1000))),
		"](error.svg)",
	} {
		if !strings.Contains(text, claim) {
			t.Errorf("%s does not say: %s", privacyPage, claim)
		}
	}
}

// sumDeviation is that of the noise which both sides add to a sum of integers up
// to a bound.
func sumDeviation(t testing.TB, bound int64, eps *big.Rat) float64 {
	t.Helper()
	v, err := noise.LaplaceVariance(new(big.Rat).Quo(big.NewRat(bound, 1), eps))
	if err != nil {
		t.Fatal(err)
	}
	variance, _ := v.Float64()
	return math.Sqrt(2 * variance)
}

// runs is how many runs of ε a budget lasts, by the composition that takes less
// (PROTOCOLS.md §11.2).
func runs(eps, budget float64) (n int) {
	for {
		more := float64(n + 1)
		rho := more * eps * eps / 2
		if min(more*eps, rho+2*math.Sqrt(rho*math.Log(1e6))) > budget+1e-9 {
			return n
		}
		n++
	}
}

// errorChart is docs/error.svg.
func errorChart(t testing.TB) LineChart {
	c := LineChart{
		Title: "Relative error of a count, by ε and overlap",
		Caption: "One standard deviation of both sides' noise; size or a cell of aggregate to both members, one identifier, " +
			"no measures, δ = 2^-40.",
		X: Axis{"ε of the run", Log},
		Y: Axis{"relative error, %", Log},
	}
	for _, overlap := range []float64{100, 1000, 10000} {
		s := Series{Label: figure(overlap) + " shared"}
		for _, eps := range pageEps {
			e, _ := rational(t, eps).Float64()
			s.Points = append(s.Points, Point{e, 100 * deviation(t, laws(t, eps, 1)) / overlap})
		}
		c.Series = append(c.Series, s)
	}
	return c
}

func TestErrorChart(t *testing.T) {
	golden(t, "../../docs/error.svg", func(w io.Writer) error { return Lines(w, errorChart(t)) })
}
