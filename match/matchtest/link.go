package matchtest

import (
	"context"
	"crypto/sha256"

	"mandorla/match"
	"mandorla/match/wire"
)

// A pipe is a link in memory, with the manifests of a real one.
type pipe struct {
	sealer *wire.Sealer
	opener *wire.Opener
	out    chan<- sealed
	in     <-chan sealed
	lie    func(wire.Frame) []wire.Frame // what a hostile peer says instead; nil for an honest one
	tap    func(sealed) []sealed         // what a hostile carrier makes of a frame; nil for an honest one
}

// A sealed frame is what travels.
type sealed struct {
	manifest []byte
	columns  [][]byte
}

// Send implements [match.Link].
func (p *pipe) Send(ctx context.Context, f wire.Frame) error {
	frames := []wire.Frame{f}
	if p.lie != nil {
		frames = p.lie(f)
	}
	for _, f := range frames {
		m, err := p.sealer.Seal(f)
		if err != nil {
			return err
		}
		if err := p.carry(ctx, sealed{m, f.Columns}); err != nil {
			return err
		}
	}
	return nil
}

// carry delivers what the carrier makes of a frame.
func (p *pipe) carry(ctx context.Context, s sealed) error {
	all := []sealed{s}
	if p.tap != nil {
		all = p.tap(s)
	}
	for _, s := range all {
		select {
		case p.out <- s:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Recv implements [match.Link].
func (p *pipe) Recv(ctx context.Context) (wire.Frame, error) {
	select {
	case s := <-p.in:
		return p.opener.Open(s.manifest, func(wire.Schema, int) ([][]byte, error) { return s.columns, nil })
	case <-ctx.Done():
		return wire.Frame{}, ctx.Err()
	}
}

// links joins two parties. The signatures are hashes under a key that the tests
// share: what is tested is what a manifest binds, not Ed25519.
func links(sid [32]byte, p match.Protocol, ofA, ofB match.Config) (a, b *pipe) {
	sign := func(msg []byte) (sig [64]byte) {
		h := sha256.Sum256(append([]byte("test key"), msg...))
		copy(sig[:], h[:])
		return sig
	}
	verify := func(msg []byte, sig [64]byte) bool { return sign(msg) == sig }
	ab, ba := make(chan sealed, 2), make(chan sealed, 2)
	end := func(c match.Config, out chan<- sealed, in <-chan sealed) *pipe {
		dir := c.Role.Direction()
		own, peer := p.Frames(c)
		return &pipe{sealer: wire.NewSealer(sid, dir, own, sign), opener: wire.NewOpener(sid, dir.Other(), peer, verify), out: out, in: in}
	}
	return end(ofA, ab, ba), end(ofB, ba, ab)
}

var _ match.Link = (*pipe)(nil)
