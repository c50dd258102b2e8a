package vole

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"
	"testing/cryptotest"

	"mandorla/crypto/gf128"
)

// number is that of the first tree of a grove.
const number = 3 * batch

// A grove is one slab of trees with the transfers that puncture it.
type grove struct {
	hashes      hashes
	delta       gf128.Element
	choices     []uint64
	q, t        []gf128.Element // transfers
	b, a, y     []gf128.Element // values at the paths' ends
	leaves      *[slab]gf128.Element
	corrections []byte
}

func newGrove(seed uint64) *grove {
	r := rand.New(rand.NewPCG(seed, 1))
	log := newTranscript([32]byte{byte(seed)})
	g := &grove{hashes: newHashes(&log), delta: gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}, leaves: new([slab]gf128.Element)}
	for range (slabTransfers + 63) / 64 {
		g.choices = append(g.choices, r.Uint64())
	}
	g.q, g.b, g.y = make([]gf128.Element, slabTransfers), make([]gf128.Element, batch), make([]gf128.Element, batch)
	fill(r, g.q)
	fill(r, g.b)
	fill(r, g.y)
	for i, q := range g.q {
		g.t = append(g.t, choose(g.choices[i/64]>>(i%64)&1, q, q.Add(g.delta)))
	}
	g.a = append(g.a, g.b...)
	gf128.AddScaled(g.a, g.y, g.delta)
	g.corrections = g.hashes.grow(g.leaves, nil, number, g.delta, g.q, g.b)
	return g
}

// received is what the receiver makes of corrections.
func (g *grove) received(corrections []byte) (paths, *[slab]gf128.Element) {
	p, nodes := pathsOf(g.choices, 0), new([slab]gf128.Element)
	for i := range nodes {
		nodes[i] = gf128.Element{Lo: 0xdead, Hi: 0xbeef} // memory that was used before
	}
	p.grow(&g.hashes, nodes, corrections, number, g.t, g.a)
	return p, nodes
}

// wrong is the number of leaves that are not as they should be, by tree.
func (g *grove) wrong(p paths, nodes *[slab]gf128.Element) (wrong [batch]int) {
	want := *g.leaves
	for t, leaf := range p {
		at := int(leaf)*batch + t
		want[at] = want[at].Add(g.delta.Mul(g.y[t]))
	}
	for i := range want {
		if nodes[i] != want[i] {
			wrong[i%batch]++
		}
	}
	return wrong
}

func TestTrees(t *testing.T) {
	for seed := range uint64(20) {
		g := newGrove(seed)
		if len(g.corrections) != slabCorrections {
			t.Fatalf("%d bytes of corrections, want %d", len(g.corrections), slabCorrections)
		}
		p, nodes := g.received(g.corrections)
		if g.wrong(p, nodes) != [batch]int{} {
			t.Fatalf("grove %d: the receiver's leaves are not the sender's but for Δ·y at the paths' ends", seed)
		}
	}
}

// Every turn of a path at the first and the last leaf.
func TestPathsAtTheEdges(t *testing.T) {
	for _, word := range []uint64{0, ^uint64(0)} {
		g := newGrove(1)
		for i := range g.choices {
			g.choices[i] = word
		}
		for i, q := range g.q {
			g.t[i] = choose(word&1, q, q.Add(g.delta))
		}
		p, nodes := g.received(g.corrections)
		if p[0] != uint16(word&(leaves-1)) {
			t.Fatalf("the path ends at %d", p[0])
		}
		if g.wrong(p, nodes) != [batch]int{} {
			t.Fatal("the receiver's leaves are not the sender's but for Δ·y at the paths' ends")
		}
	}
}

