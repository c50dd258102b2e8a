package notice

import (
	"regexp"
	"strings"
	"testing"
)

// maxGrade is the highest reading grade that the English notice may have.
const maxGrade = 9

var (
	aside    = regexp.MustCompile(`\([^()]*(\([^()]*\)[^()]*)*\)`) // citations of law
	address  = regexp.MustCompile(`\S*[@/]\S*`)                    // of mail and web
	sentence = regexp.MustCompile(`[.!?]+(\s|$)`)
	letters  = regexp.MustCompile(`[A-Za-z']+`)
	vowels   = regexp.MustCompile(`[aeiouy]+`)
)

// grade is the Flesch-Kincaid grade level: 0.39 words a sentence + 11.8 syllables a
// word − 15.59 (Kincaid and others, 1975). Headings are not counted, nor what stands
// in brackets, nor addresses; an entry of a list and a line before a list are sentences.
func grade(text string) float64 {
	var words, sentences, syllables float64
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line = address.ReplaceAllString(aside.ReplaceAllString(line, ""), "")
		found := letters.FindAllString(line, -1)
		if len(found) == 0 {
			continue
		}
		ends := len(sentence.FindAllString(strings.TrimSpace(line), -1))
		sentences += float64(max(ends, 1))
		for _, w := range found {
			words++
			syllables += float64(syllablesOf(w))
		}
	}
	return 0.39*words/sentences + 11.8*syllables/words - 15.59
}

// syllablesOf counts groups of vowels, without a silent e at the end.
func syllablesOf(word string) int {
	w := strings.ToLower(word)
	n := len(vowels.FindAllString(w, -1))
	silent := strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "le") || strings.HasSuffix(w, "es") && !regexp.MustCompile(`(s|x|z|ch|sh|c|g)es$`).MatchString(w) ||
		strings.HasSuffix(w, "ed") && !regexp.MustCompile(`[td]ed$`).MatchString(w)
	if silent {
		n--
	}
	return max(n, 1)
}

func TestSyllables(t *testing.T) {
	for word, n := range map[string]int{"the": 1, "data": 2, "customer": 3, "code": 1, "codes": 1, "table": 2, "wiped": 1, "noted": 2, "agreement": 3, "company": 3, "services": 3, "you": 1, "personal": 3} {
		if got := syllablesOf(word); got != n {
			t.Errorf("%s: %d syllables, want %d", word, got, n)
		}
	}
}

// TestGradeCanFail: the measure tells plain words from a lawyer's.
func TestGradeCanFail(t *testing.T) {
	if g := grade("The cat sat on the mat."); g < -1.5 || g > -1.4 {
		t.Errorf("a plain sentence has grade %.2f, want -1.45", g)
	}
	lawyer := "The controller shall, at the time when personal data are obtained, provide the data subject with information regarding the categories of recipients, notwithstanding confidentiality obligations incumbent upon intermediaries."
	if g := grade(lawyer); g <= 15 {
		t.Errorf("a lawyer's sentence has grade %.2f", g)
	}
}

func TestEnglishIsPlain(t *testing.T) {
	for name, f := range everything(t) {
		text, err := f.Text(English)
		if err != nil {
			t.Fatal(err)
		}
		g := grade(text)
		t.Logf("%s: grade %.1f", name, g)
		if g > maxGrade {
			t.Errorf("%s: reading grade %.1f, at most %d", name, g, maxGrade)
		}
	}
}
