package flight

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math/big"
	"time"
)

// alpn is the one protocol that either end speaks inside TLS.
const alpn = "h2"

// clientTLS shows key and wants the other end to hold peer.
func clientTLS(key ed25519.PrivateKey, peer ed25519.PublicKey) (*tls.Config, error) {
	return pinned(key, func(theirs ed25519.PublicKey) bool {
		return subtle.ConstantTimeCompare(theirs, peer) == 1
	})
}

// serverTLS shows key and turns away whoever knows does not. The refusal is
// part of the handshake, so a stranger never reaches the protocol.
func serverTLS(key ed25519.PrivateKey, knows func(ed25519.PublicKey) bool, log *slog.Logger) (*tls.Config, error) {
	c, err := pinned(key, knows)
	if err != nil {
		return nil, err
	}
	c.ClientAuth = tls.RequireAnyClientCert
	verify := c.VerifyConnection
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		own := c.Clone()
		own.GetConfigForClient = nil
		own.VerifyConnection = func(s tls.ConnectionState) error {
			err := verify(s)
			if err != nil {
				log.Warn("turned a stranger away", "address", hello.Conn.RemoteAddr())
			}
			return err
		}
		return own, nil
	}
	return c, nil
}

// pinned is TLS 1.3 between keys. Certificates only carry them: names, dates
// and issuers mean nothing, so that no clock and no authority is trusted. TLS
// itself has the other end prove that it holds its key (RFC 8446 §4.4.3).
func pinned(key ed25519.PrivateKey, accept func(ed25519.PublicKey) bool) (*tls.Config, error) {
	cert, err := certificate(key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates:           []tls.Certificate{cert},
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{alpn},
		InsecureSkipVerify:     true, // there are no authorities; VerifyConnection decides
		SessionTicketsDisabled: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			if theirs, err := leafKey(s); err != nil || !accept(theirs) {
				return ErrStranger
			}
			return nil
		},
	}, nil
}

// leafKey is the key at the other end.
func leafKey(s tls.ConnectionState) (ed25519.PublicKey, error) {
	if len(s.PeerCertificates) != 1 || s.DidResume {
		return nil, ErrStranger
	}
	key, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PublicKeySize {
		return nil, ErrStranger
	}
	return key, nil
}

// certificate is a self-signed certificate that says nothing but the key.
func certificate(key ed25519.PrivateKey) (tls.Certificate, error) {
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(365 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("flight: certificate of this node's key: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
