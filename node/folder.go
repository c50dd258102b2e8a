package node

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
	"golang.org/x/mod/sumdb/note"
)

// The files of a node's folder.
const (
	configFile  = "node.yaml"
	keyFile     = "identity.key"
	pubFile     = "identity.pub"
	agreements  = "agreements"
	results     = "results"
	temporaries = "tmp"
)

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

const template = `# The node of %[1]s. docs/operating.md explains every field.
name: %[1]s
listen: 127.0.0.1:7401
datasets: {}
#  customers:
#    source: customers.csv            # .csv .parquet .arrow; a folder or a glob reads all parts
#    identifiers:                     # in order of priority
#      - {type: email, column: email}
#      - {type: phone, column: phone, region: DE}
#    eligibility: {column: consent, kind: flag}
peers: {}
#  bank: {address: 127.0.0.1:7402}    # its key stands in the agreement
`

// Init makes a node's folder and answers with its verifier key, the one line
// that goes into agreements. It never replaces a key that is already there.
// With a passphrase the key file is encrypted (filippo.io/age, scrypt).
func Init(dir, name, passphrase string) (verifier string, err error) {
	if !nameForm.MatchString(name) {
		return "", fmt.Errorf("name: use lower-case letters, digits, - and _, at most 63, beginning with a letter or digit")
	}
	for _, d := range []string{dir, filepath.Join(dir, agreements), filepath.Join(dir, results)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return "", err
		}
	}
	skey, vkey, err := note.GenerateKey(nil, name)
	if err != nil {
		return "", err
	}
	sealed, err := sealKey(skey, passphrase)
	if err != nil {
		return "", err
	}
	files := []struct {
		name string
		body []byte
		mode os.FileMode
	}{
		{keyFile, sealed, 0o600},
		{pubFile, []byte(vkey + "\n"), 0o644},
		{configFile, fmt.Appendf(nil, template, name), 0o644},
	}
	for _, f := range files {
		if err := create(filepath.Join(dir, f.name), f.body, f.mode); err != nil {
			return "", err
		}
	}
	return vkey, nil
}

// create writes a file that must not be there yet.
func create(path string, body []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is already there; a node's folder is made once", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

func sealKey(skey, passphrase string) ([]byte, error) {
	if passphrase == "" {
		return []byte(skey + "\n"), nil
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	w, err := age.Encrypt(a, r)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(w, skey+"\n")
	return out.Bytes(), errors.Join(err, w.Close(), a.Close())
}

// An Identity is a node's long-term key. It signs; it never blinds.
type Identity struct {
	Name     string
	Verifier string // the line that goes into agreements
	signer   note.Signer
	key      note.Verifier
	private  ed25519.PrivateKey
}

// readIdentity opens identity.key; passphrase is asked only for an encrypted one.
func readIdentity(dir string, passphrase func() (string, error)) (*Identity, error) {
	path := filepath.Join(dir, keyFile)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w; `mandorla init` makes a node's folder", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others; `chmod 600` it", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(b, []byte(armor.Header)) {
		if b, err = unsealKey(b, passphrase); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return parseIdentity(strings.TrimSpace(string(b)))
}

func unsealKey(b []byte, passphrase func() (string, error)) ([]byte, error) {
	p, err := passphrase()
	if err != nil {
		return nil, err
	}
	id, err := age.NewScryptIdentity(p)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(b)), id)
	if err != nil {
		return nil, fmt.Errorf("cannot be opened with this passphrase: %w", err)
	}
	return io.ReadAll(io.LimitReader(r, 1<<16))
}

// parseIdentity reads the signer key format of golang.org/x/mod/sumdb/note,
// whose last field is the algorithm (1, Ed25519) and the seed.
func parseIdentity(skey string) (*Identity, error) {
	signer, err := note.NewSigner(skey)
	if err != nil {
		return nil, fmt.Errorf("%s: not a key of this program", keyFile)
	}
	fields := strings.SplitN(skey, "+", 5)
	raw, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, fmt.Errorf("%s: not an Ed25519 key", keyFile)
	}
	private := ed25519.NewKeyFromSeed(raw[1:])
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	key, err := note.NewVerifier(verifier)
	if err != nil {
		return nil, err
	}
	return &Identity{Name: signer.Name(), Verifier: verifier, signer: signer, key: key, private: private}, nil
}

// verifier checks what the signer signs.
func (id *Identity) verifier() note.Verifier { return id.key }

// sign is a signature over a message that says itself what it is for.
func (id *Identity) sign(msg []byte) (sig [64]byte) {
	copy(sig[:], ed25519.Sign(id.private, msg))
	return sig
}

// publicKey is the Ed25519 key of a verifier key line.
func publicKey(verifier string) (ed25519.PublicKey, error) {
	if _, err := note.NewVerifier(verifier); err != nil {
		return nil, fmt.Errorf("not a verifier key: %w", err)
	}
	fields := strings.SplitN(verifier, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		return nil, errors.New("not an Ed25519 verifier key")
	}
	return ed25519.PublicKey(raw[1:]), nil
}
