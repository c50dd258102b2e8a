//go:build !linux

package node

// machineMemory is the bytes of memory that a machine has at least.
func machineMemory() int64 { return unknownMemory }
