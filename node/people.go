package node

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/ledger"
	"mandorla/ledger/people"
)

// The secret that persons are remembered under, and the sets of who took part.
const (
	peopleKeyFile = "people.key"
	peopleFolder  = "people"
)

// peopleOf is where it is kept who of a dataset took part in which run.
func (n *Node) peopleOf(dataset string) (*people.Folder, error) {
	return people.Open(filepath.Join(n.dir, peopleFolder, dataset), n.buffer())
}

// remember notes whose records are part of the run, before any of it leaves.
func (a *attempt) remember() (err error) {
	key, err := people.ReadKey(filepath.Join(a.dir, peopleKeyFile))
	if err != nil {
		return err
	}
	folder, err := a.peopleOf(a.plan.datasetName())
	if err != nil {
		return err
	}
	w, err := folder.NewWriter(hex.EncodeToString(a.session.sid[:]))
	if err != nil {
		return err
	}
	var kinds []people.Kind
	for _, name := range a.plan.levels() {
		kinds = append(kinds, key.Kind(name))
	}
	if err := a.table.people(kinds, w.Add); err != nil {
		return errors.Join(err, w.Abort())
	}
	_, err = w.Close()
	return err
}

// people gives write the persons of all rows of the run, a kind of identifier for
// each level, some at a time. It wipes the kinds.
func (t *Table) people(kinds []people.Kind, write func(...people.Digest) error) error {
	defer func() {
		for _, k := range kinds {
			k.Wipe()
		}
	}()
	values := make([]gathered, len(kinds))
	digests := make([]people.Digest, batchRows)
	add := func(l int) error {
		some := digests[:len(values[l].ends)]
		kinds[l].Digests(some, values[l].inOrder())
		values[l].reset()
		return write(some...)
	}
	err := t.each(func(r loggedRow) error {
		for l, v := range r.values {
			if len(v) == 0 {
				continue
			}
			values[l].add(v)
			if len(values[l].ends) < batchRows {
				continue
			}
			if err := add(l); err != nil {
				return err
			}
		}
		return nil
	})
	for l := range kinds {
		if err == nil {
			err = add(l)
		}
	}
	return err
}

// A Person is the runs that a customer's record was part of. Whether it matched
// nobody keeps.
type Person struct {
	Dataset string                 `json:"dataset"`
	Runs    []ledger.Participation `json:"runs"`
}

// Passed says to whom the rows that a run matched were given.
type Passed = ledger.Passed

// Person looks an identifier up, in every dataset and under every identifier
// that its runs knew it by. A value that is none of the type under any profile
// is an [ErrInput].
func (n *Node) Person(ctx context.Context, value string) (found []Person, err error) {
	err = n.withBook(ctx, func(book *ledger.Book) error {
		known, err := n.agreements()
		if err != nil {
			return err
		}
		key, err := people.ReadKey(filepath.Join(n.dir, peopleKeyFile))
		if err != nil {
			return err
		}
		for name, dataset := range n.config.Datasets {
			digests := dataset.digests(key, profilesOf(known), value)
			folder, err := n.peopleOf(name)
			if err != nil {
				return err
			}
			runs, err := folder.Runs(ctx, digests...)
			if err != nil {
				return err
			}
			took, err := book.Participations(ctx, n.id.Name, runs)
			if err != nil {
				return err
			}
			found = append(found, Person{name, took})
		}
		return nil
	})
	return found, err
}

// digests are those of a value as each identifier of one part that the dataset
// has, under each profile.
func (d Dataset) digests(key people.Key, profiles []*identity.Profile, value string) (out []people.Digest) {
	for _, id := range d.Identifiers {
		for _, p := range profiles {
			n, err := p.Normaliser(id.spec())
			if err != nil || n.Parts() != 1 {
				continue
			}
			canonical, reason := n.Append(nil, []byte(value))
			if reason == identity.Usable {
				out = append(out, key.Digest(n.Name(), canonical))
			}
		}
	}
	return out
}

// profilesOf are the profiles that agreements name.
func profilesOf(known []*agreement.Agreement) (out []*identity.Profile) {
	seen := map[string]bool{}
	for _, a := range known {
		name := a.Terms.Identifiers.Profile
		p, err := identity.Lookup(name)
		if err == nil && !seen[name] {
			out, seen[name] = append(out, p), true
		}
	}
	return out
}
