package floor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"mandorla/arrowio"
	"mandorla/bench/meter"
	"mandorla/identity"
)

// Codes is how many codes the tables' segments have: 0 to 9.
const Codes = 10

// A Table is a CSV file with e-mail addresses in the column email, a code in
// segment, and yes or Y in consent where a row may take part.
type Table string

// A Joined is the plain join of two tables by e-mail address, and what it took.
type Joined struct {
	Rows       uint64               `json:"rows"` // read, of both tables
	Count      uint64               `json:"count"`
	Cells      [Codes][Codes]uint64 `json:"-"` // by the segments of the first table and the second
	Seconds    float64              `json:"seconds"`
	CPUSeconds float64              `json:"cpu_seconds"`
}

// A holder is the first row of a table that holds an address.
type holder struct {
	segment uint8
	found   bool
}

// Join joins two tables.
func Join(ctx context.Context, first, second Table) (*Joined, error) {
	began, used := time.Now(), meter.CPU()
	j := new(Joined)
	held := map[string]*holder{}
	err := first.each(ctx, func(address []byte, segment uint8) {
		if _, ok := held[string(address)]; !ok {
			held[string(address)] = &holder{segment: segment}
		}
	}, &j.Rows)
	if err != nil {
		return nil, err
	}
	err = second.each(ctx, func(address []byte, segment uint8) {
		if h, ok := held[string(address)]; ok && !h.found {
			h.found = true
			j.Count++
			j.Cells[h.segment][segment]++
		}
	}, &j.Rows)
	j.Seconds, j.CPUSeconds = time.Since(began).Seconds(), (meter.CPU() - used).Seconds()
	return j, err
}

// each gives the canonical address and the segment of each row that has one and
// may take part, and counts all rows.
func (t Table) each(ctx context.Context, do func(address []byte, segment uint8), rows *uint64) (err error) {
	profile, err := identity.Lookup("uid2-1")
	if err != nil {
		return err
	}
	normaliser, err := profile.Normaliser(identity.Spec{Type: identity.Email, Columns: []string{"email"}})
	if err != nil {
		return err
	}
	r, err := arrowio.Open(string(t), arrowio.Options{Columns: []string{"email", "segment", "consent"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		*rows += uint64(rec.NumRows())
		err = eachOf(rec, normaliser, do)
		rec.Release()
		if err != nil {
			return err
		}
	}
}

func eachOf(rec arrowio.Record, n *identity.Normaliser, do func(address []byte, segment uint8)) error {
	var columns [3]identity.Text
	for i := range columns {
		text, err := arrowio.TextColumn(rec, i)
		if err != nil {
			return err
		}
		columns[i] = identity.Text(text)
	}
	var address []byte
	for i := range columns[0].Len() {
		if consent, _ := columns[2].Value(i); string(consent) != "yes" && string(consent) != "Y" {
			continue
		}
		cell, _ := columns[0].Value(i)
		var why identity.Reason
		if address, why = n.Append(address[:0], cell); why != identity.Usable {
			continue
		}
		segment, _ := columns[1].Value(i)
		if len(segment) != 1 || segment[0] < '0' || segment[0] > '9' {
			return fmt.Errorf("column segment: not a digit")
		}
		do(address, segment[0]-'0')
	}
	return nil
}
