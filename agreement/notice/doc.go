// Package notice writes what a company tells its customers and its regulator about
// runs with a partner: the notice of GDPR Art. 13 and 14, in English or German, and
// the record of processing activities of Art. 30, as CSV and as JSON-LD in the words
// of the W3C Data Privacy Vocabulary.
//
//	c, err := notice.ReadCompany(file)           // what only the company can know
//	f := notice.Facts{Company: c, Sharing: s}    // s: what the agreement says
//	text, err := f.Text(notice.English)           // refused while a point is missing
//	rows, err := notice.CSV([]notice.Facts{f}, notice.English)
//
// It knows no agreement, row or result: the caller says in plain structs what was
// agreed on. It checks that every point is answered, not that an answer is true or
// enough: a person who knows the law reads the text before it is published. It has
// no words for codes that could make them seem other than what they are: personal
// data.
package notice
