package evaluation

import (
	"crypto/rand"
	"errors"
	"fmt"

	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A Publication is what an analysis's evaluator makes of its own identifiers.
type Publication struct {
	Directory
	// Rows makes rows of the directory, without the tags that they begin with, of
	// OPRF outputs and of the labels of the rows that they belong to; nil where a
	// directory is tags alone. It is called by several goroutines at once.
	Rows func(rows, outputs, labels []byte, level int) error
}

// An evaluator holds the OPRF key of the run and answers the asker.
type evaluator struct {
	match.Config
	Publication
	key       *ristretto.Key
	rows      uint64
	level     int
	directory []*column.Sorter // per level: the tags of own identifiers
	tags      *column.Rows     // of the present level, while it is sent
	answers   *column.List     // of the present level: z, in the order asked
	proofs    *column.List     // and the proofs, one for every frame of it
	asked     uint64
	batch     uint32 // DLEQ proofs so far
	strict    column.Increasing
	lists     *stage.Line[listing, listed]
	evaluates *stage.Line[Request, Answer]
	editions  []*edition // per level, of a run of an epoch
}

// A listing is some OPRF inputs of a level, and the labels of their rows; those of
// the liveness pool are nobody's.
type listing struct {
	question
	labels []byte
	nobody bool
}

// listed is rows of a level's directory, and, in a run of an epoch, what is kept of
// the identifiers that they are of; nil where they are nobody's.
type listed struct {
	asked
	identifiers []byte
}

// NewEvaluator is the half of the member who answers and learns nothing.
func NewEvaluator(c match.Config, p Publication) (match.Machine, error) {
	e := &evaluator{Config: c, Publication: p}
	if c.Epoch != nil {
		e.key = c.Epoch.Key
	} else {
		e.key = ristretto.NewKey()
	}
	e.lists = stage.New(e.list, e.enter)
	e.evaluates = stage.New(func(r Request) (Answer, error) { return Evaluate(c, e.key, r) }, e.keep)
	for range c.Levels {
		s, err := newSorter(c, p.Schema.RowWidth(), 16)
		if err != nil {
			return nil, errors.Join(err, e.close())
		}
		e.directory = append(e.directory, s)
	}
	if err := e.begin(); err != nil {
		return nil, errors.Join(err, e.close())
	}
	first := &match.Phase{Name: "keys", Then: e.read,
		Out: func() (wire.Frame, error) { return dh.KeysFrame(e.key, c.SID, c.Role) }}
	return match.NewPhases(first, e.finish, e.close), nil
}

func (e *evaluator) finish() (match.Outcome, error) {
	if e.Epoch != nil {
		if err := e.remember(); err != nil {
			return nil, err
		}
	}
	return match.Nothing{}, nil
}

func (e *evaluator) close() error {
	e.lists.Close()
	e.evaluates.Close()
	if e.Epoch == nil {
		e.key.Wipe()
	}
	errs := []error{e.release()}
	for _, s := range e.directory {
		errs = append(errs, s.Close())
	}
	for _, d := range e.editions {
		errs = append(errs, d.close())
	}
	return errors.Join(errs...)
}

func (e *evaluator) release() (err error) {
	if e.answers != nil {
		err = errors.Join(e.answers.Close(), e.proofs.Close())
		e.answers, e.proofs = nil, nil
	}
	if e.tags != nil {
		err = errors.Join(err, e.tags.Close())
		e.tags = nil
	}
	return err
}

// read takes in this node's rows: the tag of every identifier, at its level.
func (e *evaluator) read() (*match.Phase, error) {
	return &match.Phase{Name: "blind", Own: e.add, Then: func() (*match.Phase, error) {
		for _, d := range e.editions {
			if err := d.compare(); err != nil {
				return nil, err
			}
		}
		if err := e.fill(); err != nil {
			return nil, err
		}
		return e.request()
	}}, nil
}

func (e *evaluator) add(b match.Batch) error {
	if e.rows += uint64(b.Rows); e.rows > e.OwnCap {
		return fmt.Errorf("more rows than the %d announced", e.OwnCap)
	}
	for l, name := range e.Levels {
		labels := labelsOf(b, l, e.labelWidth())
		if e.editions != nil { // what is new among them is known once all have come
			if err := e.editions[l].register.enter(b, labels); err != nil {
				return err
			}
			continue
		}
		msgs, width := match.Messages(name, b, l)
		q := listing{question: question{level: l, msgs: msgs, width: width}, labels: labels}
		if err := e.lists.Put(q); err != nil {
			return err
		}
	}
	if e.Progress != nil {
		e.Progress("blind", e.rows, e.OwnCap)
	}
	return nil
}

// labelWidth is the bytes of a label; 0 where there are none.
func (e *evaluator) labelWidth() int {
	if e.Labels == nil {
		return 0
	}
	return e.Labels.Width
}

// labelsOf copies the labels, of the given width, of a batch's rows that have an
// identifier of a level.
func labelsOf(b match.Batch, level, width int) (out []byte) {
	if width == 0 {
		return nil
	}
	for i, present := range b.Present[level] {
		if present {
			out = append(out, b.Labels[i*width:(i+1)*width]...)
		}
	}
	return out
}

// list makes the directory's rows of some OPRF inputs.
func (e *evaluator) list(q listing) (t listed, err error) {
	n := len(q.msgs) / q.width
	out := make([]byte, 64*n)
	defer clear(out)
	if err := oprf.FullEvaluate(out, e.key, q.msgs, q.width); err != nil {
		return t, err
	}
	tags := make([]byte, 16*n)
	oprf.Tags(tags, out, e.SID, e.Levels[q.level])
	t.asked = asked{q.level, tags}
	if e.editions != nil && !q.nobody {
		t.identifiers = e.identifiers(q.msgs, q.width, tags, q.labels)
	}
	if e.Rows == nil {
		return t, nil
	}
	t.rows = make([]byte, n*e.Schema.RowWidth())
	dh.Scatter(t.rows, e.Schema.RowWidth(), 0, tags, 16)
	return t, e.Rows(t.rows, out, q.labels, q.level)
}

// enter puts rows into a level's directory.
func (e *evaluator) enter(t listed) error {
	if err := e.directory[t.level].Add(t.rows); err != nil || e.editions == nil {
		return err
	}
	return e.editions[t.level].fresh.Append(t.identifiers)
}

// fill adds the liveness pool and tops every directory up to the cap.
func (e *evaluator) fill() error {
	for l, s := range e.directory {
		var pool []byte
		for i := range uint32(poolSize) {
			pool = poolMessage(pool, e.SID, uint8(l), i)
		}
		q := listing{question: question{level: l, msgs: pool, width: poolWidth}, nobody: true}
		if e.Labels != nil {
			q.labels = make([]byte, poolSize*e.Labels.Width) // nobody's: no value in any column
		}
		err := e.lists.Put(q)
		if err := errors.Join(err, e.lists.Drain()); err != nil {
			return err
		}
		if s.Len() > e.listed() {
			return fmt.Errorf("more identifiers to list than the %d announced", e.listed()-poolSize)
		}
		for left := e.listed() - s.Len(); left > 0; {
			n := min(left, 4096)
			random := make([]byte, int(n)*e.Schema.RowWidth())
			rand.Read(random)
			if err := s.Add(random); err != nil {
				return err
			}
			if e.editions != nil {
				if err := e.editions[l].filled(random); err != nil {
					return err
				}
			}
			left -= n
		}
	}
	return nil
}

// request is the phase in which the asker's elements come in; each is
// evaluated on arrival.
//
//	-> EVALREQ*
func (e *evaluator) request() (*match.Phase, error) {
	if e.level == len(e.Levels) {
		return nil, nil
	}
	e.asked = 0
	e.proofs = column.NewList(64, dh.Buffer(e.Config), e.Store)
	e.strict = column.Increasing{Width: 32, Key: 32}
	e.answers = column.NewList(32, dh.Buffer(e.Config), e.Store)
	return &match.Phase{Name: fmt.Sprintf("requests %d", e.level), Kind: wire.KindEvalReq, Level: uint8(e.level),
		In: e.take, Then: e.answer}, nil
}

// wanted is how many elements the asker sends at every level, and listed how many
// tags this node publishes.
func (e *evaluator) wanted() uint64 { return requested(e.Config, e.PeerCap) }
func (e *evaluator) listed() uint64 { return published(e.Config, e.OwnCap) }

// take takes in a frame of the asker (V2, V6) and passes it on to be evaluated.
func (e *evaluator) take(f wire.Frame) error {
	e.asked += uint64(f.Rows)
	if want := e.wanted(); e.asked > want || f.Last != (e.asked == want) || (!f.Last && f.Rows != wire.RowsPerFrame(evalReqSchema)) {
		return match.ErrCount
	}
	if err := e.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	e.batch++
	if err := e.evaluates.Put(Request{e.batch - 1, f.Columns[0]}); err != nil {
		return err
	}
	if e.Progress != nil {
		e.Progress(fmt.Sprintf("evaluate %d", e.level), e.asked, e.wanted())
	}
	if !f.Last {
		return nil
	}
	return e.evaluates.Drain()
}

func (e *evaluator) keep(a Answer) error {
	return errors.Join(e.proofs.Append(a.Proof[:]), e.answers.Append(a.Z))
}

// answer is the phase in which the evaluations go back, in the order asked.
//
//	<- EVALRESP*
func (e *evaluator) answer() (*match.Phase, error) {
	rows, err := e.answers.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindEvalResp, Level: uint8(e.level), Schema: evalRespSchema, Width: 32, Rows: rows, Left: e.asked}
	return &match.Phase{Name: fmt.Sprintf("answers %d", e.level), Out: f.Next, Then: e.prove}, nil
}

