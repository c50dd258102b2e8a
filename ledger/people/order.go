package people

import "slices"

// few is how many digests are sorted faster by insertion.
const few = 24

// order sorts digests in their place whose first bits are all the same: parted by
// the next eight, each part is sorted by those that follow. Digests are
// pseudo-random, so that the parts are alike and soon small.
func order(digests []Digest, bits int) {
	if len(digests) <= few {
		insert(digests)
		return
	}
	if bits == 64 {
		slices.SortFunc(digests, Digest.compare)
		return
	}
	ends := part(digests, 56-bits)
	start := 0
	for _, end := range ends {
		order(digests[start:end], bits+8)
		start = end
	}
}

// part brings digests together that are alike in the byte of hi at shift, and says
// where each such part ends. A digest that is not in its part goes to where it
// belongs, and takes the place of one that goes on.
func part(digests []Digest, shift int) (ends [256]int) {
	for _, d := range digests {
		ends[byte(d.hi>>shift)]++
	}
	var next [256]int
	at := 0
	for b, n := range ends {
		next[b], at = at, at+n
		ends[b] = at
	}
	for b := range next {
		for next[b] < ends[b] {
			d := digests[next[b]]
			for to := byte(d.hi >> shift); int(to) != b; to = byte(d.hi >> shift) {
				d, digests[next[to]] = digests[next[to]], d
				next[to]++
			}
			digests[next[b]] = d
			next[b]++
		}
	}
	return ends
}

// insert sorts a few digests.
func insert(digests []Digest) {
	for i := 1; i < len(digests); i++ {
		d, j := digests[i], i
		for ; j > 0 && d.compare(digests[j-1]) < 0; j-- {
			digests[j] = digests[j-1]
		}
		digests[j] = d
	}
}
