// Package flighttest helps tests of nodes that have to know one another's addresses
// before they listen. It is for tests alone.
package flighttest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
)

// Ports lie below those that the system gives to outgoing connections: one of these
// could be taken by such a connection between the choice and the listening.
const (
	lowest = 12_000
	ports  = 20_000
)

// chosen counts the ports tried so far by this process; others begin elsewhere.
var chosen atomic.Int64

func init() { chosen.Store(int64(os.Getpid()) * 61) }

// FreeAddress is an address on loopback that nobody listens at, and that no other call
// in this process is given.
func FreeAddress() (string, error) {
	for range ports {
		address := fmt.Sprintf("127.0.0.1:%d", lowest+chosen.Add(1)%ports)
		l, err := net.Listen("tcp", address)
		if err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("flighttest: no free port found")
}
