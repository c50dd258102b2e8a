package ot

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ristretto"
)

// Count is the base OTs: one for each bit of delta.
const Count = 128

// The sizes of the two messages of the base OTs.
const (
	PointsSize = Count * 2 * ristretto.Size
	ReplySize  = ristretto.Size
)

// The errors that callers act on.
var (
	// ErrSpent is the use of a state after its end.
	ErrSpent = errors.New("ot: it has been used up or wiped; start a new session")
	// ErrCheck is a message that an honest peer does not send. The session is over.
	ErrCheck = errors.New("ot: the receiver's message does not pass the consistency check; end the run")
	// ErrLength is a message of another length than the protocol's.
	ErrLength = errors.New("ot: a message has the wrong length; end the run")
)

// hashedDST is of the points that this package hashes to.
const hashedDST ristretto.DST = "CLEANROOM-V01-CS01-with-ristretto255_XMD:SHA-512_R255MAP_RO_OT_"

// hashedWidth is the bytes of what is hashed to a point: sid ‖ i ‖ j ‖ R.
const hashedWidth = 32 + 2 + ristretto.Size

func appendHashed(msgs []byte, sid [32]byte, i int, j uint64, point []byte) []byte {
	msgs = append(msgs, sid[:]...)
	return append(append(msgs, byte(i), byte(j)), point...)
}

// A Chooser chooses one seed of each pair by the bits of delta. It answers once
// and prints as nothing.
type Chooser struct {
	_       [0]func()
	sid     [32]byte
	delta   gf128.Element
	scalars []byte // of the points R_b + H(R_(1-b)); nil once used up
	points  []byte
}

// NewChooser draws the chooser's secrets.
func NewChooser(sid [32]byte, delta gf128.Element) *Chooser {
	c := &Chooser{sid: sid, delta: delta, scalars: randomScalars(Count)}
	others := make([]byte, Count*ristretto.Size)
	ristretto.Random(others)
	points, err := c.blind(others)
	if err != nil { // not with these lengths; if ever, nothing is sent
		c.Wipe()
	}
	c.points = points
	return c
}

// Points is the first message, from the chooser to the offerer.
func (c *Chooser) Points() []byte { return bytes.Clone(c.points) }

// Wipe ends the chooser.
func (c *Chooser) Wipe() {
	clear(c.scalars)
	c.scalars, c.delta = nil, gf128.Element{}
}

// blind makes the two points of each OT, given the ones that are not chosen.
func (c *Chooser) blind(others []byte) ([]byte, error) {
	msgs := make([]byte, 0, Count*hashedWidth)
	defer clear(msgs[:cap(msgs)])
	for i := range Count {
		msgs = appendHashed(msgs, c.sid, i, c.delta.Bit(i), others[i*ristretto.Size:(i+1)*ristretto.Size])
	}
	minus, err := ristretto.NewKeyFrom(minusOne)
	if err != nil {
		return nil, err
	}
	own := make([]byte, len(others))
	defer clear(own)
	if err := minus.HashMul(own, hashedDST, msgs, hashedWidth); err != nil {
		return nil, err
	}
	sums := ristretto.NewSums(Count)
	defer sums.Clear(0, Count)
	if err := errors.Join(sums.Add(places(Count), own), sums.AddPowers(places(Count), c.scalars), sums.Encode(own)); err != nil {
		return nil, err
	}
	return c.order(own, others), nil
}

// order puts the points that are chosen at the places of the chosen bits.
func (c *Chooser) order(own, others []byte) []byte {
	points := make([]byte, 0, PointsSize)
	for i := range Count {
		one := own[i*ristretto.Size : (i+1)*ristretto.Size]
		two := others[i*ristretto.Size : (i+1)*ristretto.Size]
		flip := byte(-c.delta.Bit(i))
		for j := range one {
			swap := (one[j] ^ two[j]) & flip
			one[j], two[j] = one[j]^swap, two[j]^swap
		}
		points = append(append(points, one...), two...)
	}
	return points
}

// minusOne is the order of the group less one.
var minusOne = [ristretto.Size]byte{
	0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10,
}

// places are the numbers from 0 on.
func places(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}

func randomScalars(n int) []byte {
	scalars := make([]byte, 0, n*ristretto.Size)
	var wide [64]byte
	defer clear(wide[:])
	for range n {
		rand.Read(wide[:])
		var s r255.Scalar
		scalars = append(scalars, s.SetReduced(&wide).Bytes()...)
		s.SetZero()
	}
	return scalars
}

// Pairs are the offerer's seeds, two for each OT. They print as nothing.
type Pairs struct {
	_     [0]func()
	seeds *[Count][2]gf128.Element // nil once used up
	bound [32]byte
}

