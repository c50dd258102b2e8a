package node

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"

	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/match/column"
	"mandorla/match/stage"
)

// A marker notes of every row what tells whom it lives with and whom it is alike.
type marker struct {
	names  []string // the columns that it reads
	home   *Identifier
	shares *homes         // everybody at one address
	lives  *column.Sorter // holders of a household
	alike  *column.Sorter // likenesses

	country string
	at      markColumns
	makers  chan *markMaker
	row     uint64
}

// markColumns are where the columns stand; none where the dataset has no such.
type markColumns struct{ household, address, mail, name, birth []int }

// A markMaker is what one goroutine needs.
type markMaker struct {
	household, residence, birth *identity.Normaliser // nil where there is none
	key                         *identity.Digester
	marks                       *identity.Marker // tell equal households and homes
	values, places, births      identity.Values
}

// newMarker makes room, and finds the columns.
func (n *Node) newMarker(d Dataset, p *identity.Profile) (*marker, error) {
	m := &marker{country: d.country()}
	place := func(c string) int {
		if i := slices.Index(m.names, c); i >= 0 {
			return i
		}
		m.names = append(m.names, c)
		return len(m.names) - 1
	}
	if in, ok := d.first(identity.Email); ok {
		m.at.mail = places(in.columns(), place)
	}
	if in, ok := d.first(identity.NameDOB, identity.NamePostcode); ok {
		m.at.name = places(in.columns()[:2], place)
		if in.Type == identity.NameDOB {
			m.at.birth = places(in.columns()[2:], place)
		}
	}
	if in, ok := d.home(); ok {
		m.home = &in
		m.at.household = places(in.columns(), place)
		m.at.address = places(in.spec().Residence().Columns, place)
	}
	if err := m.room(n); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, m.ready(p)
}

// room makes the sorters.
func (m *marker) room(n *Node) (err error) {
	if m.lives, err = n.holders(3); err != nil {
		return err
	}
	shared, err := n.holders(3)
	if err != nil {
		return err
	}
	m.shares = &homes{most: usualMost, rows: shared}
	if m.home != nil {
		m.shares.most = m.home.mostPeople()
	}
	m.alike, err = column.NewSorter(column.Config{Width: likenessSize, Key: holderKey + 8, Budget: n.share(), Store: n.store})
	return err
}

// ready makes a maker for every record that is worked on at once.
func (m *marker) ready(p *identity.Profile) error {
	var secret [32]byte
	rand.Read(secret[:])
	defer clear(secret[:])
	marks := identity.NewMarker()
	m.makers = make(chan *markMaker, runtime.GOMAXPROCS(0)+1)
	for range cap(m.makers) {
		mk := &markMaker{key: identity.NewDigester(secret, "mandorla clean"), marks: marks.Again()}
		var err error
		if m.home != nil {
			if mk.household, err = p.Normaliser(m.home.spec()); err != nil {
				return err
			}
			if mk.residence, err = p.Normaliser(m.home.spec().Residence()); err != nil {
				return err
			}
		}
		if mk.birth, err = p.Normaliser(identity.Spec{Type: identity.Exact, Label: "birth", Columns: []string{"birth"}}); err != nil {
			return err
		}
		m.makers <- mk
	}
	return nil
}

func (m *marker) close() error {
	var errs []error
	for _, s := range []*column.Sorter{m.lives, m.alike} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if m.shares != nil {
		errs = append(errs, m.shares.rows.Close())
	}
	return errors.Join(errs...)
}

// A markPage is what is noted of a record's rows. A key of zero is none.
type markPage struct {
	households, homes [][holderKey]byte
	likenesses        [][]likeness // per row
}

// line notes records in order, several at a time.
func (m *marker) line() *stage.Line[arrowio.Record, *markPage] {
	return stage.New(m.mark, m.keep)
}

// mark notes what is to be known of a record, which it releases.
func (m *marker) mark(rec arrowio.Record) (*markPage, error) {
	defer rec.Release()
	mk := <-m.makers
	defer func() { m.makers <- mk }()
	page := &markPage{likenesses: make([][]likeness, rec.NumRows())}
	if m.home != nil {
		whose, err := texts(rec, m.at.household)
		if err != nil {
			return nil, err
		}
		where, err := texts(rec, m.at.address)
		if err != nil {
			return nil, err
		}
		mk.household.Batch(whose, &mk.values)
		mk.residence.Batch(where, &mk.places)
		page.households, page.homes = keysOf(nil, &mk.values, mk.marks), keysOf(nil, &mk.places, mk.marks)
	}
	err := m.liken(mk, rec, page)
	return page, err
}

// keep takes in the next page of the source.
func (m *marker) keep(page *markPage) error {
	none := [holderKey]byte{}
	for i, all := range page.likenesses {
		if page.households != nil && page.households[i] != none {
			if err := addHolder(m.lives, page.households[i], m.row); err != nil {
				return err
			}
			if err := addHolder(m.shares.rows, page.homes[i], m.row); err != nil {
				return err
			}
		}
		for _, l := range all {
			l.row = m.row
			if err := m.alike.Add(l.append(nil)); err != nil {
				return err
			}
		}
		m.row++
	}
	return nil
}

// addHolder notes that a row holds a key.
func addHolder(to *column.Sorter, key [holderKey]byte, row uint64) error {
	return to.Add(binary.BigEndian.AppendUint64(key[:holderKey:holderKey], row))
}
