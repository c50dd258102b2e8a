package dh

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"mandorla/match"
	"mandorla/match/wire"
)

// The schemas of the messages around an exchange of tags.
var (
	CommitSchema = wire.Schema{{Name: "commit", Type: wire.FSB32}}
	OpenSchema   = wire.Schema{{Name: "salt", Type: wire.FSB32}}
)

// An Exchange is one level's exchange of tags. Both sides commit before
// either sends, so that nobody can choose its tags after seeing the other's
// (PROTOCOLS.md §4.2, V14).
//
//	<-> TAGCOMMIT
//	<-> TAGS* or TAGS_ORDERED*
//	<-> TAGOPEN
type Exchange struct {
	Level  uint8
	Kind   wire.Kind
	Schema wire.Schema
	Digest [32]byte // of what will be sent
	Out    func() (wire.Frame, error)
	In     func(wire.Frame) error // takes in the peer's tags
	Then   func() (*match.Phase, error)

	salt     [32]byte
	promise  [32]byte // the peer's commitment
	received *wire.Digest
}

// Begin is the exchange's first phase.
func (e *Exchange) Begin() *match.Phase {
	rand.Read(e.salt[:])
	e.received = wire.NewDigest()
	return &match.Phase{
		Name: e.name("commit"), Kind: wire.KindTagCommit, Level: e.Level,
		Out: func() (wire.Frame, error) {
			c := commitment(e.salt, e.Digest)
			return Single(wire.KindTagCommit, e.Level, c), nil
		},
		In:   func(f wire.Frame) error { return Read32(f, &e.promise) },
		Then: e.tags,
	}
}

func (e *Exchange) tags() (*match.Phase, error) {
	return &match.Phase{
		Name: e.name("tags"), Kind: e.Kind, Level: e.Level,
		Out: e.Out,
		In: func(f wire.Frame) error {
			e.received.Add(e.Schema, f)
			return e.In(f)
		},
		Then: e.open,
	}, nil
}

func (e *Exchange) open() (*match.Phase, error) {
	return &match.Phase{
		Name: e.name("open"), Kind: wire.KindTagOpen, Level: e.Level,
		Out: func() (wire.Frame, error) { return Single(wire.KindTagOpen, e.Level, e.salt), nil },
		In: func(f wire.Frame) error {
			var salt [32]byte
			if err := Read32(f, &salt); err != nil {
				return err
			}
			if commitment(salt, e.received.Sum()) != e.promise {
				return match.ErrCommit
			}
			return nil
		},
		Then: e.Then,
	}, nil
}

func (e *Exchange) name(step string) string { return fmt.Sprintf("%s %d", step, e.Level) }

func commitment(salt, digest [32]byte) [32]byte {
	return sha256.Sum256(append(salt[:], digest[:]...))
}

// Single is a message of one 32-byte value.
func Single(k wire.Kind, level uint8, v [32]byte) wire.Frame {
	return wire.Frame{Kind: k, Level: level, Last: true, Rows: 1, Columns: [][]byte{v[:]}}
}

// Read32 reads a message of one 32-byte value.
func Read32(f wire.Frame, v *[32]byte) error {
	if f.Rows != 1 || !f.Last {
		return match.ErrCount
	}
	copy(v[:], f.Columns[0])
	return nil
}
