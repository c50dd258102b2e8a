// Package bits reads numbers of any number of bits out of base64url text in
// place, without decoding it first: what IAB consent strings are made of. The
// letters are those of RFC 4648 §5, without padding; a bit that is not there
// makes the reader bad for good.
//
// It is not for base64 data as such: encoding/base64 is.
package bits

// letters holds the six bits of every letter; 0xff is none.
var letters = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		t[c] = byte(i)
	}
	return t
}()

// A Reader reads bits one after the other. It lends the text.
type Reader struct {
	text []byte
	at   int
	bad  bool
}

// New starts at the first bit of the text. It is bad if a letter is.
func New(text []byte) Reader {
	var seen byte
	for _, c := range text {
		seen |= letters[c]
	}
	return Reader{text: text, bad: seen > 63}
}

// Bad reports whether anything could not be read so far.
func (r *Reader) Bad() bool { return r.bad }

// Uint reads a number of n bits, at most 52; it is 0 once the reader is bad.
func (r *Reader) Uint(n int) uint64 {
	end := r.at + n
	if r.bad || end > 6*len(r.text) {
		r.bad = true
		return 0
	}
	first, last := r.at/6, (end+5)/6
	var v uint64
	for _, c := range r.text[first:last] {
		v = v<<6 | uint64(letters[c])
	}
	r.at = end
	return v >> (6*last - end) & (1<<n - 1)
}

// Int reads a number of n bits, at most 52.
func (r *Reader) Int(n int) int { return int(r.Uint(n)) }

// Bool reads one bit.
func (r *Reader) Bool() bool { return r.Uint(1) == 1 }

// Skip passes over n bits.
func (r *Reader) Skip(n int) {
	if r.bad || n > 6*len(r.text)-r.at {
		r.bad = true
		return
	}
	r.at += n
}

// Zero reports whether nothing but zero bits is left, as padding is.
func (r *Reader) Zero() bool {
	if r.bad {
		return false
	}
	rest := *r
	if odd := (6 - rest.at%6) % 6; rest.Uint(odd) != 0 {
		return false
	}
	for _, c := range rest.text[rest.at/6:] {
		if c != 'A' {
			return false
		}
	}
	return true
}

// mostFibonacci is the largest number that Fibonacci reads.
const mostFibonacci = 1<<16 - 1

// Fibonacci reads a number in Fibonacci coding, from 1 to 65,535: a bit for
// every Fibonacci number from 1 up, and the second 1 in a row ends it
// (GPP, Core/Consent String Specification, "Fibonacci Encoding").
func (r *Reader) Fibonacci() int {
	sum, before := 0, false
	for f, next := 1, 2; f <= 2*mostFibonacci; f, next = next, f+next {
		bit := r.Bool()
		if bit && before && sum <= mostFibonacci {
			return sum
		}
		if bit {
			sum += f
		}
		before = bit
	}
	r.bad = true
	return 0
}
