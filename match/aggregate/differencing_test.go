package aggregate

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/matchtest"
)

// The differencing attack, at its strongest: A knows of every customer but one
// whether they are B's, keeps that one in its own table, and reads from the
// noisy count of a run of `size` whether B has the victim's row. Runs come in
// pairs that differ in nothing but that row.

// An attack is what A knows before a run.
type attack struct {
	others int64 // customers in the overlap besides the victim
	theirs int64 // the shift of B's dummies
}

// noiseOf is what is left of a published count when A has taken off all that
// it knows: B's dummies, and 1 if the victim is there.
func (k attack) noiseOf(got match.Table, own drawn) int64 {
	return got.Levels[0][0] + got.Shift - int64(own.dummies[0][0]) - k.others
}

// guess is the best test of it: a number is the likelier with the victim the
// greater it is, and from beyond B's shift it is likelier with than without
// (Neyman and Pearson).
func (k attack) guess(left int64) bool { return left > k.theirs }

// pairs is how many pairs of runs are attacked.
const pairs = 1000

// A score is how often A believed that the victim was there, of so many runs
// with and as many without.
type score struct{ with, without, pairs float64 }

// success is the share of right guesses, and advantage what they are better
// than a coin by, from 0 to 1.
func (s score) success() float64   { return (1 + s.advantage()) / 2 }
func (s score) advantage() float64 { return (s.with - s.without) / s.pairs }

// standardError is the advantage's.
func (s score) standardError() float64 {
	p, q := s.with/s.pairs, s.without/s.pairs
	return math.Sqrt((p*(1-p) + q*(1-q)) / s.pairs)
}

// known is the overlap besides the victim in all runs that are attacked.
const known = 19

// simulated makes runs under a law for both sides' dummies, and says what each
// leaves the attacker.
func simulated(t *testing.T, law noise.Law) (attack, func(victim uint64) int64) {
	t.Helper()
	c := config()
	c.Levels, c.OwnCap, c.PeerCap = c.Levels[:1], known+1, known+1
	side := match.Side{Caps: []uint64{known + 1}, Dummies: law}
	c.Cells = &match.Cells{Own: side, Peer: side}
	a, b := grids(t, c)
	k := attack{others: known, theirs: int64(law.S)}
	return k, func(victim uint64) int64 {
		got, own, _ := published(t, a, b, [][]uint64{{known + victim}})
		return k.noiseOf(got, own)
	}
}

// difference attacks so many pairs of runs.
func difference(k attack, pairs int, run func(victim uint64) int64) score {
	s := score{pairs: float64(pairs)}
	for range pairs {
		if k.guess(run(1)) {
			s.with++
		}
		if k.guess(run(0)) {
			s.without++
		}
	}
	return s
}

// TestDifferencing: the attacker's advantage is that of PROTOCOLS.md §4.5, at
// most (e^ε - 1)/(e^ε + 1), and no less: the law gives away all that it may,
// and the attack finds it.
func TestDifferencing(t *testing.T) {
	for _, eps := range []*big.Rat{big.NewRat(1, 2), big.NewRat(1, 1)} {
		e, _ := eps.Float64()
		bound := math.Expm1(e) / (math.Exp(e) + 1) // δ adds 2^-40
		k, run := simulated(t, private(t, eps))
		twice(t, func() error {
			s := difference(k, pairs, run)
			chance := errorsAllowed * s.standardError()
			t.Logf("ε = %g: right in %.1f %% of the runs, advantage %.3f ± %.3f, bound %.3f", e, 100*s.success(), s.advantage(), s.standardError(), bound)
			if s.advantage() > bound+chance || s.advantage() < bound-chance {
				return fmt.Errorf("ε = %g: an advantage of %.3f, %.3f ± %.3f is what the law gives away", e, s.advantage(), bound, chance)
			}
			return nil
		})
	}
}

// TestDifferencingWithoutNoise is the control: without dummies the same attack
// is always right.
func TestDifferencingWithoutNoise(t *testing.T) {
	k, run := simulated(t, noise.Law{})
	if s := difference(k, pairs, run); s.success() != 1 {
		t.Errorf("right in %.1f %% of the runs, want all", 100*s.success())
	}
}

// fullPairs is how many pairs of runs of the whole protocol are attacked.
func fullPairs() int {
	if raced {
		return 3
	}
	return 10
}

// TestFullRuns: whole runs count what the simulated ones are made of, exactly,
// and what they leave the attacker is spread the same way.
func TestFullRuns(t *testing.T) {
	law, r := private(t, big.NewRat(1, 1)), matchtest.Seeded(t)
	k, run := simulated(t, law)
	twice(t, func() error {
		var full, drawn []float64 // B's dummies, as the attacker finds them
		s := difference(k, fullPairs(), func(victim uint64) int64 {
			left := attacked(t, r, k, law, victim)
			full = append(full, float64(left-int64(victim)))
			return left
		})
		for range releases {
			drawn = append(drawn, float64(run(0)))
		}
		distance, allowed := apart(full, drawn)
		mean, _ := spread(full)
		t.Logf("%d whole runs: right in %.0f %%; B's dummies %.2f on average, shift %d; %.2f from the simulated distribution, %.2f allowed",
			len(full), 100*s.success(), mean, law.S, distance, allowed)
		off, chance := math.Abs(mean-float64(law.S)), errorsAllowed*math.Sqrt(variance(t, law)/float64(len(full)))
		if off > chance || distance > allowed {
			return fmt.Errorf("B's dummies are %.2f off on average, %.2f is chance; %.2f from the simulated distribution, %.2f allowed", off, chance, distance, allowed)
		}
		return nil
	})
}

// attacked is what one whole run of `size` leaves the attacker.
func attacked(t *testing.T, r *rand.Rand, k attack, law noise.Law, victim uint64) int64 {
	t.Helper()
	o := new(observer)
	p := matchtest.NewCells(r, o.watch(Dual), 1, known+1, known+1, matchtest.Shape{KA: 1, KB: 1})
	p.Cells.Own.Dummies, p.Cells.Peer.Dummies = law, law
	for i := range known + 1 {
		p.A[i], p.B[i] = []uint64{uint64(i + 1)}, []uint64{uint64(i + 1)}
	}
	p.B = p.B[:known+victim]
	a, b := p.Run()
	p.CheckCells(t, a, b, o.noise) // c = I + d_A + d_B
	return k.noiseOf(a.Outcome.(match.Table), o.half(a.Machine).drawn)
}
