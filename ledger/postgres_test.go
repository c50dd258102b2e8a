//go:build unix

package ledger

import (
	"testing"

	"mandorla/ledger/ledgertest"
)

// TestPostgres runs the suite in a server of its own.
func TestPostgres(t *testing.T) {
	server := ledgertest.StartPostgres(t)
	for name, test := range suite {
		t.Run(name, func(t *testing.T) { test(t, server.Book) })
	}
}
