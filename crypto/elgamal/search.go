package elgamal

import (
	"bytes"
	"sync"

	"mandorla/crypto/ristretto"
)

// A walker looks for a sum in a part of its range: first from a number on, each
// round from n numbers further on.
type walker struct {
	sum  int
	from int64
}

// A hit is a number that a sum may be.
type hit struct {
	sum int
	x   int64
}

// fine is what a search returns when nothing is missing.
const fine = -1

// find gives the x of every g^x, in rows of so many columns, within ± the limit of
// its row, and the first that is not there, or fine. It always walks the whole
// range, so that the time taken shows the limits and not the numbers.
func (s *Steps) find(points []byte, columns int, limits []int64) (found []int64, missing int, err error) {
	walkers, rounds := s.walkers(columns, limits)
	hits, err := s.walk(points, walkers, rounds)
	if err != nil {
		return nil, 0, err
	}
	near := hits[:0]
	for _, h := range hits {
		if h.x <= limits[h.sum/columns] {
			near = append(near, h)
		}
	}
	found, there := make([]int64, len(points)/Size), make([]bool, len(points)/Size)
	if err := confirm(points, near, func(h hit) { found[h.sum], there[h.sum] = h.x, true }); err != nil {
		return nil, 0, err
	}
	for i, ok := range there {
		if !ok {
			return nil, i, nil
		}
	}
	return found, fine, nil
}

// A walker costs as much as some rounds of it; many at once make a round cheap.
const (
	manyWalkers = 512
	fewRounds   = 64
)

// walkers shares out the ranges of rows of sums, to walk for so many rounds.
func (s *Steps) walkers(columns int, limits []int64) (all []walker, rounds int64) {
	var total, most int64
	for _, limit := range limits {
		n := 2*limit/s.n + 1
		total, most = total+n*int64(columns), max(most, n)
	}
	rounds = min(most, max(fewRounds, total/manyWalkers))
	for row, limit := range limits {
		for c := range columns {
			for from := -limit; from <= limit; from += rounds * s.n {
				all = append(all, walker{row*columns + c, from})
			}
		}
	}
	return all, rounds
}

// walk gives what was hit. A walker is at g^x divided by g to the number that its
// round begins with, which is among the steps if the sum is among the next n.
func (s *Steps) walk(points []byte, walkers []walker, rounds int64) (hits []hit, err error) {
	starts, away := make([]byte, 0, len(walkers)*Size), make([]int64, len(walkers))
	for i, w := range walkers {
		starts, away[i] = append(starts, points[w.sum*Size:][:Size]...), -w.from
	}
	at := ristretto.NewSums(len(walkers))
	if err := at.Add(upTo(len(walkers)), starts); err != nil {
		return nil, err
	}
	if err := at.AddPowers(upTo(len(walkers)), powers(away)); err != nil {
		return nil, err
	}
	var adding sync.Mutex
	err = at.Walk(s.back, int(rounds), func(round, first int, doubles []byte) {
		for i := range len(doubles) / Size {
			if step, near := s.place[key(doubles[i*Size:])]; near {
				w := walkers[first+i]
				adding.Lock()
				hits = append(hits, hit{w.sum, w.from + int64(round)*s.n + int64(step)})
				adding.Unlock()
			}
		}
	})
	return hits, err
}

// confirm tells yes each hit that is right: a part of an encoding is not all of it.
func confirm(points []byte, hits []hit, yes func(hit)) error {
	numbers := make([]int64, len(hits))
	for i, h := range hits {
		numbers[i] = h.x
	}
	again := make([]byte, len(hits)*Size)
	if err := ristretto.Powers(again, powers(numbers)); err != nil {
		return err
	}
	for i, h := range hits {
		if bytes.Equal(again[i*Size:][:Size], points[h.sum*Size:][:Size]) {
			yes(h)
		}
	}
	return nil
}
