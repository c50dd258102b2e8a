package node

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"slices"

	"mandorla/arrowio"
	"mandorla/consent"
	"mandorla/identity"
)

// A maker is what one goroutine needs to make identifiers.
type maker struct {
	normalisers []*identity.Normaliser
	keys        []*identity.Marker // tell equal identifiers, in this preparation alone
}

// newMakers is a maker for every batch that a stage works on at once.
func newMakers(levels []*identity.Normaliser) chan *maker {
	var keys []*identity.Marker
	for range levels {
		keys = append(keys, identity.NewMarker())
	}
	makers := make(chan *maker, runtime.GOMAXPROCS(0)+1)
	for range cap(makers) {
		m := new(maker)
		for l, n := range levels {
			m.normalisers = append(m.normalisers, n.Again())
			m.keys = append(m.keys, keys[l].Again())
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
}

// A pageLevel is one identifier of a page's rows, and each one's mark.
type pageLevel struct {
	values identity.Values
	keys   [][holderKey]byte
}

// ready makes a page of a record, which it releases.
func (p *preparation) ready(rec arrowio.Record) (_ *page, err error) {
	defer rec.Release()
	m := <-p.makers
	defer func() { p.makers <- m }()
	pg := p.pages.Get().(*page)
	if pg.verdicts, err = p.verdicts(rec); err != nil {
		return nil, err
	}
	for l := range pg.levels {
		parts, err := texts(rec, p.columns[l])
		if err != nil {
			return nil, err
		}
		pg.levels[l].fill(m.normalisers[l], m.keys[l], parts)
	}
	attributes, err := texts(rec, p.extra)
	pg.attributes = pg.attributes[:0]
	for _, t := range attributes {
		pg.attributes = append(pg.attributes, identity.Text{Offsets: slices.Clone(t.Offsets),
			Data: bytes.Clone(t.Data), Nulls: bytes.Clone(t.Nulls), Offset: t.Offset})
	}
	return pg, err
}

func (l *pageLevel) fill(n *identity.Normaliser, key *identity.Marker, parts []identity.Text) {
	n.Batch(parts, &l.values)
	l.keys = slices.Grow(l.keys[:0], l.values.Len())[:l.values.Len()]
	clear(l.keys)
	for i := range l.keys {
		if value := l.values.Value(i); len(value) > 0 {
			l.keys[i] = key.Mark(value)
		}
	}
}

// keep takes in the next page of the source, whose room another one gets.
func (p *preparation) keep(pg *page) error {
	defer p.pages.Put(pg)
	p.counts.Add(pg.verdicts)
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
		if err := p.hold(l, pg.levels[l].keys[i]); err != nil {
			return err
		}
	}
	if !some {
		return nil
	}
	attributes, err := p.table.attributes.row(i, pg.attributes)
	if err != nil {
		return err
	}
	return p.table.log.append(p.table.Read, p.row, attributes)
}

// hold notes that the next row of the log has an identifier of level l.
func (p *preparation) hold(l int, key [holderKey]byte) error {
	var h [holder]byte
	copy(h[:], key[:])
	binary.BigEndian.PutUint64(h[holderKey:], p.table.log.rows)
	return p.holders[l].Add(h[:])
}
