package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/policy"
)

// A pairBody is the body of PAIR, by which a member asks another for what it shares
// with a third: both may tell it, for the agreement names the asker under `to`, and
// what they tell is what was released to them, under its noise.
//
//	asker -> member   PAIR: with whom
//	member <-> third  a run of two, or the release of an earlier one
//	member -> asker   FIGURE: the count, and the run's receipt
type pairBody struct {
	Message   string `json:"message"`
	Suite     string `json:"suite"`
	Version   int    `json:"version"`
	Agreement hash32 `json:"agreement"`
	Terms     string `json:"terms"`
	Member    string `json:"member"` // who is asked
	With      string `json:"with"`   // the third
	Nonce     hash32 `json:"nonce"`
}

// A figureBody is the body of FIGURE.
type figureBody struct {
	Message string  `json:"message"`
	Asked   hash32  `json:"asked"` // H(PAIR)
	State   string  `json:"state"`
	Count   *uint64 `json:"count"`
	SD      string  `json:"sd"`      // of the noise, as a decimal; empty where there is no count
	Receipt string  `json:"receipt"` // signed by both members of the run
}

// othersPair is what two other members share, told by one of them, or by the other
// where that one cannot be reached.
func (n *Node) othersPair(ctx context.Context, first *plan, one, other string) GroupFigure {
	f, err := n.askPair(ctx, first, one, other)
	if errors.Is(err, ErrPeer) && ctx.Err() == nil {
		var again error
		if f, again = n.askPair(ctx, first, other, one); again == nil {
			return f
		}
		err = fmt.Errorf("%w; %w", err, again)
	}
	if err != nil {
		return absent(err, one, other)
	}
	return f
}

// askPair asks a member for what it shares with another.
func (n *Node) askPair(ctx context.Context, first *plan, member, with string) (f GroupFigure, err error) {
	p, err := n.plan(first.agreement, first.analysis, member)
	if err != nil {
		return f, err
	}
	conn, err := n.dial(ctx, p)
	if err != nil {
		return f, n.peerError(p, err)
	}
	defer func() { err = n.peerError(p, errors.Join(err, conn.Close())) }()
	m, err := n.id.seal(pairBody{Message: "PAIR", Suite: suite, Version: version, Agreement: p.agreement.Hash(),
		Terms: p.agreement.Text(), Member: member, With: with, Nonce: newSalt()})
	if err != nil {
		return f, err
	}
	if err := conn.SendControl(ctx, kindPair, m.note); err != nil {
		return f, err
	}
	kind, answer, err := conn.RecvControl(ctx)
	if err != nil {
		return f, err
	}
	var told figureBody
	_, err = unseal(answer, p.peerKey, &told)
	if err != nil || kind != kindFigure || told.Message != "FIGURE" || told.Asked != m.hash() {
		return f, errors.Join(errControl, err)
	}
	return told.figure(p.agreement, member, with)
}

// figure checks what a member told of a pair.
func (b *figureBody) figure(a *agreement.Agreement, member, with string) (GroupFigure, error) {
	f := GroupFigure{Measure: policy.Pair, Members: []string{member, with}, State: b.State, Count: b.Count, From: member}
	slices.Sort(f.Members)
	if (b.State == policy.Noised) != (b.Count != nil) || b.Count == nil && (b.State != policy.Suppressed || b.SD != "") {
		return f, errControl
	}
	if b.Count != nil {
		sd, err := strconv.ParseFloat(b.SD, 64)
		if err != nil || math.IsInf(sd, 0) || !(sd > 0) {
			return f, errControl
		}
		f.SD = &sd
	}
	var err error
	f.Receipt, err = pairReceipt(a, []byte(b.Receipt), f.Members)
	return f, err
}

// pairReceipt checks that a receipt is of a finished run of two members under the
// agreement, signed by both, and gives its hash.
func pairReceipt(a *agreement.Agreement, signed []byte, members []string) (string, error) {
	var keys []note.Verifier
	for _, m := range members {
		v, err := a.Verifier(m)
		if err != nil {
			return "", err
		}
		keys = append(keys, v)
	}
	r, by, err := ledger.Read(signed, keys...)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errControl, err)
	}
	of := slices.Sorted(maps.Keys(r.Members))
	if r.Analysis != agreement.Multi || r.Agreement != a.ID() || r.State != ledger.Completed || !slices.Equal(of, members) || !slices.Equal(by, members) {
		return "", errControl
	}
	return r.Hash()
}
