package ot

import (
	"crypto/aes"
	"crypto/cipher"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

// shown is what a cipher makes of zeros.
func shown(c cipher.Block) (out [aes.BlockSize]byte) {
	c.Encrypt(out[:], out[:])
	return out
}

// TestTrees: the sender's ciphers are the receiver's, turned by delta, all but one.
func TestTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	o := oracle{1}
	for range 20 {
		delta := random(r)
		var pairs [Count][2]gf128.Element
		var chosen [Count]gf128.Element
		for i := range pairs {
			pairs[i] = [2]gf128.Element{random(r), random(r)}
			chosen[i] = pairs[i][delta.Bit(i)]
		}
		all, msg := plant(&o, &pairs)
		most, err := replant(&o, delta, &chosen, msg)
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			lacks := 0
			for b := range depth {
				lacks |= int(delta.Bit(depth*i+b)) << b
			}
			for y := 1; y < leaves; y++ {
				if shown(most[i][y]) != shown(all[i][y^lacks]) {
					t.Fatalf("tree %d: cipher %d is not leaf %d's", i, y, y^lacks)
				}
			}
			if most[i][0] != nil {
				t.Fatal("the leaf that delta names is known")
			}
		}
	}
}

// TestStreams: sums of whole streams, made the plain way.
func TestStreams(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	const size = 3*stretch + 16
	var keys tree
	var want [leaves][size]byte
	for y := range keys {
		keys[y] = random(r)
	}
	for y, k := range keys {
		block, err := aes.NewCipher(k.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		var own [size]byte
		cipher.NewCTR(block, append([]byte{0, 0, 0, 0, 0, 0, 0, 5}, make([]byte, 8)...)).XORKeyStream(own[:], own[:])
		addBytes(want[0][:], own[:])
		for b := range depth {
			if y>>b&1 == 1 {
				addBytes(want[1<<b][:], own[:])
			}
		}
	}
	var c ciphers
	c.set(&keys, 0)
	s := new(streams)
	s.start(&c, 5)
	for at := 0; at < size; at += stretch {
		n := min(stretch, size-at)
		s.next(n)
		for _, place := range []int{0, 1, 2, 4, 8} {
			if string(s.out[place][:n]) != string(want[place][at:at+n]) {
				t.Fatalf("sum %d at byte %d differs", place, at)
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	c := newColumns(4)
	for i := range c {
		for k := range c[i] {
			c[i][k] = random(r)
		}
	}
	for _, n := range []int{0, 1, 200, 384} {
		rows := c.rows(n)
		if len(rows) != n {
			t.Fatalf("%d rows, want %d", len(rows), n)
		}
		for j, row := range rows {
			for i := range c {
				if row.Bit(i) != c[i][j/Count].Bit(j%Count) {
					t.Fatalf("bit %d of row %d differs", i, j)
				}
			}
		}
	}
	c.wipe()
	if !c[Count-1][3].IsZero() || !c[0][0].IsZero() {
		t.Error("columns outlive their end")
	}
}

func TestEqual(t *testing.T) {
	for a := range uint64(40) {
		for b := range uint64(40) {
			want := uint64(0)
			if a == b {
				want = ^uint64(0)
			}
			if equal(a, b) != want {
				t.Fatalf("equal(%d, %d) is wrong", a, b)
			}
		}
	}
}