// Wipe ends the seeds.
func (p *Pairs) Wipe() {
	if p.seeds != nil {
		clear(p.seeds[:])
	}
	p.seeds = nil
}

// Chosen are the chooser's seeds, one of each pair. They print as nothing.
type Chosen struct {
	_     [0]func()
	seeds *[Count]gf128.Element // nil once used up
	bound [32]byte
}

// Offer makes the seeds of all pairs from the chooser's message, and the second
// message, from the offerer to the chooser. Points that are not canonical, or the
// identity, are refused with a [*ristretto.PointError].
func Offer(sid [32]byte, points []byte) (reply []byte, pairs *Pairs, err error) {
	if len(points) != PointsSize {
		return nil, nil, ErrLength
	}
	return offer(ristretto.NewKey(), sid, points)
}

// offer answers with a key, and ends it.
func offer(key *ristretto.Key, sid [32]byte, points []byte) (reply []byte, pairs *Pairs, err error) {
	defer key.Wipe()
	shared, err := agree(key, sid, points)
	defer clear(shared)
	if err != nil {
		return nil, nil, fmt.Errorf("ot: the chooser's points: %w", err)
	}
	public := key.Public()
	pairs = &Pairs{seeds: new([Count][2]gf128.Element), bound: digest(useBase, sid[:], points, public[:])}
	for at := range 2 * Count {
		pairs.seeds[at/2][at%2] = seedOf(pairs.bound, at/2, uint64(at%2), shared[at*ristretto.Size:(at+1)*ristretto.Size])
	}
	return public[:], pairs, nil
}

// agree makes s·R_j + s·H(R_(1-j)) of all points R_j, with s the key.
func agree(key *ristretto.Key, sid [32]byte, points []byte) ([]byte, error) {
	shared, hashed := make([]byte, PointsSize), make([]byte, PointsSize)
	if err := key.Mul(shared, points); err != nil {
		return nil, err
	}
	msgs := make([]byte, 0, 2*Count*hashedWidth)
	for at := range 2 * Count {
		other := at ^ 1
		msgs = appendHashed(msgs, sid, at/2, uint64(at%2), points[other*ristretto.Size:(other+1)*ristretto.Size])
	}
	if err := key.HashMul(hashed, hashedDST, msgs, hashedWidth); err != nil {
		return nil, err
	}
	defer clear(hashed)
	sums := ristretto.NewSums(2 * Count)
	defer sums.Clear(0, 2*Count)
	at := places(2 * Count)
	if err := errors.Join(sums.Add(at, shared), sums.Add(at, hashed), sums.Encode(shared)); err != nil {
		return nil, err
	}
	return shared, ristretto.Check(shared) // the identity would be no secret
}

// Seeds makes the chosen seeds from the offerer's message, and ends the chooser.
// A key that is not canonical, or the identity, is refused with a
// [*ristretto.PointError].
func (c *Chooser) Seeds(reply []byte) (*Chosen, error) {
	if c.scalars == nil {
		return nil, ErrSpent
	}
	defer c.Wipe()
	if len(reply) != ReplySize {
		return nil, ErrLength
	}
	if err := ristretto.Check(reply); err != nil {
		return nil, fmt.Errorf("ot: the offerer's key: %w", err)
	}
	shared := make([]byte, Count*ristretto.Size)
	defer clear(shared)
	sums := ristretto.NewSums(Count)
	defer sums.Clear(0, Count)
	if err := errors.Join(sums.AddProducts(places(Count), bytes.Repeat(reply, Count), c.scalars), sums.Encode(shared)); err != nil {
		return nil, fmt.Errorf("ot: the offerer's key: %w", err)
	}
	chosen := &Chosen{seeds: new([Count]gf128.Element), bound: digest(useBase, c.sid[:], c.points, reply)}
	for i := range Count {
		chosen.seeds[i] = seedOf(chosen.bound, i, c.delta.Bit(i), shared[i*ristretto.Size:(i+1)*ristretto.Size])
	}
	return chosen, nil
}

// seedOf is seed j of pair i.
func seedOf(bound [32]byte, i int, j uint64, shared []byte) gf128.Element {
	sum := digest(useSeed, bound[:], []byte{byte(i), byte(j)}, shared)
	return gf128.FromBytes(sum[:])
}

// Format implements [fmt.Formatter]: a chooser has no printed form.
func (c *Chooser) Format(f fmt.State, _ rune) { f.Write([]byte("ot.Chooser(secret)")) }

// Format implements [fmt.Formatter]: seeds have no printed form.
func (p *Pairs) Format(f fmt.State, _ rune) { f.Write([]byte("ot.Pairs(secret)")) }

// Format implements [fmt.Formatter]: seeds have no printed form.
func (c *Chosen) Format(f fmt.State, _ rune) { f.Write([]byte("ot.Chosen(secret)")) }
