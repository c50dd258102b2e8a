package netnames

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A buyer finds the rows on sale that it does not hold, and takes them.
type buyer struct {
	*dh.Session
	offered [32]byte // the seller's OPRF key
	level   int
	held    column.Bits // rows of the seller's set that we hold, by place
	meeting *meeting    // of the present level
	take    *purchase   // once it is known how many there are
	names   *column.List
}

func newBuyer(c match.Config) (match.Machine, error) {
	session, err := dh.NewSession(c, dh.ElementSchema(len(c.Levels)))
	if err != nil {
		return nil, err
	}
	b := &buyer{Session: session, names: column.NewList(c.Sale.Width, dh.Buffer(c), c.Store)}
	return match.NewPhases(b.Keys(b.offer), b.finish, b.close), nil
}

// finish hands the names over.
func (b *buyer) finish() (match.Outcome, error) {
	out := match.Names{Rows: b.names}
	b.names = nil
	return out, nil
}

func (b *buyer) close() error {
	errs := []error{b.release()}
	if b.take != nil {
		errs = append(errs, b.take.close())
	}
	if b.names != nil {
		errs = append(errs, b.names.Close())
	}
	return errors.Join(append(errs, b.Session.Close())...)
}

// release gives back the storage of a level.
func (b *buyer) release() (err error) {
	if b.meeting != nil {
		err = b.meeting.close()
		b.meeting = nil
	}
	return err
}

// offer is the phase in which the seller shows its OPRF key (V18).
//
//	<- KEYS
func (b *buyer) offer() (*match.Phase, error) {
	return &match.Phase{Name: "offer", Kind: wire.KindKeys, Level: offerLevel,
		In: func(f wire.Frame) (err error) {
			b.offered, err = checkOffer(f, b.Config)
			return err
		},
		Then: func() (*match.Phase, error) {
			return b.Blind(func() (*match.Phase, error) { return b.Sets(b.tagged) }), nil
		}}, nil
}

// tagged is the next level: the tags of our own elements come in, sorted, so that
// nobody here knows whose they are.
//
//	<- TAGS*
func (b *buyer) tagged() (_ *match.Phase, err error) {
	if b.level == len(b.Levels) {
		return b.decide()
	}
	if b.meeting, err = newMeeting(b); err != nil {
		return nil, err
	}
	return &match.Phase{Name: fmt.Sprintf("tags %d", b.level), Kind: wire.KindTags, Level: uint8(b.level),
		In: b.meeting.add, Then: func() (*match.Phase, error) {
			b.level++
			if err := b.release(); err != nil {
				return nil, err
			}
			return b.tagged()
		}}, nil
}

// decide asks whether as many names as there are may be taken.
func (b *buyer) decide() (_ *match.Phase, err error) {
	names := b.PeerCap - b.held.Count()
	if err := b.Sale.Take(names); err != nil {
		return nil, err
	}
	if names > b.Sale.Most {
		return nil, fmt.Errorf("%w: more names than may be taken", match.ErrDecline)
	}
	if b.take, err = newPurchase(b, names); err != nil {
		return nil, err
	}
	return b.take.request()
}

// A meeting is one level: the tags of the seller's rows, sorted, and those that
// come in.
type meeting struct {
	*buyer
	sorter *column.Sorter // of the tags of the seller's rows, with their places
	meet   *column.Meeting
	strict column.Increasing
	left   uint64 // tags of our own elements still to come
}

func newMeeting(b *buyer) (_ *meeting, err error) {
	m := &meeting{buyer: b, strict: column.Increasing{Width: 16, Key: 16}, left: b.OwnCap}
	m.sorter, err = column.NewSorter(column.Config{Width: dh.TagRow, Key: 16, Budget: dh.Share(b.Config), Store: b.Store})
	if err != nil {
		return nil, err
	}
	if err := m.fill(); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

func (m *meeting) fill() (err error) {
	tags, err := m.Theirs.Tags(m.level)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tags.Close()) }()
	if err := dh.Each(tags, m.sorter.Add); err != nil {
		return err
	}
	rows, err := m.sorter.Sort()
	if err != nil {
		return err
	}
	m.meet, err = column.Meet(rows, 16)
	return err
}

func (m *meeting) close() error {
	if m.meet == nil {
		return m.sorter.Close()
	}
	return errors.Join(m.meet.Close(), m.sorter.Close())
}

// add takes in tags of our own elements (V10, V11), and marks the rows on sale
// that they meet.
func (m *meeting) add(f wire.Frame) error {
	if uint64(f.Rows) > m.left || f.Last != (uint64(f.Rows) == m.left) {
		return match.ErrCount
	}
	m.left -= uint64(f.Rows)
	if err := m.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	err := m.meet.Take(f.Columns[0], 16, func(onSale, _ []byte) error {
		m.held.Set(binary.BigEndian.Uint64(onSale[16:]))
		return nil
	})
	if errors.Is(err, column.ErrDuplicate) {
		return errors.Join(match.ErrOrder, err)
	}
	return err
}
