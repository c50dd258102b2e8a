package evaluation

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// pool marks the place of a liveness question among the asker's rows; dh.Filler
// marks a row that is nobody.
const pool = dh.Filler - 1

// A Use is what an analysis makes of what its asker finds.
type Use struct {
	Directory
	// Kept is the bytes that Keep makes of each of this node's identifiers, to
	// be at hand when its tag is found in what the session published; 0 and nil:
	// none.
	Kept int
	Keep func(dst, outputs []byte, sid [32]byte, level int)
	// Found is told once of each of this node's rows that is found, and Alive of
	// each liveness question: the directory's row and what was kept, and of a row
	// which session published it. Either may be nil. Checked follows them at the
	// end of each level.
	Found   func(row uint64, sid [32]byte, entry, kept []byte) error
	Alive   func(entry, kept []byte) error
	Checked func() error
	// Outcome says what was learnt, from all rows found at each level; Close gives back the analysis's own storage.
	Outcome func(hits []*column.Bits) (match.Outcome, error)
	Close   func() error
}

// An asker blinds its identifiers, has them evaluated, and finds their tags in
// the evaluator's directory.
type asker struct {
	match.Config
	Use
	blind, unblind *ristretto.Key
	peer           [32]byte // the evaluator's public key
	rows           uint64
	level          int
	sorters        []*column.Sorter // per level: request rows
	line           *stage.Line[question, asked]
	hits           []*column.Bits // per level: all rows found at it
	batch          uint32         // DLEQ proofs so far
	present        *asking
	renewals       []*renewal // per level, of a run of an epoch
}

// requestWidth is e ‖ row number ‖ OPRF input.
func requestWidth(input int) int { return 32 + 8 + input }

// NewAsker is the half of the member who learns.
func NewAsker(c match.Config, u Use) (match.Machine, error) {
	a := &asker{Config: c, Use: u, blind: ristretto.NewKey()}
	a.unblind = a.blind.Inverse()
	a.line = stage.New(a.ask, func(q asked) error { return a.sorters[q.level].Add(q.rows) })
	for l := range c.Levels {
		s, err := newSorter(c, requestWidth(a.inputWidth(l)), 32)
		if err != nil {
			return nil, errors.Join(err, a.close())
		}
		a.sorters = append(a.sorters, s)
	}
	if err := a.renew(); err != nil {
		return nil, errors.Join(err, a.close())
	}
	first := &match.Phase{Name: "keys", Kind: wire.KindKeys, Then: a.read, In: a.meet}
	return match.NewPhases(first, a.finish, a.close), nil
}

// meet takes in the evaluator's key (V18): within an epoch, that of the runs before.
func (a *asker) meet(f wire.Frame) (err error) {
	a.peer, err = dh.CheckKeys(f, a.SID, a.Role.Other())
	if err == nil && a.Epoch.Later() && a.peer != a.Epoch.Kept.Public {
		err = fmt.Errorf("%w: the key is another than the epoch's", match.ErrProof)
	}
	return err
}

func (a *asker) finish() (match.Outcome, error) {
	if a.Epoch != nil {
		if err := a.remember(); err != nil {
			return nil, err
		}
	}
	return a.Outcome(a.hits)
}

func (a *asker) close() error {
	a.line.Close()
	errs := []error{a.release()}
	a.blind.Wipe()
	a.unblind.Wipe()
	for _, s := range a.sorters {
		errs = append(errs, s.Close())
	}
	for _, r := range a.renewals {
		errs = append(errs, r.forget())
	}
	if a.Close != nil {
		errs = append(errs, a.Close())
	}
	return errors.Join(errs...)
}

func (a *asker) release() (err error) {
	if a.present != nil {
		err = a.present.close()
		a.present = nil
	}
	return err
}

// inputWidth is the bytes of a level's OPRF inputs: an identifier message or,
// zero-padded behind, a pool message.
func (a *asker) inputWidth(level int) int {
	return max(1+len(a.Levels[level])+32, poolWidth)
}

// requested is how many elements the asker sends at every level.
func (a *asker) requested() uint64 { return requested(a.Config, a.OwnCap) }

// read takes in this node's rows.
func (a *asker) read() (*match.Phase, error) {
	return &match.Phase{Name: "blind", Own: a.add, Then: func() (*match.Phase, error) {
		for _, r := range a.renewals {
			if err := r.compare(); err != nil {
				return nil, err
			}
		}
		for l := range a.Levels {
			if err := a.fill(l); err != nil {
				return nil, err
			}
		}
		return a.request()
	}}, nil
}

func (a *asker) add(b match.Batch) error {
	if a.rows+uint64(b.Rows) > a.OwnCap {
		return fmt.Errorf("more rows than the %d announced", a.OwnCap)
	}
	for l, name := range a.Levels {
		numbers := numbersOf(b, l, a.rows)
		if a.renewals != nil { // what is new among them is known once all have come
			if err := a.renewals[l].add(b, numbers); err != nil {
				return err
			}
			continue
		}
		msgs, width := match.Messages(name, b, l)
		if err := a.line.Put(question{l, msgs, width, numbers}); err != nil {
			return err
		}
	}
	a.rows += uint64(b.Rows)
	if a.Progress != nil {
		a.Progress("blind", a.rows, a.OwnCap)
	}
	return nil
}

