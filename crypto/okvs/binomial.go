package okvs

// most is the least number that none of so many bins exceeds, but for the
// chance, when every item falls into any bin alike: by the tail of the binomial
// distribution, times the bins.
func most(items, bins uint64, chance float64) int {
	mean := items / bins
	below := 0.0
	for k, w := mean, 1.0; k > 0 && w > negligible; k-- {
		w = w / ratio(items, bins, k-1)
		below += w
	}
	above, total := []float64{1}, 1+below // weights from the mean on
	for k, w := mean, 1.0; k < items && w > negligible; k++ {
		w = float64(w * ratio(items, bins, k))
		above = append(above, w)
		total += w
	}
	limit := chance * total / float64(bins)
	last, tail := len(above)-1, 0.0
	for ; last > 0 && tail+above[last] <= limit; last-- {
		tail += above[last]
	}
	return int(mean) + last
}

// negligible is a weight beside which that of the mean is enormous.
const negligible = 1e-60

// ratio is the chance of k+1 items in a bin over that of k.
func ratio(items, bins, k uint64) float64 {
	return float64(items-k) / (float64(k+1) * float64(bins-1))
}
