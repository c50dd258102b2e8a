package shape

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A Proxy carries connections to a target over two lines.
type Proxy struct {
	listener net.Listener
	target   string
	there    *line // from who dials
	back     *line
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

// Listen opens a proxy on loopback. The caller closes it.
func Listen(m Model, target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, target: target, there: &line{model: m}, back: &line{model: m}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.running.Go(p.accept)
	return p, nil
}

// Address is where to dial instead of the target.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Close cuts all connections and waits until nothing of the proxy runs.
func (p *Proxy) Close() error {
	p.cancel()
	err := p.listener.Close()
	p.running.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.carry(c) })
	}
}

// carry joins a connection to one of its own with the target.
func (p *Proxy) carry(near net.Conn) {
	defer near.Close()
	far, err := new(net.Dialer).DialContext(p.ctx, "tcp", p.target)
	if err != nil {
		return
	}
	defer far.Close()
	join(p.ctx, near, far, p.there, p.back)
}

// join carries both directions until both have ended; where one fails, both are
// cut.
func join(ctx context.Context, near, far net.Conn, there, back *line) {
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	context.AfterFunc(ctx, func() { near.Close(); far.Close() })
	var directions sync.WaitGroup
	directions.Go(func() { pump(ctx, cut, far, near, there) })
	directions.Go(func() { pump(ctx, cut, near, far, back) })
	directions.Wait()
}

// A parcel is bytes under way.
type parcel struct {
	data []byte
	at   time.Time
}

// pump carries one direction to its end, or cuts the connection.
func pump(ctx context.Context, cut func(), to io.Writer, from io.Reader, over *line) {
	way := make(chan parcel, over.model.window())
	var delivery sync.WaitGroup
	delivery.Go(func() {
		if deliver(ctx, to, way) != nil {
			cut()
		}
	})
	if collect(ctx, from, over, way) != nil {
		cut()
	}
	close(way)
	delivery.Wait()
}

// collect reads pieces and hands them over once they have left.
func collect(ctx context.Context, from io.Reader, over *line, way chan<- parcel) error {
	for {
		data := make([]byte, over.model.piece())
		n, err := from.Read(data)
		if n > 0 {
			left, arrives := over.send(time.Now(), n)
			if err := until(ctx, left); err != nil {
				return err
			}
			select {
			case way <- parcel{data[:n], arrives}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// deliver writes parcels when they arrive, and then the end.
func deliver(ctx context.Context, to io.Writer, way <-chan parcel) error {
	for p := range way {
		if err := until(ctx, p.at); err != nil {
			return err
		}
		if _, err := to.Write(p.data); err != nil {
			return err
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// until waits for a time, or for the end of the context.
func until(ctx context.Context, at time.Time) error {
	wait := time.Until(at)
	if wait <= 0 {
		return nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