// A half tree's levels add up to Δ. Its leaves must not: the last correction would
// then give a receiver, who knows b + Δ·y, Δ·(1 + y), and with it Δ.
func TestLastCorrectionHidesDelta(t *testing.T) {
	g := newGrove(2)
	sums := columns(g.leaves[:])
	for i := range batch {
		last := gf128.FromBytes(g.corrections[(slabTransfers+batch+i)*gf128.Size:])
		if last != g.b[i].Add(sums[i]) {
			t.Fatal("the last correction is not b plus the sum of the leaves")
		}
		if sums[i] == g.delta || sums[i].IsZero() {
			t.Error("the leaves of a tree add up to Δ or to nothing")
		}
		if last.Add(g.a[i]).Mul(g.y[i].Add(gf128.One).Inv()) == g.delta {
			t.Error("the last correction gives Δ to the receiver")
		}
	}
	seen := map[gf128.Element]bool{}
	for _, s := range sums {
		if seen[s] {
			t.Error("two trees have the same sum")
		}
		seen[s] = true
	}
}

// All that crosses is uniform to who doesn't know the leaves; at least nothing
// repeats, over many trees of one Δ.
func TestCorrectionsDoNotRepeat(t *testing.T) {
	g, seen := newGrove(3), map[[gf128.Size]byte]bool{}
	for range 20 {
		for c := g.hashes.grow(g.leaves, nil, number, g.delta, g.q, g.b); len(c) > 0; c = c[gf128.Size:] {
			e := [gf128.Size]byte(c)
			if seen[e] || e == [gf128.Size]byte{} {
				t.Fatal("a correction is zero or came before")
			}
			seen[e] = true
		}
	}
}

// One changed correction spoils leaves of its tree and of no other, unless it is
// the one under the pad that the receiver does not have.
func TestEveryCorrectionCounts(t *testing.T) {
	g := newGrove(4)
	for i := 0; i < slabCorrections/gf128.Size; i += thorough {
		changed := append([]byte(nil), g.corrections...)
		changed[i*gf128.Size+i%gf128.Size] ^= 1 << (i % 8)
		p, nodes := g.received(changed)
		wrong := g.wrong(p, nodes)
		level, tree := i/batch, i%batch
		unread := level == depth-1 && p[tree]>>(depth-1) == 1 || level == depth && p[tree]>>(depth-1) == 0
		for other, n := range wrong {
			if spoilt := other == tree && !unread; spoilt != (n > 0) {
				t.Fatalf("correction %d of tree %d: %d leaves of tree %d are wrong", level, tree, n, other)
			}
		}
	}
}

// A receiver that brings about equal transfers for two trees gets different pads:
// with equal ones it would learn the sum of what they hide, and of that Δ.
func TestPadsDiffer(t *testing.T) {
	g, seen := newGrove(8), map[gf128.Element]bool{}
	for first := 0; first < trees; first += batch {
		pad0, pad1 := g.hashes.pads(g.delta, new(row), first)
		for i := range batch {
			if seen[pad0[i]] || seen[pad1[i]] || pad0[i] == pad1[i] {
				t.Fatal("two pads of one transfer are equal")
			}
			seen[pad0[i]], seen[pad1[i]] = true, true
		}
	}
}

func TestColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for n := batch; n <= slab; n *= 2 {
		nodes, want := make([]gf128.Element, n), row{}
		fill(r, nodes)
		for i, e := range nodes {
			want[i%batch] = want[i%batch].Add(e)
		}
		if columns(nodes) != want {
			t.Fatalf("the sums of %d nodes differ", n)
		}
	}
}

func TestFold(t *testing.T) {
	r, f := rand.New(rand.NewPCG(6, 1)), new(fold)
	for range 2 {
		e := make([]gf128.Element, noise)
		fill(r, e)
		x := gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
		f.start(x)
		f.add(e[:slab])
		f.add(e[slab:])
		want, power := gf128.Element{}, gf128.One
		for j := range e {
			power = power.Mul(x)
			want = want.Add(e[j].Mul(power))
			if j%9973 == 0 && f.power(j) != power {
				t.Fatalf("x^%d differs", j+1)
			}
		}
		if f.sum != want {
			t.Fatal("the sum differs")
		}
	}
}

// A sender of another version would not fit this receiver.
func TestCorrectionsGolden(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 1)
	sum := sha256.Sum256(newGrove(7).corrections)
	const want = "0a3f83ce5386acb40cdba629a542c2fabd55820c7fd397349ca672c192815838"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("corrections hash to %s, want %s", got, want)
	}
}
