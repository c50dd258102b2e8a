package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"mandorla/agreement"
	"mandorla/agreement/bands"
	"mandorla/identity"
	"mandorla/match"
	"mandorla/match/all"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// A recorder is one end of a link in memory that keeps all it sends.
type recorder struct {
	out  chan<- wire.Frame
	in   <-chan wire.Frame
	mu   sync.Mutex
	sent []wire.Frame
}

// Send implements [match.Link].
func (r *recorder) Send(ctx context.Context, f wire.Frame) error {
	r.mu.Lock()
	r.sent = append(r.sent, f)
	r.mu.Unlock()
	select {
	case r.out <- f:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Recv implements [match.Link].
func (r *recorder) Recv(ctx context.Context) (wire.Frame, error) {
	select {
	case f := <-r.in:
		return f, nil
	case <-ctx.Done():
		return wire.Frame{}, ctx.Err()
	}
}

// sold is the bytes that are sold of a row in runs that sell any.
const sold = 60

// customers is a table with dirt, and everything about its people that may not
// be found in what crosses.
func customers(h *house, member string, from int) (secrets [][]byte) {
	var rows []string
	for i := range 60 {
		name := fmt.Sprintf("Person.%03d", from+i)
		rows = append(rows, fmt.Sprintf(" %s@Example.COM,0151 23456%03d,%s,Nachname%03d,%05d", name, from+i, name, from+i, 10000+from+i))
	}
	h.table(member+"/"+member+".csv", "email,phone,first,last,zip", rows)
	for _, row := range rows {
		cells := strings.Split(row, ",")
		for _, cell := range append(cells, strings.ToLower(strings.TrimSpace(cells[0]))) {
			secrets = append(secrets, spellings(cell)...)
		}
	}
	return secrets
}

// spellings are the forms in which a value, or its hash, could leak.
func spellings(value string) [][]byte {
	sum := sha256.Sum256([]byte(value))
	return [][]byte{[]byte(value), sum[:], []byte(hex.EncodeToString(sum[:])), []byte(base64.StdEncoding.EncodeToString(sum[:]))}
}

// TestNothingLeaks records all that both nodes send in every analysis and looks
// in it for the people of both tables: their values as they stand in the file
// and normalised, the hashes of those, the digests of the run and the
// identifier messages. Sets, tags and requests have to be sorted, which leaves
// nothing of the order of rows.
func TestNothingLeaks(t *testing.T) {
	const dataset = "    identifiers:\n      - {type: email, column: email}\n      - {type: phone, column: phone, region: DE}\n      - {type: name_postcode, columns: [first, last, zip]}\n"
	h := newHouse(t, "left.csv", "right.csv", dataset)
	secrets := append(customers(h, left, 0), customers(h, right, 30)...)
	for _, p := range all.Protocols {
		if p.Neighbours != nil {
			continue // a run of a group: TestRingLeaksNothing
		}
		t.Run(p.Analysis+" "+p.Topology, func(t *testing.T) {
			frames, more := h.recorded(t, p)
			body := flat(t, frames)
			for i, secret := range append(more, secrets...) {
				if bytes.Contains(body, secret) {
					t.Fatalf("secret %d stands in what was sent", i)
				}
			}
			for _, f := range frames {
				checkOrder(t, f)
			}
		})
	}
}

// recorded runs a protocol on both tables and gives what was sent, and the
// digests and messages of the run.
func (h *house) recorded(t *testing.T, p match.Protocol) (frames []wire.Frame, secrets [][]byte) {
	ab, ba := make(chan wire.Frame), make(chan wire.Frame)
	links := map[string]*recorder{left: {out: ab, in: ba}, right: {out: ba, in: ab}}
	pepper := [32]byte{7}
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, member := range []string{left, right} {
		table, levels := h.prepared(t, member)
		secrets = append(secrets, digests(t, table, levels, pepper)...)
		wg.Go(func() { errs[i] = half(t, p, match.Role(i), table, levels, pepper, links[member]) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return append(links[left].sent, links[right].sent...), secrets
}

func (h *house) prepared(t *testing.T, member string) (*Table, []*identity.Normaliser) {
	n := h.open(member, Options{})
	d := n.config.Datasets["people"]
	profile, err := identity.Lookup("uid2-1")
	if err != nil {
		t.Fatal(err)
	}
	var levels []*identity.Normaliser
	for _, in := range d.Identifiers {
		l, err := profile.Normaliser(in.spec())
		if err != nil {
			t.Fatal(err)
		}
		levels = append(levels, l)
	}
	o := order{name: "people", dataset: d, inputs: d.Identifiers, levels: levels}
	if member == right { // what it sells and what it gives in append are as secret as the rest
		o.sold = []agreement.Field{{Column: "email", Type: agreement.FieldText, Bytes: sold - 2}}
		o.labels = &labelPlan{zipGiven(), 1}
	}
	table, err := n.prepare(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { table.Close() })
	if table.Distinct != 60 {
		t.Fatalf("%d rows take part, not 60", table.Distinct)
	}
	return table, levels
}

// zipGiven is the label of append: the postcode as it stands in the table.
func zipGiven() bands.Schema {
	return bands.Schema{{Name: "zip", Type: bands.Text, MaxBytes: 8}}
}

// digests are what the run hashes people to, and the OPRF inputs around them.
func digests(t *testing.T, table *Table, levels []*identity.Normaliser, pepper [32]byte) (out [][]byte) {
	s, err := table.source(levels, pepper)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for {
		b, err := s.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for l := range b.Digests {
			for i := range b.Rows {
				out = append(out, bytes.Clone(b.Digests[l][32*i:32*i+32]))
			}
		}
	}
}

func half(t *testing.T, p match.Protocol, role match.Role, table *Table, levels []*identity.Normaliser, pepper [32]byte, link match.Link) (err error) {
	source, err := table.source(levels, pepper)
	if err != nil {
		return err
	}
	defer source.Close()
	c := match.Config{SID: [32]byte{9}, Role: role, OwnCap: 70, PeerCap: 70, Budget: 1 << 24, Store: column.Memory()}
	for _, l := range levels {
		c.Levels = append(c.Levels, l.Name())
	}
	if p.Analysis == agreement.NetNames {
		c.Sale = &match.Sale{Width: sold, Most: 70, Take: func(uint64) error { return nil }, Give: func(uint64) error { return nil }}
		c.OwnCap, c.PeerCap = 70, 60 // of the buyer; the seller's set has no fillers
		if role == match.Responder {
			c.OwnCap, c.PeerCap = 60, 70
		}
	}
	if p.Analysis == agreement.Aggregate {
		c.Cells = &match.Cells{Own: match.Side{Caps: []uint64{70}}, Peer: match.Side{Caps: []uint64{70}}}
	}
	if s := zipGiven(); p.Analysis == agreement.Append {
		c.Labels = &match.Labels{Width: s.Width(), Schema: s.Hash(), Check: s.Check}
	}
	m, err := p.New(c, role == match.Initiator || p.Topology == "DUAL" || p.Topology == "P1-M")
	if err != nil {
		return err
	}
	defer m.Close()
	outcome, err := match.Run(t.Context(), m, source, link)
	if labelled, ok := outcome.(match.Labelled); ok {
		defer labelled.Close()
		err = errors.Join(err, checkGiven(labelled))
	}
	if err == nil && role == match.Initiator && overlapOf(outcome) != 30 {
		err = fmt.Errorf("an overlap of %d, not 30", overlapOf(outcome))
	}
	return err
}

// checkGiven sees that the labels are there, for all that nobody else can see
// them.
func checkGiven(o match.Labelled) error {
	rows, err := o.Labels()
	if err != nil {
		return err
	}
	s, found := zipGiven(), 0
	err = column.EachBatch(rows, func(batch []byte) error {
		for row := range slices.Chunk(batch, 8+s.Width()) {
			if v := s.Values(row[8:])[0]; len(v.Text) == 5 {
				found++
			}
		}
		return nil
	})
	if err == nil && found != 30 {
		err = fmt.Errorf("%d labels with a postcode, not 30", found)
	}
	return err
}

// overlapOf is the sum over the levels of an outcome.
func overlapOf(o match.Outcome) (n uint64) {
	var levels []uint64
	switch o := o.(type) {
	case match.Counts:
		levels = o.Levels
	case match.Rows:
		levels = o.Levels
	case match.Labelled:
		levels = o.Levels
	case match.Names:
		n = 60 - o.Rows.Len()
		o.Rows.Close()
	case match.Rest:
		for i := range uint64(60) {
			if !o.Holds(i) {
				n++
			}
		}
	case match.Table:
		levels = []uint64{uint64(o.Cells()[0])}
	}
	for _, l := range levels {
		n += l
	}
	return n
}

// flat is all columns of all frames, one after the other, and fails where
// there is nothing to look in.
func flat(t *testing.T, frames []wire.Frame) (body []byte) {
	for _, f := range frames {
		for _, c := range f.Columns {
			body = append(body, c...)
		}
	}
	if len(body) < 70*32 {
		t.Fatal("nothing was recorded")
	}
	return body
}

// checkOrder sees that a frame of own rows is sorted by its first column.
func checkOrder(t *testing.T, f wire.Frame) {
	switch f.Kind {
	case wire.KindSet, wire.KindTags, wire.KindEvalReq, wire.KindDirectory, wire.KindLabels:
		strict := column.Increasing{Width: len(f.Columns[0]) / f.Rows, Key: len(f.Columns[0]) / f.Rows}
		if err := strict.Check(f.Columns[0]); err != nil {
			t.Errorf("%v: %v", f.Kind, err)
		}
	}
}
