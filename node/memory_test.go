package node

import "testing"

// TestRowMemory: whatever the node is given, rows get a part of it and leave
// room for the rest.
func TestRowMemory(t *testing.T) {
	for _, memory := range []int64{128 << 20, 256 << 20, 512 << 20, 1 << 30, 64 << 30} {
		n := &Node{memory: memory}
		if rows := n.rowMemory(); rows < memory/2 || rows > memory-overhead/2 {
			t.Errorf("%d bytes: %d for rows", memory, rows)
		}
	}
	if m := DefaultMemory(); m < 64<<20 {
		t.Errorf("a quarter of this machine's memory is %d bytes", m)
	}
}
