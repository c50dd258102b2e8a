package node

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/match"
	"mandorla/node/flight"
)

// The kinds of failure that a caller acts on; the command line turns them into
// exit codes.
var (
	// ErrRefused: the agreement, a rule or a budget does not allow it.
	ErrRefused = errors.New("refused")
	// ErrPeer: the partner's node cannot be reached, or hung up.
	ErrPeer = errors.New("partner's node")
	// ErrInput: the dataset cannot be used.
	ErrInput = errors.New("input")
)

// A reasoned is an error of one of the kinds above with its reason in words.
type reasoned struct {
	kind, why error
	told      string // what the partner may read of a refusal
}

func (r *reasoned) Error() string   { return r.kind.Error() + ": " + r.why.Error() }
func (r *reasoned) Unwrap() []error { return []error{r.kind, r.why} }

// refuse is an ErrRefused with its reason, which the partner may read too.
func refuse(format string, args ...any) error {
	why := fmt.Errorf(format, args...)
	return &reasoned{ErrRefused, why, why.Error()}
}

// refuseTelling is an ErrRefused whose reason says something of this node's
// data; the partner is told less.
func refuseTelling(told, format string, args ...any) error {
	return &reasoned{ErrRefused, fmt.Errorf(format, args...), told}
}

// unusable is an ErrInput with its reason.
func unusable(format string, args ...any) error {
	return &reasoned{kind: ErrInput, why: fmt.Errorf(format, args...)}
}

// code is what the partner and the receipt are told of an error.
func code(err error) string {
	var abort *flight.AbortError
	switch {
	case errors.As(err, &abort):
		return "PEER_ABORTED"
	case errors.Is(err, match.ErrDecline):
		return "DECLINED"
	case errors.Is(err, ErrRefused):
		return "REFUSED"
	case errors.Is(err, ErrInput):
		return "INPUT"
	case errors.Is(err, flight.ErrHungUp), errors.Is(err, flight.ErrUnreachable):
		return "HUNG_UP"
	case errors.Is(err, errUnsettled):
		return "UNSETTLED"
	case errors.Is(err, errControl):
		return "CONTROL"
	}
	return match.Code(err)
}

// reason is what the partner is told of a refusal before any data has crossed.
// What is wrong with this node's input is nobody else's business.
func reason(err error) string {
	var r *reasoned
	if errors.As(err, &r) && r.kind == ErrRefused {
		return r.told
	}
	return ""
}

// peerError puts what a connection reports into words, once.
func (n *Node) peerError(p *plan, err error) error {
	if p.peerKey == nil {
		return err
	}
	return n.partnerError(p.peer, p.peerKey, err)
}

// partnerError does so for the connection to one partner.
func (n *Node) partnerError(peer string, key note.Verifier, err error) error {
	var abort *flight.AbortError
	switch {
	case err == nil || errors.Is(err, ErrPeer):
		return err
	case errors.As(err, &abort):
		return aborted(peer, key, abort)
	case errors.Is(err, flight.ErrStranger):
		return refuse("%s at %s does not hold the key of the agreement, or does not know ours: %w; compare identity.pub on both sides, and let the partner `mandorla agreement accept` the agreement",
			peer, n.config.Peers[peer].Address, err)
	case errors.Is(err, flight.ErrUnreachable):
		return &reasoned{kind: ErrPeer, why: fmt.Errorf("%s cannot be reached at %s: is `mandorla serve` running there? %w", peer, n.config.Peers[peer].Address, err)}
	case errors.Is(err, flight.ErrHungUp):
		return &reasoned{kind: ErrPeer, why: fmt.Errorf("%s hung up: %w", peer, err)}
	}
	return err
}

// aborted is the error that the partner's ABORT makes at this node.
func aborted(peer string, key note.Verifier, e *flight.AbortError) error {
	var body abortion
	if _, err := unseal(e.Body, key, &body); err != nil || body.Message != "ABORT" {
		return &reasoned{kind: ErrPeer, why: fmt.Errorf("%s ended the run without a word", peer)}
	}
	if body.Code == "REFUSED" {
		return refuse("%s refused: %s", peer, printable(body.Reason))
	}
	return &reasoned{kind: ErrPeer, why: fmt.Errorf("%s ended the run: %s", peer, printable(body.Code))}
}

// printable is a partner's text made safe for a terminal.
func printable(s string) string {
	const most = 400
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most])
	}
	return s
}
