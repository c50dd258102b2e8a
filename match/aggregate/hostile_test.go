package aggregate

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"testing"

	"mandorla/crypto/dleq"
	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// A liar stands between a party and its machine: it sees what comes in and
// alters what goes out.
type liar struct {
	match.Machine
	hear func(wire.Frame)
	say  func(*wire.Frame)
}

func (l *liar) Step(ev match.Event) (*wire.Frame, error) {
	if in, ok := ev.(match.Peer); ok && l.hear != nil {
		l.hear(in.Frame)
	}
	f, err := l.Machine.Step(ev)
	if f != nil && l.say != nil {
		l.say(f)
	}
	return f, err
}

// lying puts a liar on one side.
func lying(role match.Role, l *liar) func(match.Role, match.Machine) match.Machine {
	return func(r match.Role, m match.Machine) match.Machine {
		if r != role {
			return m
		}
		l.Machine = m
		return l
	}
}

// sid is that of every pair of package matchtest.
var sid = [32]byte{1, 2, 3}

// TestMixedExponents: a peer that blinds its rows under a second key, and
// answers under it, has to leave out our dummies, and is found out (V17).
func TestMixedExponents(t *testing.T) {
	p := matchtest.NewCells(matchtest.Seeded(t), Dual, 1, 30, 30, matchtest.Shape{KA: 1, KB: 1, S: 12})
	second := ristretto.NewKey()
	var set, labels []byte
	var tags wire.Frame
	salt := [32]byte{9}
	p.Wrap = lying(match.Responder, &liar{
		hear: func(f wire.Frame) {
			if f.Kind == wire.KindSet {
				set, labels = append(set, f.Columns[0]...), append(labels, f.Columns[1]...)
			}
		},
		say: func(f *wire.Frame) {
			switch f.Kind {
			case wire.KindTagCommit:
				tags = answer(t, second, set, labels)
				d := wire.NewDigest()
				d.Add(tagsSchema, tags)
				digest := d.Sum()
				promise := sha256.Sum256(append(salt[:], digest[:]...))
				f.Columns = [][]byte{promise[:]}
			case wire.KindTags:
				*f = tags
			case wire.KindTagOpen:
				f.Columns = [][]byte{salt[:]}
			}
		},
	})
	a, _ := p.Run()
	if !errors.Is(a.Err, match.ErrPool) || match.Code(a.Err) != "POOL" {
		t.Errorf("%v, code %s", a.Err, match.Code(a.Err))
	}
}

// answer is TAGS of a set under a key.
func answer(t *testing.T, k *ristretto.Key, set, labels []byte) wire.Frame {
	points, n := make([]byte, len(set)), len(set)/32
	if err := k.Mul(points, set); err != nil {
		t.Error(err)
	}
	tags := make([]byte, 16*n)
	ristretto.Tags(tags, points, sid, 0)
	rows := make([][]byte, n)
	for i := range rows {
		rows[i] = slices.Concat(tags[16*i:16*i+16], labels[2*i:2*i+2])
	}
	slices.SortFunc(rows, bytes.Compare)
	f := wire.Frame{Kind: wire.KindTags, Last: true, Rows: n, Columns: make([][]byte, 2)}
	for _, row := range rows {
		f.Columns[0] = append(f.Columns[0], row[:16]...)
		f.Columns[1] = append(f.Columns[1], row[16:]...)
	}
	return f
}

// TestTagging is the attack of PROTOCOLS.md §4.7, which succeeds towards both
// members: A puts one row in under a key of its own and learns whether that
// customer is B's. Nobody notices. It is here so that nobody believes
// otherwise; a helper that joins is what helps against it.
func TestTagging(t *testing.T) {
	r := matchtest.Seeded(t)
	for _, member := range []bool{true, false} {
		for try := 0; !tagged(t, matchtest.NewCells(r, Dual, 1, 40, 40, matchtest.Shape{KA: 1, KB: 1, S: 1}), member); try++ {
			if try == 30 {
				t.Fatal("the row never fell on one that can be spared")
			}
		}
	}
}

// tagged runs the attack on a customer who is or is not in B's table. It
// reports whether the run came to its end: the row replaced may be a dummy.
func tagged(t *testing.T, p matchtest.Pair, member bool) bool {
	target := uint64(1 << 40)
	if member {
		target = p.B[slices.IndexFunc(p.B, func(row []uint64) bool { return row[0] != 0 })][0]
	}
	own := ristretto.NewKey()
	var mu sync.Mutex
	var set, tags []byte
	p.Wrap = lying(match.Initiator, &liar{
		hear: func(f wire.Frame) {
			mu.Lock()
			defer mu.Unlock()
			switch f.Kind {
			case wire.KindSet:
				set = append(set, f.Columns[0]...)
			case wire.KindTags:
				tags = append(tags, f.Columns[0]...)
			}
		},
		say: func(f *wire.Frame) {
			if f.Kind == wire.KindSet {
				insert(f.Columns[0], blinded(t, own, target))
			}
		},
	})
	a, b := p.Run()
	if a.Err != nil || b.Err != nil {
		return false
	}
	found := false
	under := answer(t, own, set, make([]byte, len(set)/16))
	for i := range under.Rows {
		tag := under.Columns[0][16*i : 16*i+16]
		for at := 0; at < len(tags); at += 16 {
			found = found || bytes.Equal(tags[at:at+16], tag)
		}
	}
	if found != member {
		t.Errorf("the attacker believes %t, the customer is B's: %t", found, member)
	}
	return true
}

