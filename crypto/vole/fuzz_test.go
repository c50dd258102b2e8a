package vole

import (
	"errors"
	"testing"
)

// FuzzMessages changes a message of a window and sees that no output comes of it.
// Which message it is, where and how are the fuzzer's choice; a message that is
// cut is refused by its length.
func FuzzMessages(f *testing.F) {
	for message := byte(0); message < 4; message += thorough {
		f.Add(message, uint32(0), byte(1), uint32(0))
		f.Add(message, uint32(70_001), byte(0x80), uint32(0))
		f.Add(message, uint32(0), byte(0), uint32(1))
	}
	f.Fuzz(func(t *testing.T, message byte, at uint32, flip byte, cut uint32) {
		same := true
		err := altered(t, func(number byte, b []byte) []byte {
			if number != message%4 {
				return b
			}
			short := int(cut) % len(b)
			same = flip == 0 && short == 0
			b[int(at)%len(b)] ^= flip
			return b[:len(b)-short]
		})
		if same != (err == nil) {
			t.Errorf("the message is the same: %v, and the window: %v", same, err)
		}
		if err != nil && errors.Is(err, ErrTurn) {
			t.Error("a message was out of turn")
		}
	})
}

// altered runs one window whose messages go through change.
func altered(t *testing.T, change func(number byte, b []byte) []byte) error {
	s, r := together(t)
	trees, err := s.Expand(change(0, r.Ask(1)), 1)
	if err != nil {
		return err
	}
	check, err := r.Expand(change(1, trees))
	if err != nil {
		return err
	}
	answer, err := s.Confirm(change(2, check))
	if err != nil {
		return err
	}
	if err := r.Accept(change(3, answer)); err != nil {
		if r.Available() != 0 {
			t.Error("outputs are there after an error")
		}
		return err
	}
	return nil
}
