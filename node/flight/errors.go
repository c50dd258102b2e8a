package flight

import (
	"errors"
	"fmt"

	"mandorla/match/wire"
)

// The errors that a caller acts on.
var (
	// ErrUnreachable: nobody answers at the address, or nobody who speaks this
	// protocol.
	ErrUnreachable = errors.New("flight: nobody answers")
	// ErrStranger: the other end holds another key than the pinned one, or does
	// not know ours.
	ErrStranger = errors.New("flight: not the key that is known")
	// ErrHungUp: the connection ended, and the peer did not say why.
	ErrHungUp = errors.New("flight: the connection ended")
	// ErrMessage: the peer's message is malformed, or a frame came where a
	// control message belongs, or the other way round. It is a [wire.ErrFrame].
	ErrMessage = fmt.Errorf("%w: malformed or out of turn", wire.ErrFrame)
)

var (
	errClosed   = errors.New("flight: the connection was closed at this end")
	errNotBegun = errors.New("flight: no frames pass before Begin")
	errTooLarge = errors.New("flight: too large to send")
)

// An AbortError says that the peer ended the run. Body is its ABORT, a signed
// note that nobody has looked into yet.
type AbortError struct{ Body []byte }

func (e *AbortError) Error() string { return "flight: the peer aborted the run" }
