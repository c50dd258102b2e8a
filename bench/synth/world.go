package synth

import (
	"math"
	"math/rand/v2"
)

// A table is one of the two.
type table uint8

const (
	airline table = iota // its customers
	bank                 // its cardholders
)

// repeatEvery is how many rows there are for one that repeats another.
const repeatEvery = 50

// A world is who is in which table, and where. A table's people have slots from
// 0 on; behind them come the slots of the rows that repeat one of them. The
// order of a table's rows is a permutation of its slots.
//
//	person   0 … shared-1   shared … people-1   people …
//	airline  yes            yes
//	bank     yes                                yes
type world struct {
	seed    uint64
	asked   float64 // the overlap
	rows    uint64  // of each table
	repeats uint64  // rows of a table that repeat another
	people  uint64  // of a table
	shared  uint64  // people of both
	order   [2]permutation
	phones  permutation
}

func newWorld(o Options) *world {
	w := &world{seed: o.Seed, asked: o.Overlap, rows: o.Rows, repeats: o.Rows / repeatEvery}
	w.people = w.rows - w.repeats
	w.shared = uint64(math.Round(o.Overlap * float64(w.people)))
	for t := range w.order {
		w.order[t] = newPermutation(w.rows, w.hash(useOrder, uint64(t)))
	}
	w.phones = newPermutation(numbers, w.hash(usePhones, 0))
	return w
}

// everybody is how many people there are in either table.
func (w *world) everybody() uint64 { return 2*w.people - w.shared }

// person is the number of the person in a table's slot.
func (w *world) person(t table, slot uint64) uint64 {
	if t == airline || slot < w.shared {
		return slot
	}
	return w.people + slot - w.shared
}

// slot is where a table has a person.
func (w *world) slot(t table, person uint64) (slot uint64, ok bool) {
	switch {
	case t == airline:
		return person, person < w.people
	case person < w.shared:
		return person, true
	case person < w.people:
		return 0, false
	}
	return person - w.people + w.shared, true
}

// stride is how far apart the rows are that are repeated.
func (w *world) stride() uint64 { return w.people / w.repeats }

// repeated is the slot whose row the n-th repeating row repeats.
func (w *world) repeated(t table, n uint64) uint64 {
	return n*w.stride() + w.hash(useRepeat+use(t), n)%w.stride()
}

// slots lists the slots of a table with rows of the person: none, one, or the
// second a repetition of the first.
func (w *world) slots(t table, person uint64) []uint64 {
	slot, ok := w.slot(t, person)
	if !ok {
		return nil
	}
	out := []uint64{slot}
	if w.repeats == 0 {
		return out
	}
	if n := slot / w.stride(); n < w.repeats && w.repeated(t, n) == slot {
		out = append(out, w.people+n)
	}
	return out
}

// holder is the person whose row stands in a slot.
func (w *world) holder(t table, slot uint64) uint64 {
	if slot >= w.people {
		slot = w.repeated(t, slot-w.people)
	}
	return w.person(t, slot)
}

// A use keeps the random numbers for one thing apart from those for another.
type use uint64

const (
	useOrder  use = iota // of rows
	usePhones            // which number is whose
	usePair              // whether two people share a number
	usePerson            // who somebody is
	useRepeat            // which rows are repeated; one for each table
	_
	useEntry // what a table knows of a person; one for each table
	_
	useRow // how it is written in a row; one for each table
	_
)

// hash is a number that depends on the seed, the use and n alone.
func (w *world) hash(u use, n uint64) uint64 {
	return rand.NewPCG(w.seed^uint64(u)<<56, n).Uint64()
}

// dice are the random numbers of one thing.
func (w *world) dice(u use, n uint64) *rand.Rand {
	return rand.New(rand.NewPCG(w.hash(u, n), n))
}
