package node

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mandorla/activation"
	"mandorla/ledger"
	"mandorla/ledger/durable"
)

// begunSuffix is the ending of what is stored of a deletion beside the place of its
// receipt, until this is there.
const begunSuffix = ".begun"

// A deletion is one that was begun: the receipt of it, and what it is for. It is on
// disk from before anything is deleted until the receipt is in its place.
type deletion struct {
	Paths   []string `json:"paths"`   // absolute: what was opened, and the sealed file last
	Receipt string   `json:"receipt"` // signed

	gone ledger.Deleted // as the receipt has it
}

// DeleteActivation deletes an activation's file at its recipient's node, and what
// was opened from it, and signs for it. The answer is the receipt's file, beside
// the place of the other, to be handed to the sender. A deletion that was begun and
// did not come to its end, the same call finishes.
func (n *Node) DeleteActivation(ctx context.Context, file string, opened ...string) (receipt string, err error) {
	paths, err := absolute(append(slices.Clone(opened), file)) // the file last: by it a receipt can be made anew
	if err != nil {
		return "", err
	}
	receipt = file + deletionSuffix
	begun := receipt + begunSuffix
	d, err := n.beginDeletion(begun, file, paths)
	if err != nil {
		return "", err
	}
	for _, path := range d.Paths {
		if _, err := durable.Remove(path); err != nil {
			return "", err
		}
	}
	if err := errors.Join(n.keepOnce(ctx, d.Receipt), writeWhole(receipt, []byte(d.Receipt))); err != nil {
		return "", err
	}
	return receipt, os.Remove(begun)
}

// beginDeletion stores what is about to be deleted, with the signed receipt of it;
// where the file is gone already, it is what was stored then.
func (n *Node) beginDeletion(begun, file string, paths []string) (*deletion, error) {
	earlier, err := n.readBegun(begun)
	if err != nil {
		return nil, err
	}
	same := earlier != nil && slices.Equal(earlier.Paths, paths)
	if _, err := os.Stat(file); earlier != nil && errors.Is(err, os.ErrNotExist) {
		if !same {
			return nil, unusable("%s: the deletion of other files was begun: %s; give these, the first ones with --opened",
				begun, strings.Join(earlier.Paths, ", "))
		}
		return earlier, nil
	}
	h, err := headerOf(file)
	if err != nil {
		return nil, err
	}
	if h.To != n.id.Name {
		return nil, refuse("%s: it is for %.64q, who signs for it", file, h.To)
	}
	sum, err := fileSum(file)
	if err != nil {
		return nil, err
	}
	d := &deletion{Paths: paths, gone: ledger.DeletedFile(h.Run, sum, uint64(len(paths)), 0)}
	if earlier != nil && (earlier.gone.Run != d.gone.Run || earlier.gone.What != d.gone.What) {
		return nil, unusable("%s: the deletion of another file of this name was begun; move this one away, and give the same as then", file)
	}
	if same { // some of it may be gone
		d.gone = earlier.gone
		return d, n.storeBegun(begun, h, d)
	}
	if d.gone.Bytes, err = weighAll(paths); err != nil {
		return nil, err
	}
	return d, n.storeBegun(begun, h, d)
}

// storeBegun signs the receipt of a deletion and puts both on disk.
func (n *Node) storeBegun(begun string, h activation.Header, d *deletion) error {
	r := &ledger.Deletion{Message: "DELETION", Agreement: h.Agreement, Name: h.Name, Member: n.id.Name,
		Why: "the rows were to be deleted by " + h.DeleteBy, At: n.now().UTC().Format(time.RFC3339), Build: n.build, Deleted: []ledger.Deleted{d.gone}}
	signed, err := r.Sign(n.id.signer)
	if err != nil {
		return err
	}
	d.Receipt = string(signed)
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return writeWhole(begun, append(b, '\n'))
}

// readBegun is a deletion that was begun; nil where none was.
func (n *Node) readBegun(begun string) (*deletion, error) {
	b, err := readTerms(begun)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, r := new(deletion), new(ledger.Deletion)
	if err = json.Unmarshal(b, d); err == nil {
		r, _, err = ledger.ReadDeletion([]byte(d.Receipt), n.id.verifier())
	}
	if err == nil && len(r.Deleted) != 1 {
		err = ledger.ErrDeletion
	}
	if err != nil {
		return nil, unusable("%s: which deletion was begun cannot be known: %w; remove it, if the sealed file is still there, and begin again", begun, err)
	}
	d.gone = r.Deleted[0]
	return d, nil
}

// absolute makes paths absolute, each of another place.
func absolute(paths []string) (out []string, err error) {
	for _, path := range paths {
		whole, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, whole) {
			return nil, unusable("%s: it is given twice", path)
		}
		out = append(out, whole)
	}
	return out, nil
}

// weighAll adds up the bytes of files, all of which have to be there.
func weighAll(paths []string) (bytes uint64, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return 0, err
		}
		bytes += uint64(info.Size())
	}
	return bytes, nil
}

// keepOnce puts a deletion receipt into the ledger, unless it is there.
func (n *Node) keepOnce(ctx context.Context, signed string) error {
	return n.withBook(ctx, func(book *ledger.Book) error {
		for record, err := range book.Records(ctx, ledger.KindDeletion, "") {
			if err != nil {
				return err
			}
			if record.Body == signed {
				return nil
			}
		}
		return book.KeepDeletion(ctx, []byte(signed), n.now(), n.id.verifier())
	})
}

func headerOf(file string) (h activation.Header, err error) {
	f, err := os.Open(file)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if h, err = activation.ReadHeader(f); err != nil {
		return h, unusable("%s: %w", file, err)
	}
	return h, nil
}
