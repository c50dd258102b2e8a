package ring

import (
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/stage"
)

// own fills a member's own table: H(x)^k for every row with an identifier, and
// a random element for every other row up to the cap (PROTOCOLS.md §1.5, §1.6),
// each with its burden. Batches are blinded while the source reads the next.
type own struct {
	match.Config
	Burden
	key     *ristretto.Key
	table   *Table
	taken   uint64
	blinded uint64
	line    *stage.Line[making, []byte]
}

// A making is messages that are to be blinded, and fillers.
type making struct {
	msgs    []byte
	width   int
	numbers []uint64 // of the rows whose messages they are, from 1
	fillers int
}

func newOwn(c match.Config, b Burden, key *ristretto.Key, t *Table) *own {
	o := &own{Config: c, Burden: b, key: key, table: t}
	o.line = stage.New(o.make, o.enter)
	return o
}

// take puts a batch of this member's rows into the table.
func (o *own) take(b match.Batch) error {
	if o.taken+uint64(b.Rows) > o.table.rows {
		o.line.Close()
		return fmt.Errorf("more rows than the %d announced", o.table.rows)
	}
	msgs, width := match.Messages(o.Levels[0], b, 0)
	var numbers []uint64
	for i, present := range b.Present[0] {
		if present {
			numbers = append(numbers, o.taken+uint64(i)+1)
		}
	}
	o.taken += uint64(b.Rows)
	return o.line.Put(making{msgs, width, numbers, b.Rows - len(numbers)})
}

func (o *own) make(m making) ([]byte, error) {
	defer clear(m.msgs)
	n := len(m.numbers)
	elements := make([]byte, ElementWidth*(n+m.fillers))
	ristretto.Random(elements[ElementWidth*n:])
	if n > 0 {
		if err := o.key.HashMul(elements[:ElementWidth*n], ristretto.DSTIdentifier, m.msgs, m.width); err != nil {
			return nil, err
		}
	}
	if o.width() == 0 {
		return elements, nil
	}
	burdens := make([]byte, o.width()*(n+m.fillers))
	err := o.Load(burdens, append(m.numbers, make([]uint64, m.fillers)...))
	return o.laden(elements, ElementWidth, burdens), err
}

func (o *own) enter(rows []byte) error {
	o.blinded += uint64(len(rows) / o.table.width)
	if o.Progress != nil {
		o.Progress("blind", o.blinded, o.table.rows)
	}
	return o.table.Add(rows)
}

// seal tops the table up to its cap.
func (o *own) seal() error {
	defer o.line.Close()
	for left := o.table.rows - o.taken; left > 0; {
		n := min(left, dh.FillerBatch)
		if err := o.line.Put(making{fillers: int(n)}); err != nil {
			return err
		}
		left -= n
	}
	return o.line.Drain()
}
