package match

// Messages is the identifier messages m(type, value) of a level's rows that
// have one, in order: I2OSP(len(type), 1) ‖ type ‖ digest (PROTOCOLS.md §1.3),
// all of the same width. The type stands in front of every digest, so an
// e-mail address can never meet a phone number, nor one profile another.
func Messages(level string, b Batch, l int) (msgs []byte, width int) {
	width = 1 + len(level) + 32
	msgs = make([]byte, 0, b.Rows*width)
	for i, present := range b.Present[l] {
		if present {
			msgs = append(msgs, byte(len(level)))
			msgs = append(msgs, level...)
			msgs = append(msgs, b.Digests[l][32*i:32*i+32]...)
		}
	}
	return msgs, width
}
