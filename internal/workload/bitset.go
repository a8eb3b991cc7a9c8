package workload

import "math/bits"

// bitset is a set of numbers, one bit each, in pages that exist where something was set: as small as a bitmap for the dense
// sequences of a Writer, and no larger than its members for whatever a damaged file may hold.
type bitset struct {
	pages map[int64]*[64]uint64
	at    int64 // number of the page used last
	page  *[64]uint64
	size  int
}

func newBits() *bitset { return &bitset{pages: map[int64]*[64]uint64{}} }

func (b *bitset) turn(to int64) {
	if b.page == nil || b.at != to {
		b.at, b.page = to, b.pages[to]
	}
}

func (b *bitset) has(n int64) bool {
	b.turn(n >> 12)
	return b.page != nil && b.page[n>>6&63]&(1<<(n&63)) != 0
}

// set adds n and says whether it is new.
func (b *bitset) set(n int64) bool {
	if b.has(n) {
		return false
	}
	if b.page == nil {
		b.page = new([64]uint64)
		b.pages[b.at] = b.page
	}
	b.page[n>>6&63] |= 1 << (n & 63)
	b.size++
	return true
}

// common counts the members that a page of another set shares.
func (b *bitset) common(number int64, other *[64]uint64) int {
	b.turn(number)
	n := 0
	if b.page != nil {
		for i, word := range b.page {
			n += bits.OnesCount64(word & other[i])
		}
	}
	return n
}
