package vole_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mandorla/crypto/gf128"
	"mandorla/crypto/vole"
)

// session is both sides, in step.
type session struct {
	s *vole.Sender
	r *vole.Receiver
}

func start(t testing.TB) session {
	t.Helper()
	sid := [32]byte{1, 2, 3}
	x := session{vole.NewSender(sid), vole.NewReceiver(sid)}
	reply, err := x.r.Hello(x.s.Hello())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.s.Begin(reply); err != nil {
		t.Fatal(err)
	}
	return x
}

// window runs one window; tamper may change each message, by its name.
func (x session) window(chunks int, tamper func(message string, b []byte) []byte) error {
	asked := tamper("ask", x.r.Ask(chunks))
	trees, err := x.s.Expand(asked, chunks)
	if err != nil {
		return err
	}
	check, err := x.r.Expand(tamper("trees", trees))
	if err != nil {
		return err
	}
	answer, err := x.s.Confirm(tamper("check", check))
	if err != nil {
		return err
	}
	return x.r.Accept(tamper("answer", answer))
}

func untouched(_ string, b []byte) []byte { return b }

// verify takes n outputs and sees that they are related as promised.
func (x session) verify(t testing.TB, n int) {
	t.Helper()
	k, c, a := make([]gf128.Element, n), make([]gf128.Element, n), make([]gf128.Element, n)
	x.s.Next(k)
	x.r.Next(c, a)
	gf128.AddScaled(k, a, x.s.Delta())
	for i := range k {
		if k[i] != c[i] {
			t.Fatalf("output %d of %d: C is not K + Δ·A", i, n)
		}
		if a[i].IsZero() || c[i].IsZero() {
			t.Fatalf("output %d of %d is zero", i, n)
		}
	}
}

func TestOutputs(t *testing.T) {
	x := start(t)
	for _, chunks := range []int{1, 2, 1} {
		if err := x.window(chunks, untouched); err != nil {
			t.Fatal(err)
		}
		if want := chunks * vole.Usable; x.s.Available() != want || x.r.Available() != want {
			t.Fatalf("%d and %d outputs, want %d", x.s.Available(), x.r.Available(), want)
		}
		for x.s.Available() > 0 {
			x.verify(t, min(x.s.Available(), 50_000))
		}
	}
}

