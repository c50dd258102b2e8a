package mandorla

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeCommands sees that the README names the commands that there are:
// each `mandorla …` line of it begins with a command of the program.
func TestReadmeCommands(t *testing.T) {
	readme := read(t, "README.md")
	sources := ""
	for _, f := range glob(t, "cmd/mandorla/*.go") {
		sources += read(t, f)
	}
	lines := regexp.MustCompile(`(?m)^mandorla ([a-z]+)(?: ([a-z]+))?`).FindAllStringSubmatch(readme, -1)
	if len(lines) < 8 {
		t.Fatalf("the README has %d commands", len(lines))
	}
	for _, l := range lines {
		if !regexp.MustCompile(`Name:\s+"` + l[1] + `"`).MatchString(sources) {
			t.Errorf("README: no command %q", l[1])
		}
	}
}

// TestReadmeLinks sees that what the documents point to is there.
func TestReadmeLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for _, name := range append(glob(t, "docs/*.md"), "README.md") {
		folder := ""
		if strings.HasPrefix(name, "docs/") {
			folder = "docs/"
		}
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(folder + m[1]); err != nil {
				t.Errorf("%s: %s is not there", name, m[1])
			}
		}
	}
}

// TestCIRunsTheReadmesTests sees that .ci/run calls the README's test command.
func TestCIRunsTheReadmesTests(t *testing.T) {
	const command = "go test ./..."
	for _, name := range []string{"README.md", ".ci/run"} {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(command) + `\s`).MatchString(read(t, name)) {
			t.Errorf("%s does not call %q", name, command)
		}
	}
}
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	return names
}

// TestExamplesRun sees that what a page shows is what the tests run: every line of
// its agreements and every command stands in one of its sessions.
func TestExamplesRun(t *testing.T) {
	block := regexp.MustCompile("(?ms)^```(?:yaml|sh)\n(.*?)^```")
	for name, sessions := range map[string][]string{"append": {"append", "epoch"}} {
		page, session := read(t, "docs/"+name+".md"), ""
		for _, s := range sessions {
			session += "\n" + read(t, "cmd/mandorla/testdata/"+s+".txtar")
		}
		blocks := block.FindAllStringSubmatch(page, -1)
		if len(blocks) == 0 {
			t.Errorf("docs/%s.md shows nothing", name)
		}
		for _, b := range blocks {
			for line := range strings.Lines(b[1]) {
				if line = strings.TrimRight(line, "\n"); line != "" && !strings.Contains(session, "\n"+line) {
					t.Errorf("docs/%s.md: no test runs %q", name, line)
				}
			}
		}
	}
}
