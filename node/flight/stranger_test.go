package flight

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gen "github.com/apache/arrow/go/v17/arrow/flight/gen/flight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"mandorla/match/wire"
)

// TestStranger: a key that the other end does not know ends in the handshake,
// on either side, and the answer never hears of it.
func TestStranger(t *testing.T) {
	p := serve(t, Options{}, func(context.Context, *Conn) { t.Error("a stranger was answered") })
	for range 20 {
		_, err := Dial(t.Context(), p.address, newKey(t), public(p.server), Options{})
		is(t, err, ErrStranger)
		_, err = Dial(t.Context(), p.address, p.client, public(newKey(t)), Options{})
		is(t, err, ErrStranger)
	}
}

// TestStrangerIsLogged: by the address alone.
func TestStrangerIsLogged(t *testing.T) {
	var log safeBuffer
	p := serve(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(context.Context, *Conn) {})
	_, err := Dial(t.Context(), p.address, newKey(t), public(p.server), Options{})
	is(t, err, ErrStranger)
	if s := log.String(); !strings.Contains(s, "address=127.0.0.1:") || strings.Count(s, "\n") != 1 {
		t.Errorf("the log says %q", s)
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// presenting is what a client sees of a server that it speaks raw TLS to.
func presenting(t *testing.T, p *pair, change func(*tls.Config)) error {
	t.Helper()
	config, err := clientTLS(p.client, public(p.server))
	is(t, err, nil)
	change(config)
	conn, err := tls.Dial("tcp", p.address, config)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Read(make([]byte, 1)) // the server speaks first, or refuses
	return err
}

// TestRawTLS takes away one thing after the other that a client has to bring.
func TestRawTLS(t *testing.T) {
	p := serve(t, Options{}, func(context.Context, *Conn) { t.Error("answered") })
	is(t, presenting(t, p, func(*tls.Config) {}), nil)
	stolen, err := certificate(p.client)
	is(t, err, nil)
	for name, change := range map[string]func(*tls.Config){
		"no certificate": func(c *tls.Config) { c.Certificates = nil },
		"TLS 1.2":        func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 },
		"another ALPN":   func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} },
		"ECDSA":          func(c *tls.Config) { c.Certificates = []tls.Certificate{ecdsaCertificate(t)} },
		"two certificates": func(c *tls.Config) {
			own := c.Certificates[0]
			own.Certificate = append(own.Certificate[:1:1], own.Certificate[0])
			c.Certificates = []tls.Certificate{own}
		},
		"another's certificate": func(c *tls.Config) {
			c.Certificates = []tls.Certificate{{Certificate: stolen.Certificate, PrivateKey: liar{newKey(t), public(p.client)}}}
		},
	} {
		if presenting(t, p, change) == nil {
			t.Errorf("%s: let in", name)
		}
	}
}

// A liar says that it is one key and signs with another.
type liar struct {
	ed25519.PrivateKey
	claims ed25519.PublicKey
}

func (l liar) Public() any { return l.claims }

func ecdsaCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	is(t, err, nil)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)},
		&x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	is(t, err, nil)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestWrongServers: servers that speak TLS, but not as this node's partner.
