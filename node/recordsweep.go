package node

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"mandorla/ledger"
	"mandorla/ledger/durable"
)

// errUnderWay is a folder that a run has for itself.
var errUnderWay = errors.New("the run is under way")

// unfinished are the names that a run's files have until they are whole.
var unfinished = []string{"." + rowsFile + ".*.tmp", "." + removedFile + ".*.tmp", durable.Unfinished}

// released are files that are there only with a receipt of both nodes; a failed run leaves none.
var released = []string{rowsFile, removedFile, resultFile, openingFile}

// occupy holds the run's folder until the run's end, so that nobody takes what it
// writes for what a crash has left.
func (a *attempt) occupy(folder string) {
	if a.place != nil {
		return
	}
	held, err := holdFolder(folder)
	if err != nil { // then nobody else can hold it, and nothing is swept
		a.log.Warn("the run's folder cannot be locked", "run", a.run, "error", err)
		return
	}
	a.place = held
}

// letGo ends the holding of a folder; of none it does nothing.
func letGo(held **os.File) error {
	if *held == nil {
		return nil
	}
	folder := *held
	*held = nil
	return folder.Close()
}

// sweepRuns removes what runs that did not live to their end have left beside their
// receipts. What is under way is left alone.
func (n *Node) sweepRuns() {
	entries, err := os.ReadDir(filepath.Join(n.dir, results))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		n.log.Error("look for what interrupted runs have left", "error", err)
	}
	keys, err := n.ownKeys()
	if err != nil {
		n.log.Error("look for what interrupted runs have left", "error", err)
		return
	}
	for _, e := range entries {
		gone, err := n.sweepRun(e.Name(), keys)
		if err != nil {
			n.log.Error("remove what an interrupted run has left", "run", e.Name(), "error", err)
		}
		if gone > 0 {
			n.log.Info("removed what an interrupted run had left", "run", e.Name(), "files", gone)
		}
	}
}

func (n *Node) sweepRun(run string, keys []note.Verifier) (gone int, err error) {
	folder := filepath.Join(n.dir, results, run)
	held, err := tryFolder(folder)
	if err != nil { // it is under way, or may be
		return 0, nil
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	names := unfinished
	if r, err := n.receiptOf(run, keys); err == nil && r.State == ledger.Failed {
		names = slices.Concat(unfinished, released)
	}
	return removeNamed(folder, names)
}

// removeNamed removes what has one of the names in a folder, which need not be there.
func removeNamed(folder string, names []string) (gone int, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	for _, e := range entries {
		named := slices.ContainsFunc(names, func(pattern string) bool {
			ok, err := filepath.Match(pattern, e.Name())
			return ok && err == nil
		})
		if !named {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, err
}
