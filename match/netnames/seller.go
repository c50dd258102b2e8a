package netnames

import (
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/evaluation"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A seller has rows on sale.
type seller struct {
	*dh.Session
	key   *ristretto.Key // of the OPRF
	rows  uint64
	level int

	strict  column.Increasing // of the questions
	asked   uint64
	batch   uint32       // DLEQ proofs so far
	answers *column.List // z, in the order asked
	proofs  *column.List // one for every frame of them
	sealed  *column.List // in the order of the set
	tags    *column.Sorter
	line    *stage.Line[evaluation.Request, evaluation.Answer]
}

func newSeller(c match.Config) (match.Machine, error) {
	session, err := dh.NewLaden(c, dh.ElementSchema(len(c.Levels)), c.Sale.Width)
	if err != nil {
		return nil, err
	}
	s := &seller{Session: session, key: ristretto.NewKey(),
		strict:  column.Increasing{Width: 32, Key: 32},
		answers: column.NewList(32, dh.Buffer(c), c.Store),
		proofs:  column.NewList(64, dh.Buffer(c), c.Store),
		sealed:  column.NewList(c.Sale.Width+overhead, dh.Buffer(c), c.Store)}
	answer := func(r evaluation.Request) (evaluation.Answer, error) { return evaluation.Evaluate(c, s.key, r) }
	s.line = stage.New(answer, func(a evaluation.Answer) error {
		return errors.Join(s.answers.Append(a.Z), s.proofs.Append(a.Proof[:]))
	})
	return match.NewPhases(s.Keys(s.offer), s.finish, s.close), nil
}

func (s *seller) finish() (match.Outcome, error) { return match.Sold{Names: s.asked}, nil }

func (s *seller) close() error {
	s.line.Close()
	s.key.Wipe()
	return errors.Join(s.release(), s.answers.Close(), s.proofs.Close(), s.sealed.Close(), s.Session.Close())
}

// release gives back the storage of a level.
func (s *seller) release() (err error) {
	if s.tags != nil {
		err = s.tags.Close()
		s.tags = nil
	}
	return err
}

// offer is the phase in which the OPRF key is shown.
//
//	<- KEYS
func (s *seller) offer() (*match.Phase, error) {
	return &match.Phase{Name: "offer", Out: func() (wire.Frame, error) { return offerFrame(s.key, s.Config) },
		Then: func() (*match.Phase, error) {
			return &match.Phase{Name: "blind", Own: s.take, Then: s.sets}, nil
		}}, nil
}

// take puts rows on sale, each laden with what is sold of it.
func (s *seller) take(b match.Batch) error {
	s.rows += uint64(b.Rows)
	sold, width := slices.Clone(b.Sold), s.Sale.Width
	if len(sold) != b.Rows*width {
		return fmt.Errorf("%d bytes are sold of %d rows, not %d of each", len(sold), b.Rows, width)
	}
	return s.Ours.Take(b, func(rows []byte) error {
		dh.Scatter(rows, s.Ours.Width(), s.Ours.Width()-8-width, sold, width)
		return nil
	})
}

// sets lets the sets cross. The seller's has no fillers: each would be a net name.
func (s *seller) sets() (*match.Phase, error) {
	if s.rows != s.OwnCap {
		return nil, fmt.Errorf("%d rows are on sale, not the %d announced", s.rows, s.OwnCap)
	}
	return s.Sets(s.tagged)
}

// tagged is the next level: the tags of all of the buyer's elements go back,
// sorted.
//
//	<- TAGS*
func (s *seller) tagged() (*match.Phase, error) {
	if s.level == len(s.Levels) {
		return &match.Phase{Name: "requests", Kind: wire.KindEvalReq, In: s.request, Then: s.seal}, nil
	}
	rows, err := s.sortTags()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindTags, Level: uint8(s.level), Schema: tagsSchema, Width: 16, Rows: rows, Left: s.PeerCap}
	return &match.Phase{Name: fmt.Sprintf("tags %d", s.level), Out: f.Next, Then: func() (*match.Phase, error) {
		s.level++
		if err := s.release(); err != nil {
			return nil, err
		}
		return s.tagged()
	}}, nil
}