// prove is the phase in which the proofs go out, one for every frame of answers.
//
//	<- EVALPROOF*
func (e *evaluator) prove() (*match.Phase, error) {
	rows, err := e.proofs.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindEvalProof, Level: uint8(e.level), Schema: evalProofSchema, Width: 64, Rows: rows, Left: e.proofs.Len()}
	return &match.Phase{Name: fmt.Sprintf("proofs %d", e.level), Out: f.Next, Then: e.publish}, nil
}

// publish is the phase in which the tags of this node's identifiers go out.
//
//	<- DIRECTORY* or LABELS*
func (e *evaluator) publish() (*match.Phase, error) {
	var err error
	if e.tags, err = e.directory[e.level].Sort(); err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: e.Kind, Level: uint8(e.level), Schema: e.Schema, Width: e.Schema.RowWidth(), Rows: e.tags, Left: e.listed()}
	then := e.advance
	if e.Epoch.Later() {
		then = func() (*match.Phase, error) { return e.editions[e.level].withdraw(e.advance) }
	}
	return &match.Phase{Name: fmt.Sprintf("%s %d", e.Name, e.level), Out: f.Next, Then: then}, nil
}

// advance goes on to the next level.
func (e *evaluator) advance() (*match.Phase, error) {
	e.level++
	if err := e.release(); err != nil {
		return nil, err
	}
	return e.request()
}
