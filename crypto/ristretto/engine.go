package ristretto

import r255 "github.com/bwesterb/go-ristretto"

// An engine does the arithmetic on one goroutine. Lengths have been checked.
// Functions that decode return the place of the first point refused, or fine.
type engine interface {
	name() string
	mul(dst, src []byte, s *r255.Scalar) int
	hashMul(dst []byte, tag DST, msgs []byte, width int, s *r255.Scalar)
	check(src []byte) int
	random(dst, uniform []byte) // 64 uniform bytes a point
}

// active is the engine in use.
var active engine = portable{}

// portable is circl's ristretto255, used without its wrappers, which allocate.
type portable struct{}

func (portable) name() string { return "portable" }

func (portable) mul(dst, src []byte, s *r255.Scalar) int {
	var p r255.Point
	var buf [Size]byte
	for i := 0; i < len(src); i += Size {
		if !decode(&p, src[i:], &buf) {
			return i / Size
		}
		p.ScalarMult(&p, s).BytesInto(&buf)
		copy(dst[i:], buf[:])
	}
	return fine
}

func (portable) hashMul(dst []byte, tag DST, msgs []byte, width int, s *r255.Scalar) {
	x := newXMD(tag, width)
	var p r255.Point
	var buf [Size]byte
	for i := 0; i < len(dst)/Size; i++ {
		uniform := x.expand(msgs[i*width : (i+1)*width])
		fromUniform(&p, uniform[:], &buf)
		p.ScalarMult(&p, s).BytesInto(&buf)
		copy(dst[i*Size:], buf[:])
	}
	x.wipe()
}

func (portable) check(src []byte) int {
	var p r255.Point
	var buf [Size]byte
	for i := 0; i < len(src); i += Size {
		if !decode(&p, src[i:], &buf) {
			return i / Size
		}
	}
	return fine
}

func (portable) random(dst, uniform []byte) {
	var p r255.Point
	var buf [Size]byte
	for i := 0; i < len(dst)/Size; i++ {
		fromUniform(&p, uniform[64*i:64*i+64], &buf)
		p.BytesInto(&buf)
		copy(dst[i*Size:], buf[:])
	}
}

// decode reads a canonical encoding of a point other than the identity, whose
// encoding is all zero and would be accepted by the library.
func decode(p *r255.Point, src []byte, buf *[Size]byte) bool {
	copy(buf[:], src[:Size])
	return *buf != [Size]byte{} && p.SetBytes(buf)
}

// fromUniform is the map of RFC 9496 §4.3.4 from 64 uniform bytes.
func fromUniform(p *r255.Point, uniform []byte, buf *[Size]byte) {
	var q r255.Point
	copy(buf[:], uniform[:Size])
	p.SetElligator(buf)
	copy(buf[:], uniform[Size:])
	q.SetElligator(buf)
	p.Add(p, &q)
}
