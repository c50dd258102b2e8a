package people

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	// ErrDamaged is a file of a folder that is not as it was written.
	ErrDamaged = errors.New("people: damaged; restore the folder from a backup")
	// ErrFull is a dataset with more persons than a folder can tell apart.
	ErrFull = errors.New("people: more than 4,294,967,295 persons in one dataset")
)

// A Folder keeps the dictionary and the sets of one dataset. Several processes
// may use it at once.
type Folder struct {
	path   string
	memory int64
}

// defaultMemory is the bytes of digests that a writer holds before it uses
// temporary files.
const defaultMemory = 64 << 20

// Open gives the folder of a dataset, making it where there is none. Memory
// bounds the bytes of digests that a writer holds, 64 MiB where it is 0; besides
// them a bit for every person of the dataset is held.
func Open(path string, memory int64) (*Folder, error) {
	if memory <= 0 {
		memory = defaultMemory
	}
	return &Folder{path, memory}, os.MkdirAll(path, 0o700)
}

// The files of a folder.
const (
	dictionaryFile = "dictionary"
	lockFile       = "lock"
	setSuffix      = ".set"
)

var runForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)

func (f *Folder) file(name string) string { return filepath.Join(f.path, name) }

// Runs names the runs that a person took part in, in the order of their names. A
// person who is known by several identifiers has as many digests; one is enough.
func (f *Folder) Runs(ctx context.Context, digests ...Digest) (runs []string, err error) {
	ids, err := f.lookup(digests)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		run, ok := strings.CutSuffix(e.Name(), setSuffix)
		if !ok {
			continue
		}
		has, err := setHas(f.file(e.Name()), ids)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if has {
			runs = append(runs, run)
		}
	}
	slices.Sort(runs)
	return runs, nil
}

// lookup is the numbers of the digests that the dictionary has.
func (f *Folder) lookup(digests []Digest) (ids []uint32, err error) {
	d, err := openDictionary(f.file(dictionaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	for _, digest := range digests {
		id, ok, err := d.find(digest)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Remove deletes the set of a run whose time is up.
func (f *Folder) Remove(run string) error {
	if !runForm.MatchString(run) {
		return badRun(run)
	}
	return os.Remove(f.file(run + setSuffix))
}

func badRun(run string) error {
	return fmt.Errorf("people: run %.64q: use letters, digits, - and _, at most 128", run)
}
