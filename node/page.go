package node

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"slices"
	"time"

	"mandorla/arrowio"
	"mandorla/consent"
	"mandorla/identity"
)

// A maker is what one goroutine needs to make identifiers.
type maker struct {
	normalisers []*identity.Normaliser
	keys        []*identity.Marker     // tell equal identifiers, in this preparation alone
	residences  []*identity.Normaliser // per level: the address of its households; nil where there is none beside
	address     *identity.Marker       // tells equal ones
	values      identity.Values        // of a page's residences
}

// newMakers is a maker for every batch that a stage works on at once.
func newMakers(levels, residences []*identity.Normaliser) chan *maker {
	address := identity.NewMarker()
	var keys []*identity.Marker
	for range levels {
		keys = append(keys, identity.NewMarker())
	}
	makers := make(chan *maker, runtime.GOMAXPROCS(0)+1)
	for range cap(makers) {
		m := &maker{address: address.Again()}
		for l, n := range levels {
			m.normalisers = append(m.normalisers, n.Again())
			m.keys = append(m.keys, keys[l].Again())
		}
		for _, r := range residences {
			if r != nil {
				r = r.Again()
			}
			m.residences = append(m.residences, r)
		}
		makers <- m
	}
	return makers
}

// A page is a record of the source made ready: who may take part, and under
// which identifiers.
type page struct {
	verdicts   []consent.Reason
	levels     []pageLevel
	attributes []identity.Text
	sold       []identity.Text
	objections []time.Time // since when each row's person objects; zero: unknown
}

// A pageLevel is one identifier of a page's rows, and each one's mark.
type pageLevel struct {
	values identity.Values
	keys   [][holderKey]byte
	homes  [][holderKey]byte // of the addresses of households; nil where the level has none
}

// ready makes a page of a record, which it releases.
func (p *preparation) ready(rec arrowio.Record) (_ *page, err error) {
	defer rec.Release()
	m := <-p.makers
	defer func() { p.makers <- m }()
	pg := p.page()
	if pg.verdicts, err = p.verdicts(rec); err != nil {
		return nil, err
	}
	for l := range pg.levels {
		parts, err := texts(rec, p.columns[l])
		if err != nil {
			return nil, err
		}
		pg.levels[l].fill(m.normalisers[l], m.keys[l], parts)
		if err := p.fillHomes(m, l, rec, &pg.levels[l]); err != nil {
			return nil, err
		}
	}
	if pg.objections, err = p.dates(rec); err != nil {
		return nil, err
	}
	if pg.sold, err = copied(rec, p.sold); err != nil {
		return nil, err
	}
	pg.attributes, err = copied(rec, p.extra)
	return pg, err
}

// page is a page to fill: one that was kept before, if there is one.
func (p *preparation) page() *page {
	select {
	case pg := <-p.pages:
		return pg
	default:
		return &page{levels: make([]pageLevel, len(p.columns))}
	}
}

// done leaves a page's room to another one.
func (p *preparation) done(pg *page) {
	select {
	case p.pages <- pg:
	default:
	}
}

// copied are some columns of a record as text that outlives it.
func copied(rec arrowio.Record, columns []int) (out []identity.Text, err error) {
	lent, err := texts(rec, columns)
	for _, t := range lent {
		out = append(out, identity.Text{Offsets: slices.Clone(t.Offsets),
			Data: bytes.Clone(t.Data), Nulls: bytes.Clone(t.Nulls), Offset: t.Offset})
	}
	return out, err
}

func (l *pageLevel) fill(n *identity.Normaliser, key *identity.Marker, parts []identity.Text) {
	n.Batch(parts, &l.values)
	l.keys = keysOf(l.keys, &l.values, key)
}

// keysOf are the values' marks, in the room of others; zero where there is no
// value.
func keysOf(room [][holderKey]byte, values *identity.Values, key *identity.Marker) [][holderKey]byte {
	keys := slices.Grow(room[:0], values.Len())[:values.Len()]
	clear(keys)
	for i := range keys {
		if value := values.Value(i); len(value) > 0 {
			keys[i] = key.Mark(value)
		}
	}
	return keys
}

// fillHomes finds the addresses of a level's households.
func (p *preparation) fillHomes(m *maker, l int, rec arrowio.Record, to *pageLevel) error {
	switch {
	case p.homes[l] == nil:
		return nil
	case m.residences[l] == nil: // the household is its address
		to.homes = to.keys
		return nil
	}
	lines, err := texts(rec, p.homes[l].columns)
	if err != nil {
		return err
	}
	m.residences[l].Batch(lines, &m.values)
	to.homes = keysOf(to.homes, &m.values, m.address)
	return nil
}

// keep takes in the next page of the source, whose room another one gets.
func (p *preparation) keep(pg *page) error {
	defer p.done(pg)
	p.counts.Add(pg.verdicts)
	for _, day := range pg.objections {
		p.table.objections.add(day)
	}
	eligible := make([]bool, len(pg.verdicts))
	for i, verdict := range pg.verdicts {
		eligible[i] = verdict == consent.Eligible
	}
	for l := range pg.levels {
		p.table.Levels[l].Add(&pg.levels[l].values, eligible)
	}
	for i, take := range eligible {
		if take {
			if err := p.take(pg, i); err != nil {
				return err
			}
		}
		p.table.Read++
	}
	for l, held := range p.held {
		if err := p.holders[l].Add(held); err != nil {
			return err
		}
		p.held[l] = held[:0]
	}
	return nil
}

// take keeps row i of a page, if it has any identifier.
func (p *preparation) take(pg *page, i int) error {
	some := false
	for l := range pg.levels {
		p.row[l] = pg.levels[l].values.Value(i)
		if len(p.row[l]) == 0 {
			continue
		}
		some = true
		p.held[l] = p.holder(p.held[l], pg.levels[l].keys[i])
		if h := p.homes[l]; h != nil && pg.levels[l].homes[i] != [holderKey]byte{} {
			var home [holder]byte
			if err := h.rows.Add(p.holder(home[:0], pg.levels[l].homes[i])); err != nil {
				return err
			}
		}
	}
	if !some {
		p.table.passOver()
		return nil
	}
	attributes, err := p.table.attributes.row(i, pg.attributes)
	if err != nil {
		return err
	}
	return p.table.log.append(loggedRow{number: p.table.Read, values: p.row, attributes: attributes, sold: p.table.sold.row(i, pg.sold)})
}

// holder appends the next row of the log as one that has a key.
func (p *preparation) holder(to []byte, key [holderKey]byte) []byte {
	return binary.BigEndian.AppendUint64(append(to, key[:]...), p.table.log.rows)
}
