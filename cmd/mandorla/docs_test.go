package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestActivatePage: every command of docs/activate.md is one of the session that
// the tests run, in the same order for each part.
func TestActivatePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/activate.md")
	if err != nil {
		t.Fatal(err)
	}
	session, err := os.ReadFile("testdata/activate.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		rest := string(session)
		for line := range strings.Lines(block[1]) {
			_, after, found := strings.Cut(rest, "\n"+line)
			if !found {
				t.Errorf("the session has no %q there", strings.TrimSpace(line))
				continue
			}
			rest = "\n" + after
			commands++
		}
	}
	if commands < 9 {
		t.Errorf("the page has %d commands", commands)
	}
}
