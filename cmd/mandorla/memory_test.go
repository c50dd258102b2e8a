package main

import (
	"math"
	"runtime/debug"
	"testing"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func TestMemory(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for text, want := range map[string]int64{
		"": node.DefaultMemory(), "512MiB": 512 << 20, "2GiB": 2 << 30, "1 GB": 1e9, "268435456": 256 << 20,
		"256": 0, "127MiB": 0, "lots": 0, "-1GiB": 0, "1EiB": 0,
	} {
		app := &cli.App{Flags: []cli.Flag{memoryFlag()}, Action: func(c *cli.Context) error {
			got, err := memory(c)
			if (err == nil) != (want > 0) || err == nil && got != want {
				t.Errorf("--memory %q: %d, %v", text, got, err)
			}
			return nil
		}}
		if err := app.Run([]string{"mandorla", "--memory", text}); err != nil {
			t.Error(err)
		}
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		t.Error("the garbage collector was not told")
	}
}
