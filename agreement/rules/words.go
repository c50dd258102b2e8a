package rules

import "fmt"

// Words says each rule in plain English, those left to their default too.
func (r Rules) Words() []string {
	lines := []string{
		fmt.Sprintf("A count below %d is suppressed, and shown as missing, never as zero.", r.MinGroupSize),
		fmt.Sprintf("A list of fewer than %d rows is withheld.", r.MinListSize),
		fmt.Sprintf("Each side brings at least %d usable rows and at most %d.", r.MinSetSize, r.MaxRows),
		fmt.Sprintf("At most %d runs in seven days, %d at one time, %s sent by a side in each.", r.RunsPerWeek, r.MaxRunsAtOnce, byteWords(r.MaxBytes)),
	}
	if r.RoundTo > 1 {
		lines = append(lines, fmt.Sprintf("Counts are rounded to multiples of %d.", r.RoundTo))
	}
	if r.Exact() {
		return append(lines, "Counts are exact (noise: none): no noise is added, and no privacy budget bounds what many runs together reveal.")
	}
	lines = append(lines,
		fmt.Sprintf("A value of a dimension with fewer than %d rows behind it becomes \"other\".", r.MinSegmentRows),
		fmt.Sprintf("An input equals an earlier one, and gets its result again, or differs from it by at least %d rows.", r.MinChange))
	return append(lines, fmt.Sprintf("Counts carry noise: a run spends %s of a privacy budget (epsilon) of %s, which never refreshes.", r.EpsilonPerRun, r.EpsilonBudget))
}

// CountWords says whether counts are exact, and what that means.
func (r Rules) CountWords() string {
	if !r.Exact() {
		return "The counts carry random noise."
	}
	return "Counts are exact (noise: none): the node of whoever learns them sees the true number" +
		" even where it is suppressed; suppression hides it from readers of the result alone."
}

// byteWords is a number of bytes, in GiB where that is exact.
func byteWords(n uint64) string {
	if n%gibibyte == 0 {
		return fmt.Sprintf("%d GiB", n/gibibyte)
	}
	return fmt.Sprintf("%d bytes", n)
}
