package matchtest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mandorla/match"
	"mandorla/match/wire"
)

// A Heard is one message that a party was sent: not its values, but all that
// can be said of it without them.
type Heard struct {
	Kind  wire.Kind
	Level uint8
	Rows  int
	ended bool
}

// A listener notes what its machine is sent.
type listener struct {
	match.Machine
	heard *[]Heard
}

// Step implements [match.Machine].
func (l listener) Step(ev match.Event) (*wire.Frame, error) {
	if p, ok := ev.(match.Peer); ok {
		l.hear(p.Frame)
	}
	return l.Machine.Step(ev)
}

// hear takes in a frame. Several frames are one message until the last.
func (l listener) hear(f wire.Frame) {
	all := *l.heard
	if n := len(all); n == 0 || all[n-1].ended || all[n-1].Kind != f.Kind {
		all = append(all, Heard{Kind: f.Kind, Level: f.Level})
	}
	last := &all[len(all)-1]
	last.Rows, last.ended = last.Rows+f.Rows, f.Last
	*l.heard = all
}

// Views runs a pair and gives what either party was sent, message by message.
func (p Pair) Views() (views [2][]Heard, a, b Answer) {
	p.Wrap = func(r match.Role, m match.Machine) match.Machine { return listener{m, &views[r]} }
	a, b = p.Run()
	return views, a, b
}

// Sent is a view in words: the role that was sent it, and of each message its
// kind, level, rows and columns.
func (p Pair) Sent(r match.Role, view []Heard) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s: what %v is sent\n", p.Protocol.Analysis, p.Protocol.Topology, r)
	_, schemas := p.Protocol.Frames(p.config([32]byte{}, r))
	for _, m := range view {
		fmt.Fprintf(&out, "\n%v, level %d\n    rows    %d\n", m.Kind, m.Level, m.Rows)
		for _, c := range schemas[m.Kind] {
			fmt.Fprintf(&out, "    column  %s %v\n", c.Name, c.Type)
		}
	}
	return out.String()
}

// Golden compares a text with a file of testdata, which update writes anew.
func Golden(t *testing.T, name, got string, update bool) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal([]byte(got), want) {
		t.Errorf("%s is no longer what is sent; if that is meant, run go test -update\n%s", name, got)
	}
}
