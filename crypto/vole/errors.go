package vole

import "errors"

// What ends a session. After any error it can't go on.
var (
	// ErrCheck says that the peer cheated, or guessed at the noise.
	ErrCheck = errors.New("vole: the peer's corrections do not pass the check; the peer does not keep to the protocol")

	// ErrLength says that a message has another length than the protocol gives it.
	ErrLength = errors.New("vole: a message of the peer has the wrong length")

	// ErrTurn says that a message came, or was asked for, out of turn: before its
	// time, twice, or after an error.
	ErrTurn = errors.New("vole: a message out of turn")

	// ErrChunks says that a window is empty or has more than MaxChunks.
	ErrChunks = errors.New("vole: a window has between 1 and 64 chunks")
)

// A turn is the message that a session waits for.
type turn uint8

const (
	never turn = iota // closed, or after an error
	hello
	begin
	ask
	expand
	confirm
	accept
)

// take passes if it is the turn of want, and leaves the session at its end: the
// one that takes it sets the next turn, unless there is an error.
func (t *turn) take(want turn) error {
	now := *t
	*t = never
	if now != want {
		return ErrTurn
	}
	return nil
}
