package ot

import (
	"crypto/sha256"
	"encoding/binary"

	"mandorla/crypto/gf128"
)

// label begins everything that this package hashes.
const label = "CLEANROOM-V01-CS01-OT|"

// A use keeps apart what is hashed for different ends.
type use byte

const (
	useBase      use = iota + 1 // all messages of the base OTs
	useSeed                     // a seed of a base OT
	useSession                  // the base OTs and the session of an extension
	useTop                      // a seed to a node below the root of a tree
	useNode                     // a node of a tree to its two children
	usePad                      // a seed to what hides a level's sum
	useTag                      // a leaf to what is checked
	useTags                     // all tags
	useStream                   // a leaf to the key of its stream
	useTrees                    // the session and the message of the trees
	useChallenge                // all messages of an extension
	useColumns                  // the hashed columns
)

// digest hashes several strings that only the last of has a length of its own.
func digest(u use, parts ...[]byte) (sum [32]byte) {
	h := sha256.New()
	h.Write([]byte(label))
	h.Write([]byte{byte(u)})
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// An oracle hashes the secrets of one session of the extension.
type oracle [32]byte

// of hashes a secret at its place.
func (o *oracle) of(u use, tree, level, at int, secret gf128.Element) [32]byte {
	var msg [len(label) + 1 + 32 + 3 + gf128.Size]byte
	rest := msg[copy(msg[:], label):]
	rest[0] = byte(u)
	rest = rest[1+copy(rest[1:], o[:]):]
	rest[0], rest[1], rest[2] = byte(tree), byte(level), byte(at)
	secret.Put(rest[3:])
	sum := sha256.Sum256(msg[:])
	clear(msg[:])
	return sum
}

// block is the first half of a hash of a secret.
func (o *oracle) block(u use, tree, level, at int, secret gf128.Element) gf128.Element {
	sum := o.of(u, tree, level, at, secret)
	return gf128.FromBytes(sum[:])
}

// uint64s are numbers as they are hashed.
func uint64s(numbers ...uint64) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}
