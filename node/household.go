package node

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/ledger"
	"mandorla/match/column"
)

// usualMost is how many rows an address has at most that is taken to be a home:
// a barracks or a dormitory is an address, and no household.
const usualMost = 10

// mostPeople is the rows that one address of a household may have.
func (id Identifier) mostPeople() uint64 {
	if id.MostPeople == 0 {
		return usualMost
	}
	return id.MostPeople
}

// checkHouseholds sees that noise covers what one person can change. Where an
// address makes the household, that is one household. Where last names do, it can
// be as many as there are names at the address: somebody who moves out can make a
// home of what had too many people for one.
func (p *plan) checkHouseholds() error {
	if p.by != agreement.Household || p.rules.Exact() {
		return nil
	}
	for _, in := range p.inputs {
		if in.By != identity.ByAddress {
			return refuseTelling("size by household under noise: the partner's node makes households of last names; under noise they are made of addresses alone",
				"node.yaml: datasets.%s.identifiers: size by household under noise needs households of addresses alone; write by: %s", p.datasetName(), identity.ByAddress)
		}
	}
	return nil
}

// unusualBy is what the run counts, and nothing where that is persons.
func (p *plan) unusualBy() string {
	if p.by == agreement.Person {
		return ""
	}
	return p.by
}

// countsAs reports whether a receipt is of a run that counted what this plan
// does. Runs that count households and runs that count persons bring other rows.
func (p *plan) countsAs(r *ledger.Receipt) bool {
	households := func(levels []string) bool {
		return len(levels) == 1 && strings.Contains(levels[0], "/"+identity.Household)
	}
	return households(r.Levels) == households(p.levels())
}

// homes are the addresses behind one level of households, in a preparation: who
// shares one, whatever the last names.
type homes struct {
	most    uint64
	columns []int // where the address stands in a record
	rows    *column.Sorter
}

// homes makes room for the addresses of an identifier; nil where it is no
// household, or where an institution is one.
func (n *Node) homes(in Identifier, h holding, place func(string) int, levels int) (*homes, error) {
	if in.Type != identity.Household || h == houseFate {
		return nil, nil
	}
	rows, err := n.holders(levels)
	return &homes{in.mostPeople(), places(in.spec().Residence().Columns, place), rows}, err
}

// institutions marks the rows of addresses that more than so many rows hold, and
// counts those addresses.
func (h *homes) institutions() (rows *column.Bits, addresses uint64, err error) {
	sorted, err := h.rows.Sort()
	if err != nil {
		return nil, 0, err
	}
	defer sorted.Close()
	rows = new(column.Bits)
	err = eachGroup(sorted, h.most, func(places []uint64, size uint64) error {
		if size <= h.most {
			return nil
		}
		if size == h.most+1 {
			addresses++
		}
		for _, place := range places {
			rows.Set(place)
		}
		return nil
	})
	return rows, addresses, err
}

// eachGroup gives the holders of each key. A group of at most so many comes as
// one; a larger one comes in pieces, each with the size reached so far: the first
// piece has one row more than that, the others one row.
func eachGroup(sorted *column.Rows, most uint64, do func(places []uint64, size uint64) error) error {
	g := &group{most: most, do: do}
	for {
		row, err := sorted.Next(1)
		if errors.Is(err, io.EOF) {
			return g.end()
		}
		if err == nil {
			err = g.add([holderKey]byte(row), binary.BigEndian.Uint64(row[holderKey:]))
		}
		if err != nil {
			return err
		}
	}
}

// A group is the holders of one key, as far as they have come.
type group struct {
	most   uint64
	do     func(places []uint64, size uint64) error
	key    [holderKey]byte
	places []uint64
	size   uint64
}

func (g *group) add(key [holderKey]byte, place uint64) error {
	if g.size > 0 && key != g.key {
		if err := g.end(); err != nil {
			return err
		}
		g.size = 0
	}
	g.key = key
	g.places = append(g.places, place)
	if g.size++; g.size <= g.most {
		return nil
	}
	return g.end()
}

// end hands over what has come since the last time.
func (g *group) end() error {
	if len(g.places) == 0 {
		return nil
	}
	err := g.do(g.places, g.size)
	g.places = g.places[:0]
	return err
}
