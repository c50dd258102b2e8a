package vole

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"mandorla/crypto/gf128"
	"mandorla/crypto/ot"
)

// A Sender is the side that has Δ and K. It serves one session, and is closed
// when that is over. What it holds is behind a pointer, where no verb of package
// fmt finds it.
type Sender struct{ *sender }

type sender struct {
	turn    turn
	sid     [32]byte
	log     transcript
	delta   gf128.Element
	chooser *ot.Chooser
	cots    *ot.Sender
	code    *code
	held    []gf128.Element // K at what the next chunk's noise is made of; none before the first
	parity  *[half]gf128.Element
	fold    fold
	sums    []gf128.Element // of this window's chunks, masked
	out     queue
}

// NewSender makes the sender of the session sid, with a Δ of its own.
func NewSender(sid [32]byte) *Sender {
	var b [gf128.Size]byte
	rand.Read(b[:])
	s := &sender{turn: hello, sid: sid, log: newTranscript(sid), delta: gf128.FromBytes(b[:])}
	clear(b[:])
	return &Sender{s}
}

// Hello is the sender's first message, of [HelloSize]; nil out of turn.
func (s *Sender) Hello() []byte {
	if s.turn.take(hello) != nil {
		return nil
	}
	s.chooser = ot.NewChooser(s.sid, s.delta)
	points := s.chooser.Points()
	s.log.absorb("sender hello", points)
	s.turn = begin
	return points
}

// Begin takes in the receiver's answer, of [ReplySize].
func (s *Sender) Begin(reply []byte) error {
	if err := s.turn.take(begin); err != nil {
		return err
	}
	if len(reply) != ReplySize {
		return ErrLength
	}
	chosen, err := s.chooser.Seeds(reply)
	if err != nil {
		return fmt.Errorf("vole: the receiver's answer: %w", err)
	}
	s.log.absorb("receiver hello", reply)
	s.chooser, s.cots = nil, ot.NewSender(s.sid, s.delta, chosen)
	s.code, s.parity = newCode(&s.log), new([half]gf128.Element)
	s.turn = expand
	return nil
}

// AskSize is the bytes of the receiver's next Ask, for a window of chunks.
// Before Begin and after an error there is none.
func (s *Sender) AskSize(chunks int) int {
	if s.turn != expand {
		return 0
	}
	return s.cots.MessageSize(transfers(chunks, len(s.held) == 0))
}

// Expand answers the receiver's request for a window of chunks: the corrections
// of its trees, of [TreesSize].
func (s *Sender) Expand(ask []byte, chunks int) ([]byte, error) {
	size := s.AskSize(chunks)
	if err := s.turn.take(expand); err != nil {
		return nil, err
	}
	if chunks < 1 || chunks > MaxChunks {
		return nil, ErrChunks
	}
	if len(ask) != size {
		return nil, ErrLength
	}
	q, err := s.cots.Extend(ask, transfers(chunks, len(s.held) == 0))
	if err != nil {
		return nil, fmt.Errorf("vole: the receiver's transfers: %w", err)
	}
	defer clear(q)
	s.log.absorb("ask", ask)
	if len(s.held) == 0 {
		s.held = pack(q[:heldTransfers])
	}
	corrections := make([]byte, 0, TreesSize(chunks))
	for own := q[len(q)-chunks*treeTransfers:]; len(own) > 0; own = own[treeTransfers:] {
		corrections = s.chunk(corrections, own)
	}
	s.turn = confirm
	return corrections, nil
}

// chunk makes another chunk and appends its corrections.
func (s *Sender) chunk(corrections []byte, q []gf128.Element) []byte {
	h, out, from := newHashes(&s.log), s.out.grow(), len(corrections)
	for i := range slabs {
		corrections = h.grow(slabOf(out, s.parity, i), corrections, i*batch, s.delta,
			q[i*slabTransfers:(i+1)*slabTransfers], s.held[i*batch:(i+1)*batch])
	}
	s.log.absorb("trees", corrections[from:])
	s.fold.start(s.log.challenge())
	s.fold.add(out[:])
	s.fold.add(s.parity[:])
	s.sums = append(s.sums, s.fold.sum.Add(s.held[trees]))
	s.code.encode(out, s.parity)
	copy(s.held, out[Usable:])
	return corrections
}

// Confirm answers the receiver's check of the window by a hash, of
// [ConfirmSize]. The window's outputs may then be used.
func (s *Sender) Confirm(check []byte) ([]byte, error) {
	if err := s.turn.take(confirm); err != nil {
		return nil, err
	}
	if len(check) != CheckSize(len(s.sums)) {
		return nil, ErrLength
	}
	s.log.absorb("check", check)
	for i := range s.sums {
		d := gf128.FromBytes(check[i*gf128.Size:])
		s.sums[i] = s.sums[i].Add(s.delta.Mul(d))
	}
	answer := s.log.answer(s.sums)
	s.sums = wiped(s.sums)
	s.out.confirm()
	s.turn = expand
	return answer[:], nil
}

// Available is the number of outputs that Next can give.
func (s *Sender) Available() int { return s.out.available() }

// Next moves the next outputs into k. More than are available is a programmer's
// error and panics.
func (s *Sender) Next(k []gf128.Element) { s.out.next(k) }

// Delta is Δ. It may not be used again with another receiver or session.
func (s *Sender) Delta() gf128.Element { return s.delta }

// Format implements [fmt.Formatter]: a sender has no printed form.
func (Sender) Format(f fmt.State, _ rune) { f.Write([]byte("vole.Sender(secret)")) }

// Close forgets all secrets.
func (s *Sender) Close() {
	if s.chooser != nil {
		s.chooser.Wipe()
	}
	if s.cots != nil {
		s.cots.Wipe()
	}
	s.out.wipe()
	clear(s.held)
	clear(s.sums)
	if s.parity != nil {
		clear(s.parity[:])
	}
	*s.sender = sender{}
}

// answer hashes what a window comes to, and becomes part of the transcript.
func (t *transcript) answer(sums []gf128.Element) [sha256.Size]byte {
	var b []byte
	for _, sum := range sums {
		b = sum.Append(b)
	}
	answer := t.hash('c', "confirm", b)
	clear(b)
	t.absorb("confirm", answer[:])
	return answer
}
