package flight

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

// Dial connects to the node at an address, which has to hold the key peer. When
// it returns without an error each end knows the other and the server has let
// the exchange begin. ctx is for the dialling alone.
func Dial(ctx context.Context, address string, key ed25519.PrivateKey, peer ed25519.PublicKey, o Options) (*Conn, error) {
	o = o.withDefaults()
	config, err := clientTLS(key, peer)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, o.HandshakeTimeout)
	defer cancel()
	c, err := dial(within, address, config, peer, o)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return nil, ctx.Err()
	}
	return c, err
}

func dial(ctx context.Context, address string, config *tls.Config, peer ed25519.PublicKey, o Options) (*Conn, error) {
	conn, err := handshake(ctx, address, config)
	if err != nil {
		return nil, err
	}
	cc, err := overHTTP2(conn, o)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	stream, cancel, err := open(ctx, cc)
	if err != nil {
		cc.Close()
		conn.Close()
		return nil, err
	}
	o.Logger.Debug("connected", "address", conn.RemoteAddr())
	c := newConn(stream, peer, o)
	c.hangUp = func(ctx context.Context) {
		defer func() { <-c.ended }()
		defer cc.Close()
		defer cancel()
		if ctx.Err() == nil { // everything has been written
			stream.CloseSend()
		}
		select {
		case <-c.ended:
		case <-ctx.Done():
		}
	}
	return c, nil
}

// handshake connects and waits until both ends have accepted each other. In TLS
// 1.3 a client is done before the server has looked at its certificate, so it
// waits for the server's first byte, which HTTP/2 owes it in any case, and says
// nothing before: a refusal comes as an alert instead, and nothing of ours
// lies unread at the other end that could overtake it as a reset.
func handshake(ctx context.Context, address string, config *tls.Config) (*primed, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	conn := tls.Client(raw, config)
	stop := context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, ourRefusal(err)
	}
	if conn.ConnectionState().NegotiatedProtocol != alpn {
		raw.Close()
		return nil, fmt.Errorf("%w in HTTP/2", ErrUnreachable)
	}
	first := make([]byte, 1)
	if _, err := conn.Read(first); err != nil {
		raw.Close()
		return nil, theirRefusal(err)
	}
	if !stop() {
		raw.Close()
		return nil, fmt.Errorf("%w in time", ErrUnreachable)
	}
	return &primed{conn, first}, nil
}

// ourRefusal is what a failed handshake means: at this point it is this end that
// refuses a key, or nobody does.
func ourRefusal(err error) error {
	if errors.Is(err, ErrStranger) {
		return ErrStranger
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// theirRefusal is what the server's first byte missing means. An alert in its
// place is about this end's key, for nothing else has been said.
func theirRefusal(err error) error {
	var remote *net.OpError
	if errors.As(err, &remote) && remote.Op == "remote error" {
		return fmt.Errorf("%w: the other end refused ours: %w", ErrStranger, remote.Err)
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// A primed connection has had its first byte read, and gives it again.
type primed struct {
	*tls.Conn
	first []byte
}

// Read implements [net.Conn].
func (p *primed) Read(b []byte) (int, error) {
	if len(p.first) == 0 {
		return p.Conn.Read(b)
	}
	n := copy(b, p.first)
	p.first = p.first[n:]
	return n, nil
}

// overHTTP2 is a gRPC client over this connection and no other.
func overHTTP2(conn *primed, o Options) (*grpc.ClientConn, error) {
	once := make(chan net.Conn, 1)
	once <- conn
	return grpc.NewClient("passthrough:///node",
		grpc.WithAuthority("node"),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) {
			select {
			case c := <-once:
				return c, nil
			default:
				return nil, ErrHungUp
			}
		}),
		grpc.WithTransportCredentials(secured{credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13})}),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(codec{}), grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: o.KeepAlive, Timeout: o.KeepAlive}),
		grpc.WithMaxHeaderListSize(maxHeaders),
		grpc.WithStaticStreamWindowSize(window),
		grpc.WithStaticConnWindowSize(window),
		grpc.WithIdleTimeout(0),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
	)
}

// secured tells gRPC that a primed connection needs no handshake any more.
type secured struct {
	credentials.TransportCredentials
}

// ClientHandshake implements [credentials.TransportCredentials].
func (secured) ClientHandshake(_ context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	p, ok := conn.(*primed)
	if !ok {
		return nil, nil, ErrStranger
	}
	return p, credentials.TLSInfo{State: p.ConnectionState(),
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity}}, nil
}

// Clone implements [credentials.TransportCredentials].
func (s secured) Clone() credentials.TransportCredentials {
	return secured{s.TransportCredentials.Clone()}
}

// open begins the exchange and waits until the server has let it in. The stream
// lives on after ctx; cancel ends it.
func open(ctx context.Context, cc *grpc.ClientConn) (_ grpc.ClientStream, _ context.CancelFunc, err error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	defer func() {
		if err != nil { // cancel is nobody's but this function's then
			cancel()
			err = fmt.Errorf("%w: %v", ErrUnreachable, status.Code(err))
		}
	}()
	stream, err := cc.NewStream(life, &grpc.StreamDesc{StreamName: method, ServerStreams: true, ClientStreams: true}, fullMethod)
	if err != nil {
		return nil, nil, err
	}
	head, err := stream.Header()
	if err == nil && head == nil { // it ended before it began
		err = stream.RecvMsg(new([]byte))
	}
	if err == nil && !stop() {
		err = ctx.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	return stream, cancel, nil
}