// A window may be asked for while outputs of others are left, and outputs come in
// pieces of any length.
func TestTails(t *testing.T) {
	x := start(t)
	for range 2 {
		if err := x.window(1, untouched); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 100 {
		x.verify(t, n)
	}
	x.verify(t, vole.Usable) // across chunks
	left := 2*vole.Usable - 99*100/2 - vole.Usable
	if x.s.Available() != left || x.r.Available() != left {
		t.Fatalf("%d and %d outputs left, want %d", x.s.Available(), x.r.Available(), left)
	}
	x.verify(t, left)
}

func TestSizes(t *testing.T) {
	x := start(t)
	for _, chunks := range []int{2, 1} {
		size := x.s.AskSize(chunks)
		err := x.window(chunks, func(message string, b []byte) []byte {
			want := map[string]int{"ask": size, "trees": vole.TreesSize(chunks), "check": vole.CheckSize(chunks), "answer": vole.ConfirmSize}
			if len(b) != want[message] {
				t.Errorf("%s has %d bytes, want %d", message, len(b), want[message])
			}
			return b
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if hello := vole.NewSender([32]byte{}).Hello(); len(hello) != vole.HelloSize {
		t.Errorf("the sender's hello has %d bytes, want %d", len(hello), vole.HelloSize)
	}
}

// A byte changed on the way ends the session with an error, at the latest when
// the receiver would accept the window.
func TestTampering(t *testing.T) {
	flips := map[string][]int{
		"ask":    {0, -1},
		"trees":  {0, 7*256 + 3, 8*256 + 3, 9*256 + 3, 10*256 + 5, -1},
		"check":  {15},
		"answer": {17},
	}
	for message, places := range flips {
		for i := 0; i < len(places); i += vole.Thorough {
			at, x := places[i], start(t)
			err := x.window(1, func(name string, b []byte) []byte {
				if name == message {
					b[(at+len(b))%len(b)] ^= 1 << (at & 7)
				}
				return b
			})
			if err == nil {
				t.Fatalf("byte %d of %s changed, and nobody noticed", at, message)
			}
			if (message != "ask") != errors.Is(err, vole.ErrCheck) {
				t.Errorf("byte %d of %s changed: %v", at, message, err)
			}
			if x.r.Available() != 0 {
				t.Errorf("byte %d of %s changed, and there are outputs", at, message)
			}
			x.spent(t)
		}
	}
}

// A second window is checked like the first.
func TestTamperingLater(t *testing.T) {
	for _, message := range []string{"ask", "trees", "check", "answer"} {
		x := start(t)
		if err := x.window(1, untouched); err != nil {
			t.Fatal(err)
		}
		err := x.window(2, func(name string, b []byte) []byte {
			if name == message {
				b[len(b)/2] ^= 1
			}
			return b
		})
		if err == nil {
			t.Errorf("a byte of %s changed in the second window, and nobody noticed", message)
		}
		if x.r.Available() != vole.Usable {
			t.Errorf("%d outputs, want those of the first window", x.r.Available())
		}
	}
}

// spent sees that a session does nothing more.
func (x session) spent(t *testing.T) {
	t.Helper()
	if x.r.Ask(1) != nil {
		t.Error("a session asks on after an error")
	}
	for _, err := range []error{
		second(x.r.Hello(make([]byte, vole.HelloSize))),
		second(x.r.Expand(make([]byte, vole.TreesSize(1)))),
		x.r.Accept(make([]byte, vole.ConfirmSize)),
	} {
		if !errors.Is(err, vole.ErrTurn) {
			t.Errorf("a session goes on after an error: %v", err)
		}
	}
}

func second(_ []byte, err error) error { return err }

func TestTamperingWithHello(t *testing.T) {
	sid := [32]byte{4}
	for _, at := range []int{0, 31, 4000, vole.HelloSize - 1} {
		s, r := vole.NewSender(sid), vole.NewReceiver(sid)
		points := s.Hello()
		points[at] ^= 4
		reply, err := r.Hello(points)
		if err != nil {
			continue
		}
		if err := s.Begin(reply); err != nil {
			continue
		}
		if err := (session{s, r}).window(1, untouched); err == nil {
			t.Errorf("byte %d of the sender's hello changed, and nobody noticed", at)
		}
	}
	for at := 0; at < vole.ReplySize; at += 5 {
		x := session{vole.NewSender(sid), vole.NewReceiver(sid)}
		reply, err := x.r.Hello(x.s.Hello())
		if err != nil {
			t.Fatal(err)
		}
		reply[at] ^= 8
		if err := x.s.Begin(reply); err != nil {
			continue
		}
		if err := x.window(1, untouched); err == nil {
			t.Errorf("byte %d of the receiver's hello changed, and nobody noticed", at)
		}
	}
}

// The sessions of two runs do not fit each other.
func TestSessionIsBound(t *testing.T) {
	x := session{vole.NewSender([32]byte{1}), vole.NewReceiver([32]byte{2})}
	reply, err := x.r.Hello(x.s.Hello())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.s.Begin(reply); err != nil {
		t.Fatal(err)
	}
	if err := x.window(1, untouched); err == nil {
		t.Error("two sessions made a window")
	}
}

// Messages of any other length are refused before they are looked at.
func TestLengths(t *testing.T) {
	sid, long := [32]byte{}, make([]byte, 1<<20)
	x := start(t)
	ask := x.r.Ask(1)
	trees, err := x.s.Expand(ask, 1)
	if err != nil {
		t.Fatal(err)
	}
	check, err := x.r.Expand(trees)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.s.Confirm(check[1:]); !errors.Is(err, vole.ErrLength) {
		t.Errorf("a short check: %v", err)
	}
	if err := x.r.Accept(long); !errors.Is(err, vole.ErrLength) {
		t.Errorf("a long answer: %v", err)
	}
	for _, n := range []int{0, 1, vole.HelloSize - 1, vole.HelloSize + 1} {
		if _, err := vole.NewReceiver(sid).Hello(long[:n]); !errors.Is(err, vole.ErrLength) {
			t.Errorf("a hello of %d bytes: %v", n, err)
		}
	}
	s := vole.NewSender(sid)
	s.Hello()
	if err := s.Begin(long[:vole.ReplySize+1]); !errors.Is(err, vole.ErrLength) {
		t.Errorf("a long answer to hello: %v", err)
	}
	for _, n := range []int{0, vole.TreesSize(1) - 1, vole.TreesSize(2)} {
		x := start(t)
		x.r.Ask(1)
		if _, err := x.r.Expand(long[:n]); !errors.Is(err, vole.ErrLength) {
			t.Errorf("%d bytes of corrections: %v", n, err)
		}
	}
	for _, n := range []int{0, 1, x.s.AskSize(1) + 1} {
		if _, err := start(t).s.Expand(long[:n], 1); !errors.Is(err, vole.ErrLength) {
			t.Errorf("a request of %d bytes: %v", n, err)
		}
	}
}

func TestWindowsAreBounded(t *testing.T) {
	for _, chunks := range []int{-1, 0, vole.MaxChunks + 1, 1 << 40} {
		x := start(t)
		if x.r.Ask(chunks) != nil {
			t.Errorf("the receiver asks for %d chunks", chunks)
		}
		if _, err := x.s.Expand(nil, chunks); !errors.Is(err, vole.ErrChunks) {
			t.Errorf("%d chunks: %v", chunks, err)
		}
	}
}

// No message is taken before its time.
func TestTurns(t *testing.T) {
	sid := [32]byte{}
	if vole.NewReceiver(sid).Ask(1) != nil {
		t.Error("a receiver asks before the transfers")
	}
	s, r := vole.NewSender(sid), vole.NewReceiver(sid)
	for name, err := range map[string]error{
		"Begin":           vole.NewSender(sid).Begin(make([]byte, vole.ReplySize)),
		"Confirm":         second(vole.NewSender(sid).Confirm(make([]byte, 16))),
		"Expand":          second(s.Expand(nil, 1)),
		"Receiver.Expand": second(r.Expand(make([]byte, vole.TreesSize(1)))),
		"Accept":          vole.NewReceiver(sid).Accept(make([]byte, vole.ConfirmSize)),
	} {
		if !errors.Is(err, vole.ErrTurn) {
			t.Errorf("%s before its time: %v", name, err)
		}
	}
	if s.Hello() != nil {
		t.Error("a sender says hello after an error")
	}
	s = vole.NewSender(sid)
	s.Hello()
	if s.Hello() != nil {
		t.Error("a sender says hello twice")
	}
	x := start(t)
	x.s.Close()
	x.r.Close()
	if x.r.Ask(1) != nil || x.s.AskSize(1) != 0 || !x.s.Delta().IsZero() {
		t.Error("a session goes on when it is closed")
	}
}

// A looks random: every bit is set in half of the outputs, and neighbours agree
// in half.
func TestDistribution(t *testing.T) {
	x := start(t)
	if err := x.window(1, untouched); err != nil {
		t.Fatal(err)
	}
	n := vole.Usable
	c, a := make([]gf128.Element, n), make([]gf128.Element, n)
	x.r.Next(c, a)
	seen := make(map[gf128.Element]bool, n)
	var ones, changes [128]int
	for i, e := range a {
		seen[e] = true
		d := e.Add(a[(i+1)%n])
		for bit := range 128 {
			ones[bit] += int(e.Bit(bit))
			changes[bit] += int(d.Bit(bit))
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d outputs came before", n-len(seen), n)
	}
	for bit := range 128 { // seven standard deviations
		if d := ones[bit] - n/2; d < -1270 || d > 1270 {
			t.Errorf("bit %d is set in %d of %d outputs", bit, ones[bit], n)
		}
		if d := changes[bit] - n/2; d < -1270 || d > 1270 {
			t.Errorf("bit %d changes %d times in %d outputs", bit, changes[bit], n)
		}
	}
}

// Neither side can be printed.
func TestMute(t *testing.T) {
	x := start(t)
	delta := fmt.Sprintf("%d", x.s.Delta().Lo)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		for _, v := range []any{x.s, x.r, *x.s, *x.r, struct{ a, b any }{x.s, x.r}, &x} {
			if said := fmt.Sprintf(verb, v); len(said) > 200 || strings.Contains(said, delta) {
				t.Errorf("%s prints %d bytes", verb, len(said))
			}
		}
	}
}

// BenchmarkWindow says what an output costs on each side, in windows of four
// chunks, without the first messages.
func BenchmarkWindow(b *testing.B) {
	const chunks = 4
	x, k := start(b), make([]gf128.Element, 1<<12)
	var sender, receiver time.Duration
	for b.Loop() {
		begin := time.Now()
		ask := x.r.Ask(chunks)
		asked := time.Now()
		trees, err := x.s.Expand(ask, chunks)
		expanded := time.Now()
		check, err2 := x.r.Expand(trees)
		checked := time.Now()
		answer, err3 := x.s.Confirm(check)
		if err := errors.Join(err, err2, err3, x.r.Accept(answer)); err != nil {
			b.Fatal(err)
		}
		sender += expanded.Sub(asked)
		receiver += asked.Sub(begin) + checked.Sub(expanded)
		for x.s.Available() > 0 {
			n := min(x.s.Available(), len(k))
			x.s.Next(k[:n])
			x.r.Next(k[:n], k[:n])
		}
	}
	outputs := float64(b.N * chunks * vole.Usable)
	b.ReportMetric(float64(sender.Nanoseconds())/outputs, "sender-ns/output")
	b.ReportMetric(float64(receiver.Nanoseconds())/outputs, "receiver-ns/output")
}