func (s *seller) sortTags() (_ *column.Rows, err error) {
	list, err := s.Theirs.Tags(s.level)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	s.tags, err = column.NewSorter(column.Config{Width: 16, Key: 16, Budget: dh.Share(s.Config), Store: s.Store})
	if err != nil {
		return nil, err
	}
	err = dh.Each(list, func(rows []byte) error { return s.tags.Add(dh.Gather(rows, dh.TagRow, 0, 16)) })
	if err != nil {
		return nil, err
	}
	return s.tags.Sort()
}

// request takes in a frame of the buyer's questions (V2, V6), and passes it on to
// be answered.
//
//	-> EVALREQ*
func (s *seller) request(f wire.Frame) error {
	s.asked += uint64(f.Rows)
	if s.asked > min(s.OwnCap, s.Sale.Most) || (!f.Last && f.Rows != wire.RowsPerFrame(reqSchema)) {
		return match.ErrCount
	}
	if f.Rows == 0 {
		return nil
	}
	if err := s.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	s.batch++
	if err := s.line.Put(evaluation.Request{Batch: s.batch - 1, Elements: f.Columns[0]}); err != nil {
		return err
	}
	if !f.Last {
		return nil
	}
	return s.line.Drain()
}

// seal is the phase in which all rows on sale go out, each under its own key.
//
//	<- SEALED*
func (s *seller) seal() (*match.Phase, error) {
	if s.asked == 0 {
		return nil, nil
	}
	if err := s.sealAll(); err != nil {
		return nil, err
	}
	rows, err := s.sealed.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindSealed, Schema: sealedSchema(s.Sale.Width), Width: s.Sale.Width + overhead, Rows: rows, Left: s.OwnCap}
	return &match.Phase{Name: "sealed", Out: f.Next, Then: s.answer}, nil
}

// A lot is some rows on sale that follow one another in the set.
type lot struct {
	places []uint64
	sold   []byte
}

func (s *seller) sealAll() (err error) {
	line := stage.New(s.sealLot, s.sealed.Append)
	defer line.Close()
	loads, err := s.Ours.Loads()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, loads.Close()) }()
	place := uint64(0)
	err = column.EachBatch(loads, func(sold []byte) error {
		l := lot{sold: slices.Clone(sold)}
		for range len(sold) / s.Sale.Width {
			l.places, place = append(l.places, place), place+1
		}
		if s.Progress != nil {
			s.Progress("seal", place, s.OwnCap)
		}
		return line.Put(l)
	})
	if err != nil {
		return err
	}
	return line.Drain()
}

func (s *seller) sealLot(l lot) ([]byte, error) {
	outputs := make([]byte, oprf.OutputSize*len(l.places))
	defer clear(outputs)
	if err := oprf.FullEvaluate(outputs, s.key, inputs(s.SID, l.places), inputWidth); err != nil {
		return nil, err
	}
	width := s.Sale.Width
	out := make([]byte, 0, len(l.places)*(width+overhead))
	for i, place := range l.places {
		aead, err := sealer(outputs[i*oprf.OutputSize:], s.SID)
		if err != nil {
			return nil, err
		}
		out = aead.Seal(out, nonce[:], l.sold[i*width:(i+1)*width], additional(s.SID, place))
	}
	clear(l.sold)
	return out, nil
}

// answer is the phase in which the evaluations go back, in the order asked.
//
//	<- EVALRESP*
func (s *seller) answer() (*match.Phase, error) {
	if err := s.Sale.Give(s.asked); err != nil {
		return nil, err
	}
	rows, err := s.answers.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindEvalResp, Schema: respSchema, Width: 32, Rows: rows, Left: s.asked}
	return &match.Phase{Name: "answers", Out: f.Next, Then: s.prove}, nil
}

// prove is the phase in which the proofs go out, one for every frame of answers.
//
//	<- EVALPROOF*
func (s *seller) prove() (*match.Phase, error) {
	rows, err := s.proofs.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindEvalProof, Schema: proofSchema, Width: 64, Rows: rows, Left: s.proofs.Len()}
	return &match.Phase{Name: "proofs", Out: f.Next}, nil
}
