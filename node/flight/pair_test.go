package flight

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha512"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"mandorla/match/wire"
)

// schemas has columns of every type, some of which need padding.
var schemas = wire.Schemas{
	wire.KindKeys:   {{Name: "y", Type: wire.FSB32}, {Name: "pok", Type: wire.FSB64}},
	wire.KindSet:    {{Name: "u0", Type: wire.FSB32}, {Name: "seg", Type: wire.Uint16}},
	wire.KindTags:   {{Name: "t", Type: wire.FSB16}},
	wire.KindCount:  {{Name: "level", Type: wire.Uint16}, {Name: "c", Type: wire.Uint32}},
	wire.KindResult: {{Name: "g", Type: wire.Uint16}, {Name: "n", Type: wire.Int64}},
}

// sealers are the two ends of one direction.
func sealers(own wire.Direction) (*wire.Sealer, *wire.Opener) {
	sign := func(msg []byte) [64]byte { return sha512.Sum512(msg) } // stands for an identity key
	verify := func(msg []byte, sig [64]byte) bool { return sign(msg) == sig }
	return wire.NewSealer([32]byte{1}, own, schemas, sign), wire.NewOpener([32]byte{1}, own, schemas, verify)
}

// begin lets frames pass at one end.
func begin(c *Conn, own wire.Direction) {
	s, _ := sealers(own)
	_, o := sealers(own.Other())
	c.Begin(s, o)
}

// frame is a SET whose rows all look like i.
func frame(rows int, i byte) wire.Frame {
	return wire.Frame{Kind: wire.KindSet, Rows: rows, Columns: [][]byte{
		bytes.Repeat([]byte{i}, 32*rows), bytes.Repeat([]byte{i, 0}, rows)}}
}

// full is how many rows of a SET fill a frame.
var full = wire.RowsPerFrame(schemas[wire.KindSet])

func newKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// A pair is a server and the one client that it knows.
type pair struct {
	t              testing.TB
	server, client ed25519.PrivateKey
	at             *Server
	address        string
	options        Options
}

// serve starts a server; it is shut down, and its error looked at, when the test
// ends.
func serve(t testing.TB, o Options, answer func(context.Context, *Conn)) *pair {
	t.Helper()
	p := &pair{t: t, server: newKey(t), client: newKey(t), options: o}
	knows := func(k ed25519.PublicKey) bool { return k.Equal(public(p.client)) }
	var err error
	if p.at, err = Listen("127.0.0.1:0", p.server, knows, answer, o); err != nil {
		t.Fatal(err)
	}
	p.address = p.at.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- p.at.Serve() }()
	t.Cleanup(func() {
		now, cancel := context.WithCancel(context.Background())
		cancel()
		p.at.Shutdown(now)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return p
}

// dial connects the client; what is left of it is closed before the server is.
func (p *pair) dial() *Conn {
	p.t.Helper()
	c, err := Dial(context.Background(), p.address, p.client, public(p.server), p.options)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.Close() })
	return c
}

// is fails the test unless err is what was wanted; nil is nil.
func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// aborted fails the test unless err is the peer's ABORT with this note.
func aborted(t testing.TB, err error, note string) {
	t.Helper()
	var abort *AbortError
	if !errors.As(err, &abort) || string(abort.Body) != note {
		t.Fatalf("%v instead of the peer's ABORT", err)
	}
}

// soon waits for a channel and fails when nothing ever comes.
func soon[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing happened within a minute")
	}
	panic("unreachable")
}

// listener answers every connection with do, and then ends it.
func listener(t testing.TB, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	is(t, err, nil)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				do(c)
			}()
		}
	}()
	return l.Addr().String()
}

// A proxy stands between client and server.
type proxy struct {
	mu    sync.Mutex
	conns []net.Conn
	deaf  bool // carries nothing any more, and says so to nobody
}

// between puts a proxy in front of the server.
func (p *pair) between() *proxy {
	x, target := new(proxy), p.address
	p.address = listener(p.t, func(in net.Conn) {
		out, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		x.mu.Lock()
		x.conns = append(x.conns, in, out)
		x.mu.Unlock()
		go x.carry(out, in)
		x.carry(in, out)
	})
	p.t.Cleanup(x.cut)
	return x
}

func (x *proxy) carry(to, from net.Conn) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		x.mu.Lock()
		deaf := x.deaf
		x.mu.Unlock()
		if deaf {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// cut ends every connection, as the death of a node would.
func (x *proxy) cut() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, c := range x.conns {
		c.Close()
	}
}

// silence makes the proxy swallow what it is given, as a cut cable would.
func (x *proxy) silence() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.deaf = true
}

// goroutines of this package, or that serve it, whose stack holds the text.
func goroutines(text string) (n int) {
	b := make([]byte, 4<<20)
	for _, g := range strings.Split(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(g, text) {
			n++
		}
	}
	return n
}

// gone waits until no goroutine holds the text.
func gone(t testing.TB, text string, most int) {
	t.Helper()
	for range 1000 {
		if goroutines(text) <= most {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	b := make([]byte, 1<<20)
	t.Fatalf("%d goroutines of %s are left:\n%s", goroutines(text), text, b[:runtime.Stack(b, true)])
}

// openFiles is how many files the process has open, where that can be known.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// pour reads and forgets.
func pour(c net.Conn) { io.Copy(io.Discard, c) }
