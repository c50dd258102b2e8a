package gpp

// USPrivacy reads a US privacy string, which is section 6 as well: version 1,
// whether notice was given, whether the person opted out of the sale, whether
// the service provider agreement covers it; each of the three is Y, N or -
// (InteractiveAdvertisingBureau/USPrivacy, CCPA/US Privacy String.md). It is
// [NotApplicable] where the law is not, and fails with [ErrVersion] or
// [ErrMalformed].
func USPrivacy(text []byte) (sale Choice, err error) {
	if len(text) != 4 {
		return NotApplicable, ErrMalformed
	}
	for _, c := range text[1:] {
		if c != 'Y' && c != 'N' && c != '-' {
			return NotApplicable, ErrMalformed
		}
	}
	if text[0] != '1' {
		return NotApplicable, ErrVersion
	}
	switch text[2] {
	case 'Y':
		return OptedOut, nil
	case 'N':
		return NotOptedOut, nil
	}
	return NotApplicable, nil
}
