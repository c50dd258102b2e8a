// Package matchtest is the suite that every analysis of package match passes:
// its answers compared with the join in the clear, hostile links that alter
// every message, full disks, and runs in which the peer breaks its word.
package matchtest
