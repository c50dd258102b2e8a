package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/activation"
	"mandorla/agreement"
	"mandorla/arrowio"
	"mandorla/ledger/durable"
)

// An Opened is an activation's file as its recipient opened it.
type Opened struct {
	*activation.Manifest
	File   string `json:"file"`   // sha256:…, of the sealed file
	Sender string `json:"sender"` // the name in the key that signed
	Known  bool   `json:"known"`  // that key is a member's of the agreement that was shown
}

// OpenActivation opens a file with its recipient's key: the table appears whole or
// not at all, and only once the sender's signature on it holds. With the agreement
// (nil: not at hand) it also sees that the sender is a member whose rows may leave,
// and that the recipient is the one named.
func OpenActivation(file, keyFile, out string, a *agreement.Agreement) (opened *Opened, err error) {
	id, err := readRecipientKey(keyFile)
	if err != nil {
		return nil, err
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if _, err := os.Lstat(out); err == nil {
		return nil, unusable("--out %s: it is already there", out)
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".opened-") // mode 0600
	if err != nil {
		return nil, err
	}
	m, err := activation.Open(in, id, f)
	if err == nil {
		opened, err = known(m, out, a)
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		opened.File, err = fileSum(file)
	}
	if err == nil {
		err = os.Rename(f.Name(), out)
	}
	if err != nil {
		os.Remove(f.Name())
		return nil, unusableFile(file, err)
	}
	return opened, durable.SyncFolder(filepath.Dir(out))
}

// unusableFile puts a file that does not open among the inputs that cannot be used.
func unusableFile(file string, err error) error {
	if errors.Is(err, activation.ErrFile) {
		return unusable("%s: %w", file, err)
	}
	return err
}

// known says who sent a file, as far as the agreement at hand tells.
func known(m *activation.Manifest, out string, a *agreement.Agreement) (*Opened, error) {
	h := m.Header
	if ending := strings.TrimPrefix(filepath.Ext(out), "."); ending != h.Format && slices.Contains(arrowio.Formats(), ending) {
		return nil, unusable("--out %s: the table is %s; let the name end in .%s", out, h.Format, h.Format)
	}
	key, err := note.NewVerifier(h.From)
	if err != nil {
		return nil, activation.ErrFile
	}
	o := &Opened{Manifest: m, Sender: key.Name()}
	if a == nil {
		return o, nil
	}
	if a.ID() != h.Agreement {
		return nil, refuse("the file was made under another agreement (%s)", h.Agreement)
	}
	if err := a.Verify(); err != nil {
		return nil, refuse("%w", err)
	}
	to, _, err := a.Terms.Activation(o.Sender, h.To)
	if err != nil {
		return nil, refuse("%w", err)
	}
	if a.Terms.Members[o.Sender] != h.From || to.Key != h.Key {
		return nil, refuse("activate: the file was sealed by, or for, another key than the agreement names")
	}
	o.Known = true
	return o, nil
}

// readRecipientKey reads the key file of a recipient.
func readRecipientKey(path string) (id *activation.Identity, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others; `chmod 600` it", path)
	}
	if id, err = activation.ReadIdentity(f); err != nil {
		return nil, unusable("%s: %w", path, err)
	}
	return id, nil
}

// NewRecipientKey makes an HPKE key: a file that must not be there yet (mode
// 0600), and the public line that goes into agreements.
func NewRecipientKey(path string) (public string, err error) {
	file, public, err := activation.GenerateKey()
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return "", unusable("%s is already there; a key is never replaced", path)
	}
	if err != nil {
		return "", err
	}
	_, err = f.Write(file)
	return public, errors.Join(err, f.Sync(), f.Close())
}

// sealable refuses an agreement with a recipient's key that nothing can be sealed
// to.
func sealable(a *agreement.Agreement) error {
	if a.Terms.Activate == nil {
		return nil
	}
	for name, r := range a.Terms.Activate.Recipients {
		if _, err := activation.ParseRecipient(r.Key); err != nil {
			return refuse("activate.recipients.%s: %w", name, err)
		}
	}
	return nil
}

// fileSum is a file's hash as records write it.
func fileSum(path string) (string, error) {
	sum, err := sumOf(path)
	return "sha256:" + sum, err
}
