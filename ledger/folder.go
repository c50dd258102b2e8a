package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The files of a folder that are receipts end in one of these.
const (
	receiptSuffix  = "receipt.txt"
	deletionSuffix = "deletion.txt"
)

// A Summary is what a folder of receipts was found to hold.
type Summary struct {
	Completed int
	Failed    int // of runs; one member's signature is enough
	Deletions int
}

// ErrNoReceipts is a folder without a receipt in it.
var ErrNoReceipts = errors.New("ledger: no " + receiptSuffix + " in the folder or below it")

// VerifyFolder checks every receipt in a folder and below it, offline and with
// nothing but the members' keys: files whose names end in receipt.txt or
// deletion.txt. It fails with a [Fault] that names the first file that is not
// what the members signed.
func VerifyFolder(folder fs.FS, keys ...note.Verifier) (s Summary, err error) {
	hashes := map[string]string{}
	err = eachReceipt(folder, keys, func(name string, r *Receipt, signed []string) error {
		if r.State != Completed {
			s.Failed++
			return nil
		}
		if len(signed) != len(r.Members) {
			return &Fault{name, "is of a completed run, and some member has not signed it"}
		}
		hash, err := r.Hash()
		if err != nil {
			return err
		}
		if other, ok := hashes[r.Run]; ok && other != hash {
			return &Fault{name, "is the second receipt of its run, and another one"}
		}
		hashes[r.Run] = hash
		s.Completed++
		return nil
	})
	if err != nil {
		return s, err
	}
	s.Deletions, err = verifyDeletions(folder, keys)
	if err == nil && s == (Summary{}) {
		err = ErrNoReceipts
	}
	return s, err
}

// eachReceipt reads the receipts of runs in a folder and below it.
func eachReceipt(folder fs.FS, keys []note.Verifier, do func(name string, r *Receipt, signed []string) error) error {
	return eachNote(folder, receiptSuffix, func(name string, data []byte) error {
		r, signed, err := Read(data, keys...)
		if err != nil {
			return &Fault{name, "is not the receipt that the members signed"}
		}
		for _, member := range signed {
			if _, ok := r.Members[member]; !ok {
				return &Fault{name, "is signed by somebody who is no member of the run"}
			}
		}
		return do(name, r, signed)
	})
}

func verifyDeletions(folder fs.FS, keys []note.Verifier) (deletions int, err error) {
	err = eachNote(folder, deletionSuffix, func(name string, data []byte) error {
		if _, _, err := ReadDeletion(data, keys...); err != nil {
			return &Fault{name, "is not the deletion receipt that the member signed"}
		}
		deletions++
		return nil
	})
	return deletions, err
}

// eachNote gives the files whose names end in a suffix, as far as a note may be
// long.
func eachNote(folder fs.FS, suffix string, do func(name string, data []byte) error) error {
	return fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, suffix) {
			return err
		}
		f, err := folder.Open(name)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(io.LimitReader(f, maxNote+1))
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		return do(name, data)
	})
}

// A Mark is what a result bears in its metadata: the hashes of its receipt and
// of its agreement, sha256:… both.
type Mark struct{ Receipt, Agreement string }

// errFound ends a walk.
var errFound = errors.New("found")

// Follow goes from a result's mark to its receipt in a folder, and from there to
// the agreement: the receipt has to be that of a completed run, signed by every
// member, under the agreement that the result names. It answers with the receipt
// and its file. Whether a file at hand is that agreement, its own hash tells.
func Follow(folder fs.FS, m Mark, keys ...note.Verifier) (found *Receipt, file string, err error) {
	err = eachReceipt(folder, keys, func(name string, r *Receipt, signed []string) error {
		hash, err := r.Hash()
		if err != nil || hash != m.Receipt {
			return err
		}
		found, file = r, name
		if r.State != Completed || len(signed) != len(r.Members) {
			return &Fault{name, "is not the receipt of a completed run, signed by every member"}
		}
		if r.Agreement != m.Agreement {
			return &Fault{"the result", "names another agreement than its receipt does"}
		}
		return errFound
	})
	if errors.Is(err, errFound) {
		return found, file, nil
	}
	if err == nil {
		err = &Fault{"the result", "names a receipt that is not in the folder"}
	}
	return nil, "", err
}

// VerifyFiles checks the files of every run against the sums in the log, in a
// node's folder. It fails with a [Fault] that names the first file that is not
// as it was left; those that are not there any more are counted.
func (b *Book) VerifyFiles(ctx context.Context, folder fs.FS) (checked, absent int, err error) {
	for record, err := range b.Records(ctx, KindFiles, "") {
		var f Files
		if err == nil {
			err = Decode([]byte(record.Body), &f)
		}
		if err != nil {
			return checked, absent, err
		}
		for _, name := range slices.Sorted(maps.Keys(f.Sums)) {
			is, err := sumOf(folder, name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				absent++
			case err != nil:
				return checked, absent, err
			case is != f.Sums[name]:
				return checked, absent, &Fault{name, fmt.Sprintf("is not the file that run %s left (record %d)", f.Run, record.Place)}
			default:
				checked++
			}
		}
	}
	return checked, absent, nil
}

// SumFiles makes the sums that KeepFiles takes.
func SumFiles(folder fs.FS, names ...string) (map[string]string, error) {
	sums := map[string]string{}
	for _, name := range names {
		sum, err := sumOf(folder, name)
		if err != nil {
			return nil, err
		}
		sums[path.Clean(name)] = sum
	}
	return sums, nil
}

func sumOf(folder fs.FS, name string) (string, error) {
	f, err := folder.Open(path.Clean(name))
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// members are the names of a receipt's members, sorted.
func (r *Receipt) members() []string { return slices.Sorted(maps.Keys(r.Members)) }
