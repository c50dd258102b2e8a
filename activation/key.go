package activation

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/cloudflare/circl/hpke"
	"github.com/cloudflare/circl/kem"
)

// ErrKey is a key that cannot be used.
var ErrKey = errors.New("not a key of an activation's recipient")

// The forms of HPKE keys as people pass them on. The public one has a check, so
// that a slip of the pen is found.
const (
	publicMark = "hpke+"
	secretMark = "HPKE-SECRET-KEY+"
)

// A Recipient is whom a file is sealed to.
type Recipient struct {
	line string
	seal func(w io.Writer, header []byte) (io.WriteCloser, error)
}

// ParseRecipient reads a public key: age1… of age, or hpke+… of [GenerateKey].
func ParseRecipient(line string) (*Recipient, error) {
	if strings.HasPrefix(line, publicMark) {
		return parseHPKE(line)
	}
	to, err := age.ParseX25519Recipient(line)
	if err != nil {
		return nil, fmt.Errorf("%w: write an age1… key, or the hpke+… line of `mandorla activation key`", ErrKey)
	}
	return &Recipient{line, func(w io.Writer, _ []byte) (io.WriteCloser, error) { return age.Encrypt(w, to) }}, nil
}

func parseHPKE(line string) (*Recipient, error) {
	bad := fmt.Errorf("%w: the hpke+… line is not as `mandorla activation key` printed it", ErrKey)
	fields := strings.SplitN(line, "+", 3)
	if len(fields) != 3 {
		return nil, bad
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(fields[2])
	if err != nil || publicLine(raw) != line {
		return nil, bad
	}
	public, err := hpkeKEM.Scheme().UnmarshalBinaryPublicKey(raw)
	if err != nil {
		return nil, bad
	}
	return &Recipient{line, func(w io.Writer, header []byte) (io.WriteCloser, error) { return newSealer(w, public, header) }}, nil
}

func publicLine(raw []byte) string {
	sum := sha256.Sum256(append([]byte("mandorla hpke x25519\n"), raw...))
	return publicMark + hex.EncodeToString(sum[:4]) + "+" + base64.StdEncoding.EncodeToString(raw)
}

// An Identity opens what was sealed to its public key. It has no printed form.
type Identity struct {
	open func(r io.Reader, header []byte) (io.Reader, error)
}

// GenerateKey makes an HPKE key: the text of a key file, to be kept secret, and
// the public line that goes into agreements.
func GenerateKey() (file []byte, public string, err error) {
	pk, sk, err := hpkeKEM.Scheme().GenerateKeyPair()
	if err != nil {
		return nil, "", err
	}
	rawPublic, err := pk.MarshalBinary()
	if err != nil {
		return nil, "", err
	}
	raw, err := sk.MarshalBinary()
	if err != nil {
		return nil, "", err
	}
	defer clear(raw)
	public = publicLine(rawPublic)
	return fmt.Appendf(nil, "# public key: %s\n%s%s\n", public, secretMark, base64.StdEncoding.EncodeToString(raw)), public, nil
}

// maxKeyFile bounds a key file, in bytes.
const maxKeyFile = 1 << 16

// ReadIdentity reads a key file: of [GenerateKey], or an identity file of age.
func ReadIdentity(r io.Reader) (*Identity, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxKeyFile))
	if err != nil {
		return nil, err
	}
	defer clear(b)
	for line := range strings.Lines(string(b)) {
		if secret, ok := strings.CutPrefix(strings.TrimSpace(line), secretMark); ok {
			return hpkeIdentity(secret)
		}
	}
	ids, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil { // whose text quotes the file
		return nil, fmt.Errorf("%w: the key file holds no AGE-SECRET-KEY-1… and no %s…", ErrKey, secretMark)
	}
	return &Identity{func(r io.Reader, _ []byte) (io.Reader, error) { return age.Decrypt(r, ids...) }}, nil
}

func hpkeIdentity(secret string) (*Identity, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(secret)
	var sk kem.PrivateKey
	if err == nil {
		sk, err = hpkeKEM.Scheme().UnmarshalBinaryPrivateKey(raw)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the line %s… is damaged", ErrKey, secretMark)
	}
	return &Identity{func(r io.Reader, header []byte) (io.Reader, error) { return newOpener(r, sk, header) }}, nil
}

// The suite, of RFC 9180.
const (
	hpkeKEM  = hpke.KEM_X25519_HKDF_SHA256
	hpkeKDF  = hpke.KDF_HKDF_SHA256
	hpkeAEAD = hpke.AEAD_AES256GCM
)

var suite = hpke.NewSuite(hpkeKEM, hpkeKDF, hpkeAEAD)
