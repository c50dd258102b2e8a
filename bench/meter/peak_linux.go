package meter

import (
	"bufio"
	"fmt"
	"os"
)

// Peak is the most memory that this process has held, in bytes; 0 where the
// system does not say. It is VmHWM and not getrusage's maximum, for the latter
// counts what the parent held when it started this process.
func Peak() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kib int64
		if n, _ := fmt.Sscanf(lines.Text(), "VmHWM: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	return 0
}
