package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// patience is how long a process may take to end by itself once it was told to.
var patience = 15 * time.Second // a variable for tests

// A child is a process that is one of the two nodes. It lives as long as its
// input is open, and is killed at the end of its command's context.
type child struct {
	member string
	cmd    *exec.Cmd
	in     io.Closer
	out    *json.Decoder
	errors bytes.Buffer
}

// mostSaid bounds what is read from a child.
const mostSaid = 64 << 20

// spawn starts a process as a member's node. The caller ends it.
func spawn(cmd *exec.Cmd, member string) (*child, error) {
	c := &child{member: member, cmd: cmd}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.in, c.out = in, json.NewDecoder(io.LimitReader(out, mostSaid))
	cmd.Stderr = &c.errors
	return c, cmd.Start()
}

// hears reads what the child says next.
func (c *child) hears(what any) error {
	err := c.out.Decode(what)
	if err != nil {
		return fmt.Errorf("it ended without a word: %w", err)
	}
	return nil
}

// await hears the child's last words and waits for its end.
func (c *child) await(last any) error { return c.gone(c.hears(last)) }

// dismiss tells the child to end, hears its last words and waits for its end. A
// child that does not end is killed.
func (c *child) dismiss(last any) error {
	late := time.AfterFunc(patience, func() { c.cmd.Process.Kill() })
	defer late.Stop()
	c.in.Close()
	return c.await(last)
}

// gone waits for the process to end, and says why it failed if it did.
func (c *child) gone(silent error) error {
	err := c.cmd.Wait()
	if said := c.complaint(); err != nil && said != "" {
		return fmt.Errorf("%s's node: %s", c.member, said)
	}
	if silent != nil {
		err = silent
	}
	if err != nil {
		return fmt.Errorf("%s's node: %w", c.member, err)
	}
	return nil
}

// complaint is the line in which the program says why it ended, or else the first
// line that there is.
func (c *child) complaint() string {
	lines := strings.Split(strings.TrimSpace(c.errors.String()), "\n")
	for _, line := range slices.Backward(lines) {
		if why, ok := strings.CutPrefix(line, "mandorla: "); ok {
			return why
		}
	}
	return lines[0]
}

// cpu is the CPU time that the process used, once it is gone.
func (c *child) cpu() float64 {
	s := c.cmd.ProcessState
	return (s.UserTime() + s.SystemTime()).Seconds()
}
