// Package address brings postal addresses into one form, so that "12 Main St.
// Apt 4" and "12 MAIN STREET #4" are the same address: street types, directions,
// units, levels, house numbers, PO boxes and postcodes, by country. Its tables
// (en.csv, de.csv, states.csv) are data, each with its source in its head.
//
// It compares what is written and looks nothing up: a street that does not
// exist, or a house number that the post does not serve, is an address all the
// same. It is not for geocoding, and of countries without a table it knows
// nothing. Rules are safe for concurrent use.
package address
