package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/node/flight/flighttest"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mandorla": main})
}

// TestScripts runs the sessions of testdata: each is what a user types and sees.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"freeport":  freeport,
			"await":     await,
			"exits":     exits,
			"replace":   replace,
			"fill":      fill,
			"homes":     homes,
			"count":     count,
			"agree":     agree,
			"unsigned":  unsigned,
			"sametruth": sameTruth,
			"alter":     alter,
			"cell":      cell,
			"copyglob":  copyGlob,
			"word":      word,
			"cut":       cutColumn,
			"addcolumn": addColumn,
			"guests":    guests,
		},
	})
}

// freeport VAR...: puts a free port of loopback into each variable.
func freeport(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		address, err := flighttest.FreeAddress()
		ts.Check(err)
		_, port, err := net.SplitHostPort(address)
		ts.Check(err)
		ts.Setenv(name, port)
	}
}

// await PORT: waits until somebody listens there.
func await(ts *testscript.TestScript, neg bool, args []string) {
	for range 1000 {
		c, err := net.Dial("tcp", "127.0.0.1:"+args[0])
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("nobody listens at port %s", args[0])
}

// exits CODE ARGS...: runs mandorla and looks at its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	code := 0
	var ended *exec.ExitError
	switch err := ts.Exec("mandorla", args[1:]...); {
	case errors.As(err, &ended):
		code = ended.ExitCode()
	default:
		ts.Check(err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("ended with %d, not %s", code, args[0])
	}
}

// replace FILE OLD NEW: replaces text that has to be there.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s: no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// fill FILE: replaces ${VAR} in a file by the variable's value; ${<FILE} by
// the first line of another file.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), func(v string) string {
			if file, ok := strings.CutPrefix(v, "<"); ok {
				line, _, _ := strings.Cut(ts.ReadFile(file), "\n")
				return line
			}
			return ts.Getenv(v)
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// count N GLOB: sees that so many files fit the pattern.
func count(ts *testscript.TestScript, neg bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if fmt.Sprint(len(found)) != args[0] {
		ts.Fatalf("%d files fit %s, not %s", len(found), args[1], args[0])
	}
}

// agree FILE [DIR...]: all nodes, by default in the folders airline and bank, sign
// and accept it.
func agree(ts *testscript.TestScript, neg bool, args []string) {
	members := []string{"airline", "bank"}
	if len(args) > 1 {
		members = args[1:]
	}
	for _, verb := range []string{"sign", "accept"} {
		for _, member := range members {
			ts.Check(ts.Exec("mandorla", "agreement", verb, args[0], "--dir", member))
		}
	}
}

// unsigned FILE: takes the signature lines off an agreement.
func unsigned(ts *testscript.TestScript, neg bool, args []string) {
	text, _, ok := strings.Cut(ts.ReadFile(args[0]), "\n\n— ")
	if !ok {
		ts.Fatalf("%s has no signatures", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text+"\n"), 0o644))
}

// sametruth RESULT TRUTH: compares a result's counts with the truth that synth
// wrote.
func sameTruth(ts *testscript.TestScript, neg bool, args []string) {
	type counts struct {
		Count  uint64
		Levels []struct {
			Type  string
			Count uint64
		}
	}
	var found, truth counts
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &found))
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &truth))
	if !reflect.DeepEqual(found, truth) || found.Count == 0 {
		ts.Fatalf("found %v, the truth is %v", found, truth)
	}
}

// alter GLOB: changes one byte in the middle of every file that fits.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) == 0 {
		ts.Fatalf("no file fits %s", args[0])
	}
	for _, name := range found {
		b, err := os.ReadFile(name)
		ts.Check(err)
		b[len(b)/2] ^= 1
		ts.Check(os.WriteFile(name, b, 0o644))
	}
}

// cell FILE COLUMN VAR: puts the column's first cell that may take part into a
// variable.
func cell(ts *testscript.TestScript, neg bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	at, consent := slices.Index(rows[0], args[1]), slices.Index(rows[0], "consent")
	for _, row := range rows[1:] {
		if strings.Contains(row[at], "@") && slices.Contains([]string{"yes", "true", "1"}, strings.ToLower(row[consent])) {
			ts.Setenv(args[2], row[at])
			return
		}
	}
	ts.Fatalf("%s: no %s that may take part", args[0], args[1])
}

// copyglob GLOB FILE: copies the one file that fits.
func copyGlob(ts *testscript.TestScript, neg bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%d files fit %s", len(found), args[0])
	}
	b, err := os.ReadFile(found[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o644))
}

// cut FILE TO: writes the first column of a CSV file, a cell a line.
func cutColumn(ts *testscript.TestScript, neg bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	var cells strings.Builder
	for _, row := range rows {
		cells.WriteString(row[0] + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(cells.String()), 0o644))
}

// word FILE LABEL VAR: puts what stands behind a label at a line's beginning
// into a variable.
func word(ts *testscript.TestScript, neg bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == args[1] {
			ts.Setenv(args[2], fields[1])
			return
		}
	}
	ts.Fatalf("%s: no line begins with %s", args[0], args[1])
}

// addcolumn FILE NAME VALUE: adds a column that holds one value.
func addColumn(ts *testscript.TestScript, neg bool, args []string) {
	text := ""
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		value := args[2]
		if text == "" {
			value = args[1]
		}
		text += strings.TrimRight(line, "\n") + "," + value + "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}
