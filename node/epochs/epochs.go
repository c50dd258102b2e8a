package epochs

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mandorla/crypto/ristretto"
	"mandorla/ledger/durable"
	"mandorla/match"
)

// An Epoch says whose epoch it is: one agreement's, one analysis's, with one
// partner.
type Epoch struct {
	Agreement [32]byte
	Analysis  string
	Partner   string
	Learns    bool     // whether this node asks
	Levels    []string // of its runs
	Widths    [2]int   // bytes of a row of what is kept: of an identifier, and of a tag
}

// file is the name of the epoch's file.
func (e Epoch) file() string {
	return fmt.Sprintf("%x-%s-%s%s", e.Agreement[:8], e.Analysis, e.Partner, suffix)
}

const suffix = ".epoch"

// A State is what an epoch's runs so far have left.
type State struct {
	Epoch
	Began  time.Time // when its first run was proposed
	Days   uint64    // that it lasts
	Pepper [32]byte
	Asked  uint64         // identifiers that the later runs have asked about, padded
	Key    *ristretto.Key // the vendor's; nil at the asker
	Kept   match.Kept

	file    *os.File // the tables are read from; nil where they are elsewhere
	path    string
	front   int64 // bytes of the header
	claimed bool
}

// Ends is when the epoch is over.
func (s *State) Ends() time.Time { return s.Began.Add(time.Duration(s.Days) * 24 * time.Hour) }

// Format implements [fmt.Formatter]: a state has no printed form.
func (s *State) Format(f fmt.State, _ rune) { f.Write([]byte("epochs.State(secret)")) }

// Close wipes the key and gives the tables back.
func (s *State) Close() error {
	if s.Key != nil {
		s.Key.Wipe()
	}
	clear(s.Pepper[:])
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// A Folder is a node's epochs.
type Folder struct {
	dir  string
	seal cipher.AEAD
	mac  func() macHash
}

// A macHash is a MAC that is being made.
type macHash interface {
	io.Writer
	Sum(b []byte) []byte
}

// Open opens a folder of epochs, which need not be there yet. The secret is the
// node's, 32 bytes at least, and used for nothing else.
func Open(dir string, secret []byte) (*Folder, error) {
	derive := func(what string) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(what))
		return h.Sum(nil)
	}
	block, err := aes.NewCipher(derive("seal"))
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	key := derive("mac")
	return &Folder{dir, seal, func() macHash { return hmac.New(sha256.New, key) }}, err
}

// sealed puts a nonce in front of what seal makes.
func sealed(a cipher.AEAD, seal func(nonce []byte) ([]byte, error)) ([]byte, error) {
	nonce := make([]byte, a.NonceSize())
	rand.Read(nonce)
	b, err := seal(nonce)
	return append(nonce, b...), err
}

// Claim takes the state's file away, for a run that goes by it: from then on no
// other can, and if the run does not end, the epoch does. The disk has the key no
// longer; what has been read of the state stays readable. It fails with [ErrTaken] if
// another run was there first.
func (s *State) Claim() error {
	if s.claimed { // what stands there now is of a later run
		return ErrTaken
	}
	mine, err := s.file.Stat()
	if err != nil {
		return err
	}
	taken, err := s.rename()
	if errors.Is(err, fs.ErrNotExist) {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	theirs, err := os.Stat(taken)
	if errors.Is(err, fs.ErrNotExist) { // the epoch is over, and somebody has tidied up
		return ErrTaken
	}
	_, failed := forget(taken)
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	if !os.SameFile(mine, theirs) {
		return ErrTaken
	}
	s.claimed = true
	return nil
}

// rename gives the state's file a name that no other run looks for, and the time of
// now, so that nobody takes it for what a crash has left.
func (s *State) rename() (taken string, err error) {
	var name [8]byte
	rand.Read(name[:])
	taken = fmt.Sprintf("%s.%x", s.path, name)
	now := time.Now()
	if err := os.Chtimes(s.path, now, now); err != nil {
		return "", err
	}
	return taken, os.Rename(s.path, taken)
}

// claimedNames are those that rename gives.
const claimedNames = "*" + suffix + ".????????????????"

// ErrTaken is an epoch that another run goes by.
var ErrTaken = errors.New("epochs: another run of the epoch is under way, or has just ended")

// Forget ends an epoch, if there is one: its file is written over where the key
// stands, and removed.
func (f *Folder) Forget(e Epoch) error {
	_, err := forget(filepath.Join(f.dir, e.file()))
	return err
}

// forget forgets a file, and reports whether it was there to be removed.
func forget(path string) (gone bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = errors.Join(overwriteFront(file), file.Close())
	gone, failed := durable.Remove(path)
	return gone, errors.Join(err, failed)
}

// overwriteFront writes zeros over the header, where the key stands, and leaves how
// long it was. The tables stay: a run that claimed the state a moment ago still reads
// them.
func overwriteFront(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if n := min(info.Size(), frontOf(file)) - int64(prelude); n > 0 {
		_, err = file.WriteAt(make([]byte, n), int64(prelude))
	}
	return errors.Join(err, file.Sync())
}

// frontOf is the bytes in front of a file's tables, also where they have been written
// over; of what is no file of an epoch, as many as there can be.
func frontOf(file io.ReaderAt) int64 {
	const most = int64(prelude + mostHeader)
	r := io.NewSectionReader(file, 0, most)
	_, err := readHeader(r)
	front, _ := r.Seek(0, io.SeekCurrent)
	if err == nil || spent(file, front) {
		return front
	}
	return most
}

// spent reports whether a header has been written over already.
func spent(file io.ReaderAt, front int64) bool {
	b := make([]byte, max(front-int64(prelude), 0))
	n, err := file.ReadAt(b, int64(prelude))
	return err == nil && n > 0 && !slices.ContainsFunc(b, func(c byte) bool { return c != 0 })
}

// Sweep forgets the epochs that are over or, by a clock set back, have not begun,
// those of agreements that are not open, and what cannot be read; it answers with how
// many it has removed.
func (f *Folder) Sweep(now time.Time, open func(agreement [32]byte) bool) (gone int, err error) {
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || f.stays(entry, now, open) {
			continue
		}
		removed, err := forget(filepath.Join(f.dir, entry.Name()))
		if removed {
			gone++
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// stays reports whether a file is of an epoch that goes on. What a run is writing or
// claiming has the time that a run may take, and its header may not be there yet, or
// no longer.
func (f *Folder) stays(entry fs.DirEntry, now time.Time, open func(agreement [32]byte) bool) bool {
	name := entry.Name()
	claimed, _ := filepath.Match(claimedNames, name)
	passing := claimed || strings.HasPrefix(name, temporary)
	if passing && !recent(entry, now) {
		return false
	}
	if !passing && !strings.HasSuffix(name, suffix) {
		return false
	}
	h, err := peek(filepath.Join(f.dir, name))
	if err != nil {
		return passing
	}
	return h.lasts(now) && open([32]byte(h.Agreement))
}

// recent reports whether a file was written within the time that a run may take.
func recent(entry fs.DirEntry, now time.Time) bool {
	info, err := entry.Info()
	if err != nil {
		return false
	}
	age := now.Sub(info.ModTime())
	return -Skew <= age && age < 24*time.Hour
}

// peek reads a file's header.
func peek(path string) (*header, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(file)
	return h, errors.Join(err, file.Close())
}