func TestWrongServers(t *testing.T) {
	client, server := newKey(t), newKey(t)
	for name, c := range map[string]struct {
		change func(*tls.Config)
		want   error
	}{
		"ECDSA":        {func(c *tls.Config) { c.Certificates = []tls.Certificate{ecdsaCertificate(t)} }, ErrStranger},
		"TLS 1.2":      {func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }, ErrUnreachable},
		"no ALPN":      {func(c *tls.Config) { c.NextProtos = nil }, ErrUnreachable},
		"then silence": {func(*tls.Config) {}, ErrUnreachable},
	} {
		config, err := serverTLS(server, func(ed25519.PublicKey) bool { return true }, slog.New(slog.DiscardHandler))
		is(t, err, nil)
		config.GetConfigForClient = nil
		c.change(config)
		address := listener(t, func(raw net.Conn) {
			conn := tls.Server(raw, config)
			if conn.Handshake() == nil {
				pour(conn)
			}
		})
		_, err = Dial(t.Context(), address, client, public(server), Options{HandshakeTimeout: 300 * time.Millisecond})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOldCertificate: no clock is asked. The certificate of a node that has been
// running for years is as good as a new one.
func TestOldCertificate(t *testing.T) {
	client, server := newKey(t), newKey(t)
	config, err := serverTLS(server, func(ed25519.PublicKey) bool { return true }, slog.New(slog.DiscardHandler))
	is(t, err, nil)
	config.Time = func() time.Time { return time.Now().AddDate(30, 0, 0) }
	own, err := clientTLS(client, public(server))
	is(t, err, nil)
	own.Time = func() time.Time { return time.Now().AddDate(-30, 0, 0) }
	address := listener(t, func(raw net.Conn) {
		conn := tls.Server(raw, config)
		conn.Write([]byte{1})
	})
	conn, err := handshake(t.Context(), address, own)
	is(t, err, nil)
	if s := conn.ConnectionState(); s.Version != tls.VersionTLS13 || s.DidResume || s.ServerName != "" {
		t.Errorf("version %x, resumed %v, name %q", s.Version, s.DidResume, s.ServerName)
	}
	conn.Close()
}

// TestNoNames: the first bytes of a connection, the ones that are not encrypted,
// hold no server name.
func TestNoNames(t *testing.T) {
	hello := make(chan *tls.ClientHelloInfo, 1)
	address := listener(t, func(raw net.Conn) {
		tls.Server(raw, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			hello <- h
			return nil, ErrStranger
		}}).Handshake()
	})
	_, port, err := net.SplitHostPort(address)
	is(t, err, nil)
	_, err = Dial(t.Context(), "localhost:"+port, newKey(t), public(newKey(t)), Options{})
	is(t, err, ErrUnreachable)
	if h := soon(t, hello); h.ServerName != "" || len(h.SupportedProtos) != 1 || h.SupportedVersions[0] != tls.VersionTLS13 {
		t.Errorf("name %q, protocols %q, versions %x", h.ServerName, h.SupportedProtos, h.SupportedVersions)
	}
}

func TestUnreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	is(t, err, nil)
	closed.Close()
	for name, address := range map[string]string{
		"closed":  closed.Addr().String(),
		"no name": "no-such-name.invalid:1",
		"silent":  listener(t, pour),
		"hasty":   listener(t, func(net.Conn) {}),
		"rubbish": listener(t, func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			pour(c)
		}),
	} {
		_, err := Dial(t.Context(), address, newKey(t), public(newKey(t)), Options{HandshakeTimeout: 300 * time.Millisecond})
		if !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrStranger) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Dial(ctx, closed.Addr().String(), newKey(t), public(newKey(t)), Options{})
	is(t, err, context.Canceled)
	ctx, cancel = context.WithCancel(t.Context())
	_, err = Dial(ctx, listener(t, func(c net.Conn) { c.Read(make([]byte, 1)); cancel(); pour(c) }), newKey(t), public(newKey(t)), Options{})
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
		t.Errorf("cancelled in the handshake: %v", err)
	}
	gone(t, "flight.(*Conn)", 0)
}

// TestServerFull: a server that is full lets nobody in, and says so in time.
func TestServerFull(t *testing.T) {
	release := make(chan struct{})
	p := serve(t, Options{MaxConnections: 1, HandshakeTimeout: 300 * time.Millisecond}, func(_ context.Context, c *Conn) { <-release })
	defer close(release)
	p.dial()
	_, err := Dial(t.Context(), p.address, p.client, public(p.server), p.options)
	is(t, err, ErrUnreachable)
}

// TestIdleStranger: whoever connects and says nothing is let go.
func TestIdleStranger(t *testing.T) {
	p := serve(t, Options{HandshakeTimeout: 200 * time.Millisecond}, func(context.Context, *Conn) {})
	conn, err := net.Dial("tcp", p.address)
	is(t, err, nil)
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err = io.Copy(io.Discard, conn); errors.Is(err, context.DeadlineExceeded) {
		t.Error("still connected after a minute")
	}
}

