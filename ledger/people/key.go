package people

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mandorla/crypto/sums"
)

// A Digest stands for one identifier of one person. Half of an HMAC-SHA256 is
// kept: among a billion persons the chance that any two share one is 2^-69.
type Digest struct{ hi, lo uint64 }

func digestOf(b []byte) Digest {
	return Digest{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (d Digest) append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, d.hi), d.lo)
}

// compare orders digests by their bytes.
func (d Digest) compare(e Digest) int {
	switch {
	case d.hi != e.hi && d.hi < e.hi, d.hi == e.hi && d.lo < e.lo:
		return -1
	case d == e:
		return 0
	}
	return 1
}

// digestSize is the bytes of a stored digest.
const digestSize = 16

// A Key is the node's secret that digests are made with. It is held as a
// function, which nothing can print or compare.
type Key struct {
	kind func(name string) Kind
}

// A Kind makes the digests of identifiers of one kind, and cannot be printed
// either. It is safe for concurrent use, until it is wiped.
type Kind struct {
	digests func(dst []Digest, identifier func(i int) []byte)
	wipe    func()
}

// keySize is the bytes of the secret.
const keySize = 32

// ReadKey reads the secret, and makes one where there is none. Its file belongs
// beside the node's other keys, outside the folder of sets.
func ReadKey(file string) (Key, error) {
	secret, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		secret, err = makeKey(file)
	}
	if err != nil {
		return Key{}, err
	}
	if len(secret) != keySize || bytes.Equal(secret, make([]byte, keySize)) {
		return Key{}, fmt.Errorf("%s: not a key of %d bytes; restore it from a backup", file, keySize)
	}
	return Key{func(name string) Kind { return newKind([keySize]byte(secret), name) }}, nil
}

// Kind is what makes digests of identifiers of a kind such as "email". Whoever
// asks for it wipes it.
func (k Key) Kind(name string) Kind { return k.kind(name) }

// Digest makes the digest of one person's identifier, normalised, of a kind such
// as "email".
func (k Key) Digest(kind string, identifier []byte) Digest {
	var out [1]Digest
	one := k.Kind(kind)
	defer one.Wipe()
	one.Digests(out[:], func(int) []byte { return identifier })
	return out[0]
}

// Digests makes the digests of persons' identifiers, normalised, as many as dst
// has room for. They are asked for in order, each lent until it is hashed.
func (k Kind) Digests(dst []Digest, identifier func(i int) []byte) { k.digests(dst, identifier) }

// Wipe overwrites what the kind knows of the secret. What Digests gives
// afterwards has nothing to do with it.
func (k Kind) Wipe() { k.wipe() }

// newKind keeps kind and identifier apart by the length of the first.
func newKind(secret [keySize]byte, name string) Kind {
	defer clear(secret[:])
	mac := sums.NewMAC(secret, append(binary.AppendUvarint(nil, uint64(len(name))), name...))
	digests := func(dst []Digest, identifier func(i int) []byte) {
		var room [64 * sums.Size]byte
		for first := 0; first < len(dst); first += len(room) / sums.Size {
			some := dst[first:min(len(dst), first+len(room)/sums.Size)]
			mac.Sums(room[:len(some)*sums.Size], func(i int) []byte { return identifier(first + i) })
			for i := range some {
				some[i] = digestOf(room[i*sums.Size:])
			}
		}
	}
	return Kind{digests, mac.Wipe}
}

// makeKey writes a new secret, unless another process was faster; then that one
// stands.
func makeKey(file string) ([]byte, error) {
	secret := make([]byte, keySize)
	rand.Read(secret)
	temporary, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(secret)
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temporary.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(file)
}
