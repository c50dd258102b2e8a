package bench

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Keep writes the report and its pictures into a folder, which it makes. Each
// file is there whole or not at all; an earlier one is replaced.
func (r *Report) Keep(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files := map[string]func(io.Writer) error{
		"bench.json": func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(r)
		},
		"time.svg": r.drawTime,
	}
	for _, run := range r.Runs {
		files["utilisation-"+key(run.Analysis, run.Rows)+".svg"] = func(w io.Writer) error { return r.drawUse(w, run) }
	}
	for name, write := range files {
		if err := whole(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	return nil
}

// whole writes a file that appears whole or not at all.
func whole(path string, body func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	err = body(f)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
