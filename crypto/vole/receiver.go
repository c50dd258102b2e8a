package vole

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ot"
)

// A Receiver is the side that has A and C. It serves one session, and is closed
// when that is over. What it holds is behind a pointer, as the sender's.
type Receiver struct{ *receiver }

type receiver struct {
	turn    turn
	sid     [32]byte
	log     transcript
	cots    *ot.Receiver
	code    *code
	heldC   []gf128.Element // C and A at what the next chunk's noise is made of
	heldA   []gf128.Element
	choices []uint64 // this window's, and what came of the transfers
	t       []gf128.Element
	grown   *[slab]gf128.Element
	parity  *[half]pair
	fold    fold
	answer  [ConfirmSize]byte // that the sender has to give
	c, a    queue
}

// NewReceiver makes the receiver of the session sid.
func NewReceiver(sid [32]byte) *Receiver {
	return &Receiver{&receiver{turn: hello, sid: sid, log: newTranscript(sid)}}
}

// Hello answers the sender's first message, of [HelloSize], by one of
// [ReplySize].
func (r *Receiver) Hello(points []byte) ([]byte, error) {
	if err := r.turn.take(hello); err != nil {
		return nil, err
	}
	if len(points) != HelloSize {
		return nil, ErrLength
	}
	reply, pairs, err := ot.Offer(r.sid, points)
	if err != nil {
		return nil, fmt.Errorf("vole: the sender's points: %w", err)
	}
	r.log.absorb("sender hello", points)
	r.log.absorb("receiver hello", reply)
	r.cots = ot.NewReceiver(r.sid, pairs)
	r.code, r.parity, r.grown = newCode(&r.log), new([half]pair), new([slab]gf128.Element)
	r.turn = ask
	return reply, nil
}

// Ask asks for a window of up to [MaxChunks] chunks; nil for another number, and
// out of turn.
func (r *Receiver) Ask(chunks int) []byte {
	if r.turn.take(ask) != nil || chunks < 1 || chunks > MaxChunks {
		return nil
	}
	first := len(r.heldC) == 0
	n := transfers(chunks, first)
	r.choices = random(n / 64)
	message, t := r.cots.Extend(r.choices, n)
	r.log.absorb("ask", message)
	if first {
		r.heldC, r.heldA = pack(t[:heldTransfers]), packBits(r.choices)
		clear(t[:heldTransfers])
		clear(r.choices[:heldTransfers/64])
		t, r.choices = t[heldTransfers:], r.choices[heldTransfers/64:]
	}
	r.t = t
	r.turn = expand
	return message
}

// Expand takes in the sender's corrections for the window, of [TreesSize], and
// answers by its check, of [CheckSize].
func (r *Receiver) Expand(corrections []byte) ([]byte, error) {
	if err := r.turn.take(expand); err != nil {
		return nil, err
	}
	chunks := len(r.t) / treeTransfers
	if len(corrections) != TreesSize(chunks) {
		return nil, ErrLength
	}
	var check []byte
	sums := make([]gf128.Element, chunks)
	for i := range chunks {
		var masked gf128.Element
		sums[i], masked = r.chunk(i, corrections[i*chunkCorrections:(i+1)*chunkCorrections])
		check = masked.Append(check)
	}
	r.log.absorb("check", check)
	r.answer = r.log.answer(sums)
	clear(sums)
	clear(r.choices)
	clear(r.t)
	r.turn = accept
	return check, nil
}

// chunk makes chunk i of the window. It returns the sum over its values that the
// sender has to know, and the sum over its noise, masked.
func (r *Receiver) chunk(i int, corrections []byte) (sum, masked gf128.Element) {
	h, c, a := newHashes(&r.log), r.c.grow(), r.a.grow()
	r.log.absorb("trees", corrections)
	r.fold.start(r.log.challenge())
	var at [trees]int
	for j := range slabs {
		p := pathsOf(r.choices, i*treeTransfers+j*slabTransfers)
		p.grow(&h, r.grown, corrections[j*slabCorrections:], j*batch,
			r.t[i*treeTransfers+j*slabTransfers:], r.heldC[j*batch:])
		r.fold.add(r.grown[:])
		p.places(at[j*batch:], j*slab)
		r.place(c, j)
	}
	for t, y := range r.heldA[:trees] {
		masked = masked.Add(y.Mul(r.fold.power(at[t])))
	}
	sum, masked = r.fold.sum.Add(r.heldC[trees]), masked.Add(r.heldA[trees])
	for t, y := range r.heldA[trees/2 : trees] {
		r.parity[at[trees/2+t]-half].a = y
	}
	r.code.encodePairs(c, a, r.parity)
	for t, y := range r.heldA[:trees/2] {
		a[at[t]] = a[at[t]].Add(y)
	}
	clear(at[:])
	copy(r.heldC, c[Usable:])
	copy(r.heldA, a[Usable:])
	return sum, masked
}

// place puts slab j of the values where the code wants it.
func (r *Receiver) place(c *[half]gf128.Element, j int) {
	if j < slabs/2 {
		copy(c[j*slab:], r.grown[:])
		return
	}
	to := r.parity[(j-slabs/2)*slab:][:slab]
	for i, e := range r.grown {
		to[i] = pair{c: e}
	}
}

// Accept takes in the sender's answer, of [ConfirmSize]. Only now may the
// window's outputs be used.
func (r *Receiver) Accept(answer []byte) error {
	if err := r.turn.take(accept); err != nil {
		return err
	}
	if len(answer) != ConfirmSize {
		return ErrLength
	}
	if subtle.ConstantTimeCompare(answer, r.answer[:]) != 1 {
		return ErrCheck
	}
	r.c.confirm()
	r.a.confirm()
	r.turn = ask
	return nil
}

// Available is the number of outputs that Next can give.
func (r *Receiver) Available() int { return r.c.available() }

// Next moves the next outputs into c and a, of the same length. More than are
// available is a programmer's error and panics.
func (r *Receiver) Next(c, a []gf128.Element) {
	r.c.next(c)
	r.a.next(a[:len(c)])
}

// Format implements [fmt.Formatter]: a receiver has no printed form.
func (Receiver) Format(f fmt.State, _ rune) { f.Write([]byte("vole.Receiver(secret)")) }

// Close forgets all secrets.
func (r *Receiver) Close() {
	if r.cots != nil {
		r.cots.Wipe()
	}
	r.c.wipe()
	r.a.wipe()
	clear(r.heldC)
	clear(r.heldA)
	clear(r.choices)
	clear(r.t)
	if r.parity != nil {
		clear(r.parity[:])
		clear(r.grown[:])
	}
	*r.receiver = receiver{}
}

// random is n random words.
func random(n int) []uint64 {
	b := make([]byte, 8*n)
	rand.Read(b)
	words := make([]uint64, n)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	clear(b)
	return words
}
