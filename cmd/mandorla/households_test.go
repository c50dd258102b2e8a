package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// fence is a fenced block of a page: what it is, the file that it shows, and
// what stands in it.
var fence = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// TestHouseholdsPage runs docs/households.md: the files that it shows are put in
// their places, what stands in sh blocks is run, and console blocks say what the
// commands in them print.
func TestHouseholdsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/households.md")
	if err != nil {
		t.Fatal(err)
	}
	var script, files strings.Builder
	add := func(text string) string {
		name := fmt.Sprintf("block%d", strings.Count(files.String(), "\n-- ")+strings.Count(files.String(), "-- block"))
		fmt.Fprintf(&files, "-- %s --\n%s", name, text)
		return name
	}
	commands := 0
	for _, block := range fence.FindAllStringSubmatch(string(page), -1) {
		kind, file, text := block[1], block[2], block[3]
		switch {
		case file != "":
			fmt.Fprintf(&script, "cp %s %s\n", add(text), file)
		case kind == "sh":
			script.WriteString(text)
		case kind == "console":
			for _, session := range strings.Split(text, "$ ")[1:] {
				command, output, _ := strings.Cut(session, "\n")
				fmt.Fprintf(&script, "%s\ncmp stdout %s\n", strings.Replace(command, "cat ", "exec cat ", 1), add(output))
				commands++
			}
		}
	}
	if commands < 2 {
		t.Fatalf("the page has %d sessions", commands)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.txtar"), []byte(script.String()+files.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir})
}
