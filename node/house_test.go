package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
)

// A house is two nodes on loopback with an agreement between them, in a
// temporary folder.
type house struct {
	least     uint64 // rows that sets are topped up to
	drawn     uint64 // rows of an estimate
	change    uint64 // what a later run of an epoch is about at least
	t         testing.TB
	dir       string
	keys      map[string]string // by member
	datasets  map[string]string // by member: the YAML of its dataset
	addresses map[string]string // by member, of those that serve
	ledgers   map[string]string // by member: the URL of its database; the default where there is none
	name      string            // of the agreement
	rules     string
	types     string
	analyses  string
	valid     string
	profile   string
	kind      string
	more      string // lines of the agreement beside the usual ones
}

// The members of every house.
const (
	left  = "left"
	right = "right"
)

// newHouse makes two nodes whose tables are the given files. dataset is the
// YAML of the dataset without its source.
func newHouse(t *testing.T, leftSource, rightSource, dataset string) *house {
	t.Helper()
	h := &house{t: t, least: 256, drawn: sampleRows, change: 64, dir: t.TempDir(), keys: map[string]string{}, datasets: map[string]string{}, ledgers: map[string]string{},
		addresses: map[string]string{left: "127.0.0.1:0", right: "127.0.0.1:0"},
		rules:     "{noise: none, min_group_size: 1, min_list_size: 1, min_set_size: 100}",
		name:      "house", types: "[exact]", profile: "plain-1", kind: "partner",
		analyses: "{size: {to: [left, right]}, match: {to: [left, right]}}",
		valid:    "{from: 2020-01-01, until: 2999-12-31}"}
	for member, source := range map[string]string{left: leftSource, right: rightSource} {
		key, err := Init(h.folder(member), member, "")
		if err != nil {
			t.Fatal(err)
		}
		h.keys[member] = key
		h.datasets[member] = fmt.Sprintf("    source: %q\n%s", source, dataset)
	}
	h.configure()
	return h
}

func (h *house) folder(member string) string { return filepath.Join(h.dir, member) }

// configure writes both nodes' node.yaml.
func (h *house) configure() {
	if _, two := h.keys[left]; !two {
		return // a ring, whose nodes know their addresses beforehand
	}
	for member, peer := range map[string]string{left: right, right: left} {
		text := fmt.Sprintf("name: %s\nlisten: 127.0.0.1:0\ndatasets:\n  people:\n%s\npeers:\n  %s: {address: %s}\nledger: %q\n",
			member, h.datasets[member], peer, h.addresses[peer], h.ledgers[member])
		h.write(filepath.Join(member, configFile), text)
	}
}

func (h *house) write(name, text string) string {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// text is the agreement as both would write it.
func (h *house) text() string {
	return fmt.Sprintf(`agreement: %s
kind: %s
%spurpose: Test
members: {left: %q, right: %q}
datasets: {left: people, right: people}
identifiers: {profile: %s, types: %s}
analyses: %s
rules: %s
valid: %s
`, h.name, h.kind, h.more, h.keys[left], h.keys[right], h.profile, h.types, h.analyses, h.rules, h.valid)
}

// agree makes an agreement, signed by both, and accepted by both.
func (h *house) agree() *agreement.Agreement {
	h.t.Helper()
	path := h.write(h.name+".yaml", h.text())
	for _, member := range []string{left, right} {
		if _, err := Sign(h.folder(member), path, nil); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, member := range []string{left, right} {
		if _, err := Accept(h.folder(member), path); err != nil {
			h.t.Fatal(err)
		}
	}
	a, err := ReadAgreement(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// serve starts a member's node; it is stopped, and its error looked at, when
// the test ends.
func (h *house) serve(member string, o Options) {
	h.t.Helper()
	n := h.open(member, o)
	ctx, stop := context.WithCancel(context.Background())
	listening, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- n.Serve(ctx, func(address string) { listening <- address }) }()
	select {
	case h.addresses[member] = <-listening:
	case err := <-ended:
		stop()
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
	})
	h.configure()
}

// open opens a member's node.
func (h *house) open(member string, o Options) *Node {
	h.t.Helper()
	n, err := Open(h.folder(member), o)
	if err != nil {
		h.t.Fatal(err)
	}
	n.least, n.drawn, n.change = h.least, h.drawn, h.change
	return n
}

// run runs an analysis from the left, with the right serving, and gives both
// results.
func (h *house) run(analysis string, a *agreement.Agreement) (own, peer *Result) {
	h.t.Helper()
	own, err := h.open(left, Options{}).Run(h.t.Context(), Request{Analysis: analysis, Agreement: a})
	if err != nil {
		h.t.Fatal(err)
	}
	return own, h.result(right, own.Run)
}

// result is what a member's node wrote of a run, once it has.
func (h *house) result(member, run string) *Result {
	h.t.Helper()
	path := filepath.Join(h.folder(member), results, run, resultFile)
	for range 1000 {
		if b, err := os.ReadFile(path); err == nil {
			r := new(Result)
			if err := decodeJSON(b, r); err != nil {
				h.t.Fatal(err)
			}
			return r
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("%s wrote no result of run %s", member, run)
	return nil
}

// receipt is a member's receipt of a run, with who signed it.
func (h *house) receiptText(member, run string) string {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(h.folder(member), results, run, receiptFile))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}

// table writes a CSV file with one row a value.
func (h *house) table(name string, header string, rows []string) string {
	return h.write(name, header+"\n"+strings.Join(rows, "\n")+"\n")
}

// shared is the third-party test data; tests that need it skip where it is not.
func shared(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "shared", "data", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skipf("%s is not there: the third-party test data stands beside the project", name)
	}
	return path
}
