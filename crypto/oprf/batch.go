package oprf

import (
	"crypto/sha512"
	"encoding/binary"
	"runtime"
	"sync"

	"mandorla/crypto/ristretto"
)

// OutputSize is the bytes of an OPRF output of ristretto255-SHA512.
const OutputSize = 64

// Blind is RFC 9497 Blind in mode 0 over ristretto255-SHA512 for n inputs of
// the given width, all with the blind r: dst takes 32 bytes an input. One
// blind for a whole run is PROTOCOLS.md §3.1's default form.
func Blind(dst []byte, r *ristretto.Key, inputs []byte, width int) error {
	if width > maxInput {
		return ErrInput
	}
	return r.HashMul(dst, ristretto.DSTOPRF, inputs, width)
}

// Finalize is the hash of RFC 9497 Finalize for n inputs of the given width
// and their unblinded elements, 32 bytes each: dst takes 64 bytes an input.
// Slices that are too short are a programmer's error and panic.
func Finalize(dst, inputs []byte, width int, elements []byte) {
	each(len(elements)/ristretto.Size, func(from, to int) {
		msg := binary.BigEndian.AppendUint16(nil, uint16(width))
		msg = append(msg, make([]byte, width)...)
		msg = append(msg, 0, ristretto.Size)
		at := len(msg)
		msg = append(msg, make([]byte, ristretto.Size)...)
		msg = append(msg, "Finalize"...)
		for i := from; i < to; i++ {
			copy(msg[2:], inputs[i*width:(i+1)*width])
			copy(msg[at:], elements[i*ristretto.Size:(i+1)*ristretto.Size])
			sum := sha512.Sum512(msg)
			copy(dst[i*OutputSize:], sum[:])
		}
		clear(msg)
	})
}

// FullEvaluate is the OPRF itself under the key k, for whoever holds it: what
// [Blind], evaluation, unblinding and [Finalize] come to.
func FullEvaluate(dst []byte, k *ristretto.Key, inputs []byte, width int) error {
	elements := make([]byte, len(dst)/OutputSize*ristretto.Size)
	if err := Blind(elements, k, inputs, width); err != nil {
		return err
	}
	Finalize(dst, inputs, width, elements)
	clear(elements)
	return nil
}

// The labels of PROTOCOLS.md §1.3.
const (
	tagLabel = "CLEANROOM-V01-CS01-OPRF-TAG"
	keyLabel = "CLEANROOM-V01-CS01-OPRF-LABEL"
)

// TagSize is the bytes of a tag.
const TagSize = 16

// Tags is the OPRF tag of PROTOCOLS.md §1.3 of n outputs, 64 bytes each, in a
// session and for an identifier type: dst takes 16 bytes an output.
func Tags(dst, outputs []byte, sid [32]byte, typ string) {
	expandAll(dst, TagSize, outputs, tagLabel+string(sid[:])+typ)
}

// LabelKeySize is the bytes of a label key.
const LabelKeySize = 32

// LabelKeys is the keys under which the labels of the outputs' records are
// sealed (PROTOCOLS.md §1.3, §6): dst takes 32 bytes an output.
func LabelKeys(dst, outputs []byte, sid [32]byte, typ string) {
	expandAll(dst, LabelKeySize, outputs, keyLabel+string(sid[:])+typ)
}

// LabelKey is [LabelKeys] of one output.
func LabelKey(output []byte, sid [32]byte, typ string) (key [LabelKeySize]byte) {
	LabelKeys(key[:], output[:OutputSize], sid, typ)
	return key
}

// expandAll expands n outputs of 64 bytes to size bytes each.
func expandAll(dst []byte, size int, outputs []byte, info string) {
	each(len(outputs)/OutputSize, func(from, to int) {
		e := newExpander(info)
		for i := from; i < to; i++ {
			sum := e.expand(outputs[i*OutputSize:])
			copy(dst[i*size:(i+1)*size], sum[:])
		}
		e.wipe()
	})
}

// An expander is HKDF-Expand (RFC 5869) with SHA-512 to at most 64 bytes, under
// many outputs for one info: one HMAC each (RFC 2104), in buffers of its own,
// since the standard library's allocates anew for every key.
type expander struct {
	inner []byte // output ⊕ ipad ‖ info ‖ 1
	outer []byte // output ⊕ opad ‖ the hash of inner
}

func newExpander(info string) *expander {
	inner := append(append(make([]byte, sha512.BlockSize), info...), 1)
	return &expander{inner, make([]byte, sha512.BlockSize+sha512.Size)}
}

// expand takes the first [OutputSize] bytes of output as the key.
func (e *expander) expand(output []byte) [sha512.Size]byte {
	var key [sha512.BlockSize]byte // shorter keys are filled up with zeros
	copy(key[:], output[:OutputSize])
	for i, k := range key {
		e.inner[i], e.outer[i] = k^0x36, k^0x5c
	}
	sum := sha512.Sum512(e.inner)
	copy(e.outer[sha512.BlockSize:], sum[:])
	return sha512.Sum512(e.outer)
}

func (e *expander) wipe() {
	clear(e.inner)
	clear(e.outer)
}

// each shares n items out over all processors.
func each(n int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+255)/256)
	if workers <= 1 {
		do(0, n)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}
