package main

import (
	"runtime/debug"

	"github.com/dustin/go-humanize"
	"github.com/urfave/cli/v2"

	"mandorla/node"
)

// leastMemory is what a node needs whatever the sizes of the tables.
const leastMemory = 128 << 20

func memoryFlag() cli.Flag {
	return &cli.StringFlag{Name: "memory", EnvVars: []string{"MANDORLA_MEMORY"}, DefaultText: "a quarter of the machine's",
		Usage: "`SIZE` that the node keeps within, such as 512MiB or 2GiB; what is more goes to encrypted temporary files"}
}

// memory is the bytes that the node may take. The garbage collector is told
// of them too.
func memory(c *cli.Context) (int64, error) {
	bytes := node.DefaultMemory()
	if s := c.String("memory"); s != "" {
		n, err := humanize.ParseBytes(s)
		if err != nil || n > 1<<50 {
			return 0, usage("--memory: %q is no size; write it as 512MiB or 2GiB", s)
		}
		bytes = int64(n)
	}
	if bytes < leastMemory {
		return 0, usage("--memory: %s is too little; a node needs %s", humanize.IBytes(uint64(bytes)), humanize.IBytes(leastMemory))
	}
	debug.SetMemoryLimit(bytes - bytes/10)
	return bytes, nil
}