// numbersOf are the numbers of a batch's rows that have an identifier of a level,
// the batch beginning at first.
func numbersOf(b match.Batch, level int, first uint64) (numbers []uint64) {
	for i, present := range b.Present[level] {
		if present {
			numbers = append(numbers, first+uint64(i))
		}
	}
	return numbers
}

// A question is some OPRF inputs of a level, and the numbers of their rows;
// asked is the rows of the request that it becomes.
type question struct {
	level   int
	msgs    []byte
	width   int
	numbers []uint64
}

type asked struct {
	level int
	rows  []byte
}

// ask blinds a question.
func (a *asker) ask(q question) (asked, error) {
	e := make([]byte, 32*len(q.numbers))
	if err := oprf.Blind(e, a.blind, q.msgs, q.width); err != nil {
		return asked{}, err
	}
	w := requestWidth(a.inputWidth(q.level))
	out := make([]byte, len(q.numbers)*w)
	for i, number := range q.numbers {
		row := out[i*w : (i+1)*w]
		copy(row, e[32*i:32*i+32])
		binary.BigEndian.PutUint64(row[32:], number)
		copy(row[40:], q.msgs[i*q.width:(i+1)*q.width])
	}
	return asked{q.level, out}, nil
}

// fill adds the liveness questions and tops a level's request up to its size.
func (a *asker) fill(level int) error {
	var msgs []byte
	for _, i := range secretSubset(poolSize, poolAsked) {
		msgs = poolMessage(msgs, a.SID, uint8(level), i)
	}
	numbers := slices.Repeat([]uint64{pool}, poolAsked)
	if err := a.line.Put(question{level, msgs, poolWidth, numbers}); err != nil {
		return err
	}
	if err := a.line.Drain(); err != nil {
		return err
	}
	if a.sorters[level].Len() > a.requested() {
		return fmt.Errorf("more identifiers to ask about than the %d announced", a.requested()-poolAsked)
	}
	w := requestWidth(a.inputWidth(level))
	for left := a.requested() - a.sorters[level].Len(); left > 0; {
		n := min(left, 4096)
		e := make([]byte, 32*n)
		ristretto.Random(e)
		out := make([]byte, int(n)*w)
		for i := range int(n) {
			copy(out[i*w:][:32], e[32*i:])
			binary.BigEndian.PutUint64(out[i*w+32:], dh.Filler)
		}
		if err := a.sorters[level].Add(out); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// secretSubset draws k of the numbers below n, n a power of two up to 256.
func secretSubset(n, k int) []uint32 {
	drawn := make(map[uint32]bool, k)
	var b [1]byte
	for len(drawn) < k {
		rand.Read(b[:])
		drawn[uint32(int(b[0])%n)] = true
	}
	out := make([]uint32, 0, k)
	for i := range drawn {
		out = append(out, i)
	}
	return out
}

// request is the phase in which the blinded elements of a level go out.
//
//	-> EVALREQ*
func (a *asker) request() (*match.Phase, error) {
	if a.level == len(a.Levels) {
		return nil, nil
	}
	rows, err := a.sorters[a.level].Sort()
	if err != nil {
		return nil, err
	}
	width := requestWidth(a.inputWidth(a.level))
	if a.present, err = newAsking(a, width); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	f := &match.Framer{Kind: wire.KindEvalReq, Level: uint8(a.level), Schema: evalReqSchema, Width: width,
		Rows: rows, Left: a.requested(), Keep: a.present.sent.Append}
	return &match.Phase{Name: fmt.Sprintf("requests %d", a.level), Out: f.Next, Then: a.answers}, nil
}

// answers is the phase in which the evaluations come back (V2, V4, V5 when
// they are unblinded).
//
//	<- EVALRESP*
func (a *asker) answers() (*match.Phase, error) {
	return &match.Phase{Name: fmt.Sprintf("answers %d", a.level), Kind: wire.KindEvalResp, Level: uint8(a.level),
		In: a.present.answer, Then: a.proofs}, nil
}

// proofs is the phase in which the evaluator proves that it used one key (V13).
//
//	<- EVALPROOF*
func (a *asker) proofs() (*match.Phase, error) {
	if err := a.present.begin(); err != nil {
		return nil, err
	}
	return &match.Phase{Name: fmt.Sprintf("proofs %d", a.level), Kind: wire.KindEvalProof, Level: uint8(a.level),
		In: a.present.prove, Then: a.directory}, nil
}

// directory is the phase in which the evaluator's tags come in (V2, V11).
//
//	<- DIRECTORY* or LABELS*
func (a *asker) directory() (*match.Phase, error) {
	return &match.Phase{Name: fmt.Sprintf("%s %d", a.Name, a.level), Kind: a.Kind, Level: uint8(a.level),
		In: a.present.lookUp, Then: a.removals}, nil
}

// removals is the phase of a later run of an epoch in which the evaluator says
// which of the tags before no longer stand.
//
//	<- REMOVED*
func (a *asker) removals() (*match.Phase, error) {
	if !a.Epoch.Later() {
		return a.join()
	}
	return &match.Phase{Name: fmt.Sprintf("removed %d", a.level), Kind: wire.KindRemoved, Level: uint8(a.level),
		In: a.renewals[a.level].strike, Then: a.join}, nil
}