// blinded is an identifier of package matchtest's tables under a key.
func blinded(t *testing.T, k *ristretto.Key, value uint64) []byte {
	digest := sha256.Sum256(binary.BigEndian.AppendUint64([]byte{0}, value))
	msgs, width := match.Messages("test-1/level0", match.Batch{Rows: 1, Digests: [][]byte{digest[:]}, Present: [][]bool{{true}}}, 0)
	out := make([]byte, 32)
	if err := k.HashMul(out, ristretto.DSTIdentifier, msgs, width); err != nil {
		t.Error(err)
	}
	return out
}

// insert puts an element into the place of its neighbour in a sorted set.
func insert(set, element []byte) {
	at := 0
	for at+32 < len(set) && bytes.Compare(set[at+32:at+64], element) < 0 {
		at += 32
	}
	copy(set[at:], element)
}

// TestAnotherCount: a count that was committed to and is not the common one
// (V15).
func TestAnotherCount(t *testing.T) {
	o := new(observer)
	p := matchtest.NewCells(matchtest.Seeded(t), o.watch(Cells), 1, 10, 10, matchtest.Shape{KA: 2, KB: 1, S: 1})
	var columns [][]byte
	p.Wrap = func(r match.Role, m match.Machine) match.Machine {
		if r == match.Initiator {
			return m
		}
		d := &dual{half: o.half(m)}
		return &liar{Machine: m, say: func(f *wire.Frame) {
			switch f.Kind {
			case wire.KindCountCommit:
				columns = d.countColumns()
				columns[3][0] ^= 1
				promise := d.seal(match.Responder, columns)
				f.Columns = [][]byte{promise[:]}
			case wire.KindCount:
				f.Columns = columns
			}
		}}
	}
	if a, _ := p.Run(); match.Code(a.Err) != "DIFFER" {
		t.Errorf("%v", a.Err)
	}
}

// TestKeysReflected: a peer whose columns are under our own keys (V18).
func TestKeysReflected(t *testing.T) {
	keys, err := elgamal.NewKeys(2)
	if err != nil {
		t.Fatal(err)
	}
	h := &half{grid: grid{peer: match.Side{Values: make([]match.Value, 2)}}}
	h.Session = session(t)
	s := &sums{half: h, keys: keys}
	var proofs []byte
	for c := range 2 {
		key, err := keys.ExposeKeyForProofs(c)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := dleq.ProveKey(key, sid, columnRole(match.Responder, c))
		if err != nil {
			t.Fatal(err)
		}
		proofs = append(proofs, proof[:]...)
	}
	public := keys.Public().Bytes()
	if err := s.takeKeys(public, proofs); !errors.Is(err, match.ErrReflect) {
		t.Errorf("own keys: %v", err)
	}
	s.keys = nil
	if err := s.takeKeys(public, proofs); err != nil {
		t.Errorf("another's keys: %v", err)
	}
	if err := s.takeKeys(slices.Concat(public[32:], public[:32]), proofs); !errors.Is(err, match.ErrProof) {
		t.Errorf("keys in another order: %v", err)
	}
}

// TestGatesDiffer: a node whose gate lets through what the other's does not.
func TestGatesDiffer(t *testing.T) {
	p := matchtest.NewCells(matchtest.Seeded(t), Cells, 1, 40, 40, matchtest.Shape{KA: 1, KB: 1, VA: 1, VB: 1, S: 1})
	for i := range p.Cells.ValuesA {
		p.Cells.ValuesA[i], p.Cells.ValuesB[i] = 7, 7
	}
	for i, row := range p.A {
		row[0] = uint64(i + 1)
		p.B[i] = row
	}
	var mu sync.Mutex
	lax := true
	p.Cells.Gate = func([]int64) ([]bool, error) {
		mu.Lock()
		defer mu.Unlock()
		lax = !lax
		return []bool{lax}, nil
	}
	a, b := p.Run()
	if match.Code(a.Err) != "SUM" && match.Code(b.Err) != "SUM" {
		t.Errorf("%v; %v", a.Err, b.Err)
	}
}
