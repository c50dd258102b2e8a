package sums

// A MAC is HMAC-SHA256 of many short messages that begin alike. It holds the two
// keyed states of RFC 2104 §4, so that a message costs no keying and the key can
// be overwritten, neither of which crypto/hmac does.
type MAC struct{ inner, outer *Start }

// NewMAC takes in the key and the beginning of every message. The key is 32
// bytes: longer ones would have to be hashed first.
func NewMAC(key [32]byte, beginning []byte) *MAC {
	m := &MAC{inner: keyed(&key, 0x36, beginning), outer: keyed(&key, 0x5c, nil)}
	clear(key[:])
	return m
}

// keyed is the state after the padded key and the beginning of every message.
func keyed(key *[32]byte, pad byte, beginning []byte) *Start {
	block := make([]byte, blockSize, blockSize+len(beginning))
	copy(block, key[:])
	for i := range block {
		block[i] ^= pad
	}
	defer clear(block)
	return New(append(block, beginning...))
}

// Sums writes the codes of messages to dst, as [Start.Sums] does.
func (m *MAC) Sums(dst []byte, message func(i int) []byte) {
	m.inner.Sums(dst, message)
	m.outer.Alike(dst, dst, Size)
}

// Wipe overwrites the key. What Sums gives afterwards has nothing to do with it.
func (m *MAC) Wipe() {
	m.inner.Wipe()
	m.outer.Wipe()
}
