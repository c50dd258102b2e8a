package flight

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"log/slog"
	"net"
	"testing"
	"time"
)

// TestRefusedStream: a server that speaks HTTP/2 and hangs up before it lets the
// exchange in is unreachable, and nothing worse.
func TestRefusedStream(t *testing.T) {
	client, server := newKey(t), newKey(t)
	config, err := serverTLS(server, func(ed25519.PublicKey) bool { return true }, slog.New(slog.DiscardHandler))
	is(t, err, nil)
	config.GetConfigForClient = nil
	settings := []byte{0, 0, 0, 4, 0, 0, 0, 0, 0}
	address := listener(t, func(raw net.Conn) {
		conn := tls.Server(raw, config)
		if conn.Handshake() != nil {
			return
		}
		conn.Write(settings)
		conn.Read(make([]byte, 1<<10))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = Dial(ctx, address, client, public(server), Options{HandshakeTimeout: time.Second})
	is(t, err, ErrUnreachable)
}
