package people

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
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
	digest func(kind string, identifier []byte) Digest
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
	pool := sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}
	return Key{func(kind string, identifier []byte) Digest {
		mac := pool.Get().(hash.Hash)
		defer pool.Put(mac)
		return sum(mac, kind, identifier)
	}}, nil
}

// Digest makes the digest of a person's identifier, normalised, of a kind such
// as "email". It is safe for concurrent use.
func (k Key) Digest(kind string, identifier []byte) Digest { return k.digest(kind, identifier) }

// sum keeps kind and identifier apart by the length of the first.
func sum(mac hash.Hash, kind string, identifier []byte) Digest {
	var out [sha256.Size]byte
	mac.Reset()
	mac.Write(binary.AppendUvarint(out[:0], uint64(len(kind))))
	mac.Write([]byte(kind))
	mac.Write(identifier)
	return digestOf(mac.Sum(out[:0]))
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
