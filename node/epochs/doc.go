// Package epochs is the files in which a node keeps what it needs between the runs
// of an epoch (PROTOCOLS.md §1.15): of a vendor, its key and what it has published;
// of the one who asks, the OPRF outputs of what it has asked and the vendor's
// directory. It is not for anything that has to last: a file that cannot be trusted
// is no file, and the next run is a full one.
//
// A file is a line that names the format, the length of a header and the header, the
// tables, and a MAC over all of it under a key of the node. The vendor's key and the
// pepper are sealed under another. A file appears whole or not at all, and goes away
// before a run goes by it: if the run does not come to its end, neither does the
// epoch.
package epochs