// arrowClient is Arrow's own generated Flight client, over this node's TLS.
func (p *pair) arrowClient() gen.FlightServiceClient {
	p.t.Helper()
	config, err := clientTLS(p.client, public(p.server))
	is(p.t, err, nil)
	cc, err := grpc.NewClient("passthrough:///"+p.address, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	is(p.t, err, nil)
	p.t.Cleanup(func() { cc.Close() })
	return gen.NewFlightServiceClient(cc)
}

// TestFlightClient: to Arrow's own client this is a Flight service.
func TestFlightClient(t *testing.T) {
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		begin(c, wire.FromResponder)
		if swap(ctx, c, 1, "note") != nil {
			return
		}
		f, err := c.Recv(ctx)
		if err == nil {
			c.Send(ctx, f)
		}
	})
	x, err := p.arrowClient().DoExchange(t.Context())
	is(t, err, nil)
	is(t, x.Send(&gen.FlightData{AppMetadata: []byte{1, 1}, DataBody: []byte("note")}), nil)
	m, err := x.Recv()
	is(t, err, nil)
	if !bytes.Equal(m.AppMetadata, []byte{1, 1}) || string(m.DataBody) != "note" {
		t.Errorf("%x and %q", m.AppMetadata, m.DataBody)
	}
	s, _ := sealers(wire.FromInitiator)
	f := frame(5, 9)
	manifest, err := s.Seal(f)
	is(t, err, nil)
	header, body := arrowBatch(t, wire.KindSet, f)
	is(t, x.Send(&gen.FlightData{AppMetadata: append([]byte{2}, manifest...), DataHeader: header, DataBody: body}), nil)
	m, err = x.Recv()
	is(t, err, nil)
	if !bytes.Equal(m.DataHeader, header) || !bytes.Equal(m.DataBody, body) {
		t.Error("another batch came back")
	}
	_, err = x.Recv()
	is(t, err, io.EOF)
}

// TestHostileClient: a known client that does not keep to the protocol is refused
// with one error, and its bytes go no further.
func TestHostileClient(t *testing.T) {
	heard := make(chan error, 1)
	p := serve(t, Options{}, func(ctx context.Context, c *Conn) {
		_, _, err := c.RecvControl(ctx)
		heard <- err
	})
	for name, m := range map[string]*gen.FlightData{
		"nothing":      {},
		"a descriptor": {FlightDescriptor: &gen.FlightDescriptor{Path: []string{"a"}}, AppMetadata: []byte{1, 1}},
		"a schema":     {DataHeader: bytes.Repeat([]byte{1}, 100)},
		"a frame":      {AppMetadata: append([]byte{2}, make([]byte, wire.ManifestSize)...)},
		"too large":    {AppMetadata: []byte{1, 1}, DataBody: make([]byte, maxMessage)},
	} {
		x, err := p.arrowClient().DoExchange(t.Context())
		is(t, err, nil)
		is(t, x.Send(m), nil)
		if err := soon(t, heard); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOnlyDoExchange: a node has no other method of Flight.
func TestOnlyDoExchange(t *testing.T) {
	p := serve(t, Options{}, func(context.Context, *Conn) { t.Error("answered") })
	c := p.arrowClient()
	get, err := c.DoGet(t.Context(), &gen.Ticket{})
	is(t, err, nil)
	put, err := c.DoPut(t.Context())
	is(t, err, nil)
	for name, call := range map[string]func() error{
		"GetFlightInfo": func() error { _, err := c.GetFlightInfo(t.Context(), &gen.FlightDescriptor{}); return err },
		"GetSchema":     func() error { _, err := c.GetSchema(t.Context(), &gen.FlightDescriptor{}); return err },
		"DoGet":         func() error { _, err := get.Recv(); return err },
		"DoPut":         func() error { _, err := put.Recv(); return err },
	} {
		if err := call(); status.Code(err) != codes.Unimplemented {
			t.Errorf("%s: %v", name, err)
		}
	}
}
