package elgamal

import (
	"sync"

	"mandorla/crypto/ristretto"
)

// Multiples gives visit the encodings of g^2, g^4, … and g^2n, to look numbers up
// that were encrypted as twice themselves: even powers are quickly encoded, about
// 1 µs each. They come some at a time and in no order, first being the half of the
// first exponent of some consecutive ones; one call at a time. After an error of
// visit it is called no more.
func Multiples(n uint64, visit func(first uint64, encodings []byte) error) error {
	runs := min(n, manyRuns)
	if runs == 0 {
		return nil
	}
	starts := make([]int64, runs)
	for i := range starts {
		starts[i] = int64(i) + 1
	}
	step, err := power(int64(runs))
	if err != nil {
		return err
	}
	at := ristretto.NewSums(len(starts))
	if err := at.AddPowers(upTo(len(starts)), powers(starts)); err != nil {
		return err
	}
	var visiting sync.Mutex
	var failed error
	err = at.Walk(step, int((n+runs-1)/runs), func(round, first int, doubles []byte) {
		number := uint64(round)*runs + uint64(first) + 1
		if number > n {
			return
		}
		visiting.Lock()
		defer visiting.Unlock()
		if failed == nil {
			failed = visit(number, doubles[:min(uint64(len(doubles)/Size), n-number+1)*Size])
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// manyRuns is how many consecutive powers are made at once: enough for all
// processors, and few beside any table.
const manyRuns = 1 << 12
