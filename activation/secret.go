package activation

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// A Secret is the node's key that decoys are drawn with and sightings are looked
// up by. It is held as a function, which nothing can print or compare.
type Secret struct {
	mac func(use string, parts ...string) []byte
}

const secretSize = 32

// ReadSecret reads the secret, and makes one (mode 0600) where there is none.
func ReadSecret(file string) (Secret, error) {
	key, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeSecret(file)
	}
	if err != nil {
		return Secret{}, err
	}
	if len(key) != secretSize || bytes.Equal(key, make([]byte, secretSize)) {
		return Secret{}, fmt.Errorf("%s: not a key of %d bytes; restore it from a backup", file, secretSize)
	}
	return newSecret(key), nil
}

func newSecret(key []byte) Secret {
	return Secret{func(use string, parts ...string) []byte {
		mac := hmac.New(sha256.New, key)
		for _, p := range append([]string{use}, parts...) { // each after its length, so that no two lists of parts are alike
			mac.Write(binary.AppendUvarint(nil, uint64(len(p))))
			mac.Write([]byte(p))
		}
		return mac.Sum(nil)
	}}
}

// makeSecret writes a new secret, unless another process was faster; then that
// one stands.
func makeSecret(file string) ([]byte, error) {
	key := make([]byte, secretSize)
	rand.Read(key)
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(file)
}

// markSize is the bytes of a mark: among a billion sightings and a billion decoys
// the chance of a wrong hit is 2^-68.
const markSize = 16

// Mark is what is kept of a decoy's value: nobody without the secret can tell the
// value from it, or whether a guess is right. Spelling that gets lost on the way
// (capitals, blanks, punctuation) makes no difference.
func (s Secret) Mark(value string) string {
	return hex.EncodeToString(s.mac("mark", fold(value))[:markSize])
}

// fold is a value without what gets lost on the way.
func fold(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '@' {
			return unicode.ToLower(r)
		}
		return -1
	}, value)
}

// A List is one activation: the same rows to another recipient, or of another run,
// get other decoys.
type List struct{ Recipient, Agreement, Run string }

// draws gives the choices of one purpose.
func (s Secret) draws(l List, purpose string, number, attempt int) *draws {
	key := s.mac("decoy", l.Recipient, l.Agreement, l.Run, purpose, fmt.Sprint(number), fmt.Sprint(attempt))
	return &draws{key: key}
}
