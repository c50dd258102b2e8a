package node

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"mandorla/agreement"
	"mandorla/ledger/durable"
	"mandorla/match/column"
)

// Options are what a caller may set of a node. The zero value will do.
type Options struct {
	Passphrase func() (string, error) // asked for once, and only where identity.key is encrypted
	Log        *slog.Logger           // nil: silent
	Build      string                 // names the program in messages and receipts
	Memory     int64                  // bytes that the node may take; 0: [DefaultMemory]
	// Progress is told of long work; total is 0 where it is not known.
	Progress func(phase string, done, total uint64)
	Now      func() time.Time
}

// A Node is a member's node, open. Several runs may go on at once.
type Node struct {
	dir      string
	config   *Config
	id       *Identity
	log      *slog.Logger
	build    string
	memory   int64
	least    uint64 // rows that a set is topped up to: minCap
	drawn    uint64 // rows that an estimate is made of: sampleRows
	change   uint64 // what a later run of an epoch is about at least: leastChange
	store    column.Store
	progress func(phase string, done, total uint64)
	now      func() time.Time

	mu      sync.Mutex
	running map[[32]byte]int        // runs that are served, by agreement
	circles map[[32]byte]*gathering // runs of groups that wait for connections, by session
}

// Open opens a node's folder. The caller closes the node.
func Open(dir string, o Options) (*Node, error) {
	config, err := ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	id, err := readIdentity(dir, o.Passphrase)
	if err != nil {
		return nil, err
	}
	if id.Name != config.Name {
		return nil, fmt.Errorf("%w: name: %q, but the key in %s is %q's", ErrConfig, config.Name, keyFile, id.Name)
	}
	tmp := filepath.Join(dir, temporaries)
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, err
	}
	n := &Node{dir: dir, config: config, id: id, log: o.Log, build: o.Build, memory: o.Memory, least: minCap, drawn: sampleRows, change: leastChange,
		store: diskStore{tmp}, progress: o.Progress, now: o.Now, running: map[[32]byte]int{}, circles: map[[32]byte]*gathering{}}
	n.defaults()
	return n, nil
}

func (n *Node) defaults() {
	if n.log == nil {
		n.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if n.memory == 0 {
		n.memory = DefaultMemory()
	}
	if n.progress == nil {
		n.progress = func(string, uint64, uint64) {}
	}
	if n.now == nil {
		n.now = time.Now
	}
}

// Name is the member's name.
func (n *Node) Name() string { return n.config.Name }

// agreements reads the accepted agreements, anew each time, so that one
// accepted while the node serves counts at once.
func (n *Node) agreements() ([]*agreement.Agreement, error) {
	dir := filepath.Join(n.dir, agreements)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []*agreement.Agreement
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".yaml") {
			continue
		}
		a, err := ReadAgreement(filepath.Join(dir, e.Name()))
		if err == nil {
			err = a.Verify()
		}
		if err != nil {
			n.log.Warn("agreement not used", "file", e.Name(), "error", err)
			continue
		}
		out = append(out, a)
	}
	return out, nil
}

// readTerms reads an agreement's file, as far as one can be.
func readTerms(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(f, agreement.MaxSize+1))
	return body, errors.Join(err, f.Close())
}

// ReadAgreement reads an agreement from a file, signed or not.
func ReadAgreement(path string) (*agreement.Agreement, error) {
	b, err := readTerms(path)
	if err != nil {
		return nil, err
	}
	a, err := agreement.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// Accept copies a fully signed agreement into the node's folder, after which
// the node's serve allows it, and puts it on record. It answers with the copy's path.
func Accept(dir, file string) (string, error) {
	config, err := ReadConfig(dir)
	if err != nil {
		return "", err
	}
	body, err := readTerms(file)
	if err != nil {
		return "", err
	}
	if isStatement(body) {
		return acceptStatement(dir, file)
	}
	a, err := ReadAgreement(file)
	if err != nil {
		return "", err
	}
	if err := errors.Join(a.Verify(), sealable(a)); err != nil {
		return "", refuse("%s: %w", file, err)
	}
	pub, err := os.ReadFile(filepath.Join(dir, pubFile))
	if err != nil {
		return "", err
	}
	if !holds(a, strings.TrimSpace(string(pub))) {
		return "", refuse("%s: members.%s: the agreement has no or another key for this node", file, config.Name)
	}
	hash := a.Hash()
	return keepSigned(dir, fmt.Sprintf("%s-%x.yaml", a.Terms.Agreement, hash[:4]), accepting(a), body, time.Now())
}

// holds reports whether a key is one of those that sign the agreement.
func holds(a *agreement.Agreement, key string) bool {
	if a.Terms.Combiner.Key == key {
		return true
	}
	for _, keys := range a.Terms.Keys {
		if slices.Contains(keys, key) {
			return true
		}
	}
	return false
}

// Sign adds this node's signature to an agreement's file, once.
func Sign(dir, file string, passphrase func() (string, error)) (*agreement.Agreement, error) {
	id, err := readIdentity(dir, passphrase)
	if err != nil {
		return nil, err
	}
	body, err := readTerms(file)
	if err != nil {
		return nil, err
	}
	if isStatement(body) {
		return signStatement(dir, id, file, body)
	}
	if a, err := agreement.Parse(body); err == nil {
		if err := sealable(a); err != nil {
			return nil, err
		}
	}
	signed, err := agreement.Sign(body, id.signer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := writeWhole(file, signed); err != nil {
		return nil, err
	}
	return agreement.Parse(signed)
}

// writeWhole writes a file that appears whole or not at all.
func writeWhole(path string, body []byte) error {
	return durable.Write(path, func(f *os.File) error { _, err := f.Write(body); return err })
}
