package flight

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"time"

	"golang.org/x/net/netutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/peer"
)

// Flight's service, and its one method that is served.
const (
	service    = "arrow.flight.protocol.FlightService"
	method     = "DoExchange"
	fullMethod = "/" + service + "/" + method
)

// A Server answers those whose key it knows.
type Server struct {
	listener net.Listener
	grpc     *grpc.Server
	answer   func(context.Context, *Conn)
	options  Options
	runs     context.Context // of every answer; ends when Shutdown loses patience
	cut      context.CancelFunc
}

// Listen opens an address for the holders of keys that knows says yes to; knows
// is asked in every handshake, concurrently. Each connection is given to answer,
// on a goroutine of its own, and ends when answer returns. The context of answer
// ends when the server is shut down, not when the peer is gone: that is for
// the connection to tell.
func Listen(address string, key ed25519.PrivateKey, knows func(ed25519.PublicKey) bool, answer func(context.Context, *Conn), o Options) (*Server, error) {
	o = o.withDefaults()
	config, err := serverTLS(key, knows, o.Logger)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{listener: l, answer: answer, options: o, grpc: grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.ForceServerCodecV2(codec{}),
		grpc.ConnectionTimeout(o.HandshakeTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle: o.HandshakeTimeout, Time: o.KeepAlive, Timeout: o.KeepAlive}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: fastestPing, PermitWithoutStream: true}),
		grpc.MaxConcurrentStreams(1),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.StaticStreamWindowSize(window),
		grpc.StaticConnWindowSize(window),
		grpc.WaitForHandlers(true),
	)}
	s.runs, s.cut = context.WithCancel(context.Background())
	// Flight's other methods are not registered: gRPC answers them with
	// Unimplemented, without reading what was asked.
	s.grpc.RegisterService(&grpc.ServiceDesc{ServiceName: service, HandlerType: (*any)(nil), Streams: []grpc.StreamDesc{{
		StreamName: method, ServerStreams: true, ClientStreams: true,
		Handler: func(_ any, stream grpc.ServerStream) error { return s.exchange(stream) },
	}}}, s)
	return s, nil
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until Shutdown, after which it returns nil.
func (s *Server) Serve() error {
	err := s.grpc.Serve(netutil.LimitListener(s.listener, s.options.MaxConnections))
	if errors.Is(err, grpc.ErrServerStopped) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Shutdown stops accepting and lets the runs that are going on finish until ctx
// ends. Then it ends their contexts, gives them a moment to say so to their
// peers, and cuts them. It returns when every answer has.
func (s *Server) Shutdown(ctx context.Context) {
	defer s.cut()
	s.listener.Close()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.grpc.GracefulStop()
	}()
	select {
	case <-stopped:
		return
	case <-ctx.Done():
	}
	s.cut()
	last := time.NewTimer(s.options.Linger)
	defer last.Stop()
	select {
	case <-stopped:
	case <-last.C:
		s.grpc.Stop()
		<-stopped
	}
}

// exchange is one DoExchange. Its headers tell the other end that it was let in.
func (s *Server) exchange(stream grpc.ServerStream) error {
	from, ok := peer.FromContext(stream.Context())
	if !ok {
		return ErrStranger
	}
	secured, ok := from.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return ErrStranger
	}
	key, err := leafKey(secured.State)
	if err != nil {
		return err
	}
	if err := stream.SendHeader(nil); err != nil {
		return err
	}
	s.options.Logger.Debug("connected", "address", from.Addr)
	c := newConn(stream, key, s.options)
	defer c.Close()
	s.answer(s.runs, c)
	return nil
}
