package bits

import (
	"encoding/base64"
	"math/big"
	"math/rand/v2"
	"testing"
)

// plain is the same text as one large number, read the slow way.
type plain struct {
	n    *big.Int
	bits int
}

func newPlain(text string) plain {
	b, _ := base64.RawURLEncoding.DecodeString(text + "AAAA"[:(4-len(text)%4)%4])
	return plain{new(big.Int).Rsh(new(big.Int).SetBytes(b), uint((4-len(text)%4)%4*6)), 6 * len(text)}
}

func (p plain) at(at, n int) uint64 {
	v := new(big.Int).Rsh(p.n, uint(p.bits-at-n))
	return v.And(v, new(big.Int).SetUint64(1<<n-1)).Uint64()
}

func randomText(r *rand.Rand, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(64)]
	}
	return string(b)
}

func TestUint(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text := randomText(rnd, rnd.IntN(40))
		p, r, at := newPlain(text), New([]byte(text)), 0
		for {
			n := rnd.IntN(53)
			got := r.Uint(n)
			if at+n > p.bits {
				if !r.Bad() || got != 0 || r.Uint(0) != 0 {
					t.Fatalf("%d bits at %d of %d were read", n, at, p.bits)
				}
				break
			}
			if want := p.at(at, n); got != want || r.Bad() {
				t.Fatalf("%s: %d bits at %d: %d, want %d", text, n, at, got, want)
			}
			if at += n; rnd.IntN(3) == 0 {
				skip := rnd.IntN(7)
				r.Skip(skip)
				if at += skip; at > p.bits {
					break
				}
			}
		}
	}
}

func TestBadLetters(t *testing.T) {
	for c := range 256 {
		r := New([]byte{'A', byte(c), 'A'})
		want := !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_')
		if r.Bad() != want {
			t.Errorf("%q: bad %v", rune(c), r.Bad())
		}
		if want && (r.Uint(1) != 0 || r.Zero()) {
			t.Errorf("%q is read", rune(c))
		}
	}
}

func TestSkip(t *testing.T) {
	r := New([]byte("AB"))
	r.Skip(12)
	if r.Bad() || !r.Zero() {
		t.Error("all bits cannot be skipped")
	}
	if r.Skip(1); !r.Bad() {
		t.Error("a bit beyond the end was skipped")
	}
	r = New([]byte("AB"))
	if r.Skip(1 << 62); !r.Bad() {
		t.Error("a very long skip is not bad")
	}
}

func TestZero(t *testing.T) {
	for text, want := range map[string]map[int]bool{
		"":    {0: true},
		"AA":  {0: true, 5: true, 12: true},
		"BA":  {0: false, 5: false, 6: true, 11: true},
		"gAB": {0: false, 1: false, 6: false, 17: false, 18: true},
	} {
		for at, zero := range want {
			r := New([]byte(text))
			if r.Skip(at); r.Zero() != zero {
				t.Errorf("%q from %d: %v", text, at, !zero)
			}
		}
	}
}

// code is a number in Fibonacci coding, by the recipe of the specification.
func code(n int) string {
	f := []int{1, 2}
	for f[len(f)-1] <= n {
		f = append(f, f[len(f)-1]+f[len(f)-2])
	}
	out := ""
	for i := len(f) - 1; i >= 0; i-- {
		switch {
		case f[i] <= n:
			out, n = "1"+out, n-f[i]
		case out != "":
			out = "0" + out
		}
	}
	return out + "1"
}

// pack writes bits given as text in base64url, with zeros at the end.
func pack(bits string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for len(bits)%6 != 0 {
		bits += "0"
	}
	out := ""
	for ; bits != ""; bits = bits[6:] {
		v := 0
		for _, c := range bits[:6] {
			v = v<<1 | int(c-'0')
		}
		out += alphabet[v : v+1]
	}
	return out
}

func TestFibonacci(t *testing.T) {
	for n, want := range map[int]string{1: "11", 2: "011", 3: "0011", 4: "1011", 5: "00011", 6: "10011", 7: "01011"} {
		if code(n) != want {
			t.Fatalf("the test writes %d as %s, want %s", n, code(n), want)
		}
	}
	for n := 1; n <= mostFibonacci; n += 1 + n/97 {
		r := New([]byte(pack("0" + code(n) + "1")))
		r.Skip(1)
		if got := r.Fibonacci(); got != n || r.Bad() || !r.Bool() {
			t.Fatalf("%d is read as %d", n, got)
		}
	}
	r := New([]byte(pack(code(mostFibonacci))))
	if got := r.Fibonacci(); got != mostFibonacci || r.Bad() {
		t.Errorf("%d is read as %d", mostFibonacci, got)
	}
	for _, bits := range []string{"", "0", "1", "0101010", code(mostFibonacci + 1), code(1 << 20), code(1 << 40), "000000000000000000000000000000000000000000000011"} {
		r := New([]byte(pack(bits)))
		if got := r.Fibonacci(); got != 0 || !r.Bad() {
			t.Errorf("%s is read as %d", bits, got)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("DBABMA"), []byte{6, 6, 12, 1, 200})
	f.Add([]byte("B=A~"), []byte{60})
	f.Fuzz(func(t *testing.T, text, plan []byte) {
		r := New(text)
		for _, n := range plan {
			if n > 52 {
				r.Fibonacci()
				continue
			}
			if v := r.Uint(int(n)); v>>n != 0 {
				t.Errorf("%d bits hold %d", n, v)
			}
		}
		if r.Zero() && r.Bad() {
			t.Error("bad bits are zeros")
		}
	})
}
