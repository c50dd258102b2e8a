package mandorla

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// titles are of other people's works, which say what they say.
var titles = []string{"Deanonymize You via Revealed", "AnonPSI: An Anonymity Assessment Framework"}

// TestWords: no screen, file or document of ours calls hashed or blinded data
// anonymous: it is personal data.
func TestWords(t *testing.T) {
	kinds := []string{".go", ".md", ".yaml", ".tmpl", ".html", ".txt", ".svg", ".sql", ".csv"}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(kinds, filepath.Ext(name)) || strings.HasSuffix(name, "_test.go") {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(b), "\n") {
			if said := strings.ToLower(line); !strings.Contains(said, "anonym") {
				continue
			}
			if !slices.ContainsFunc(titles, func(title string) bool { return strings.Contains(line, title) }) {
				t.Errorf("%s:%d calls something anonymous", name, i+1)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
