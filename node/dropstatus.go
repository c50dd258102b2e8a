package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"mandorla/consent"
	"mandorla/consent/optout"
)

// DropFound are the words for what has become of a request for deletion that one row
// of the dataset matches, in DROP's codes.
var DropFound = map[string]optout.Status{"exempted": optout.Exempted, "deleted": optout.Deleted, "opted-out": optout.OptedOut}

// DropStatus reads a dataset as a sale would, and writes into a folder the status
// files that DROP wants back, one for each of the dataset's lists of deletion
// requests. What became of the requests that it holds, the company says: this program
// leaves rows out of runs, and deletes none. It answers with the files' paths.
func (n *Node) DropStatus(ctx context.Context, name, profile string, found optout.Status, folder string) (paths []string, err error) {
	run := trial(n.now())
	run.Agreement = consent.Sale
	o, judge, err := n.trialOrder(name, profile, run)
	if err != nil {
		return nil, err
	}
	var lists []consent.Download
	if judge != nil {
		lists = judge.Downloads(run.Start)
	}
	if len(lists) == 0 {
		return nil, unusable("node.yaml: datasets.%s.eligibility: no entry of kind drop", name)
	}
	t, err := n.prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(t.Close(), os.MkdirAll(folder, 0o700)); err != nil {
		return nil, err
	}
	for i, d := range lists {
		var b bytes.Buffer
		if err := d.List.WriteStatus(&b, found); err != nil {
			return paths, err
		}
		path := filepath.Join(folder, fmt.Sprintf("%s_%s_status_%d.csv", d.Newest.Format("20060102"), name, i+1))
		if err := writeWhole(path, b.Bytes()); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
