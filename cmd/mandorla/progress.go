package main

import (
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bars draw one progress bar a phase, where somebody looks at stderr.
type bars struct {
	mu    sync.Mutex
	out   io.Writer // nil: nobody looks
	phase string
	bar   *progressbar.ProgressBar
}

func newBars(stderr io.Writer) *bars {
	f, ok := stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bars{}
	}
	return &bars{out: stderr}
}

// progress implements node.Options.Progress.
func (b *bars) progress(phase string, done, total uint64) {
	if b.out == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if phase != b.phase {
		b.finish()
		b.phase, b.bar = phase, b.start(phase, total)
	}
	b.bar.Set64(int64(done))
}

func (b *bars) start(phase string, total uint64) *progressbar.ProgressBar {
	most := int64(total)
	if total == 0 {
		most = -1 // not known: a spinner with the rate
	}
	return progressbar.NewOptions64(most, progressbar.OptionSetWriter(b.out),
		progressbar.OptionSetDescription(phase), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("rows"), progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(), progressbar.OptionThrottle(100e6))
}

// end closes the last bar.
func (b *bars) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finish()
}

func (b *bars) finish() {
	if b.bar == nil {
		return
	}
	b.bar.Finish()
	io.WriteString(b.out, "\n")
	b.bar, b.phase = nil, ""
}
