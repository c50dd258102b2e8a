//go:build !unix

package meter

import "time"

// CPU is the CPU time that this process has used; 0 where the system does not say.
func CPU() time.Duration { return 0 }
