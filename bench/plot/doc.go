// Package plot draws results as small SVG pictures: a cross-table as a heat map,
// counts as bars with their noise, measurements as lines.
//
// A picture is one self-contained file: its own light paper, so that it reads
// alike on white and on dark pages; the fonts that the reader has; no script,
// style, id or link, so that several may stand in one page. Its title and
// description say in words what it shows. The same input gives the same bytes.
//
// A figure that was suppressed is NaN and is drawn hatched with a dash, never as
// zero. Labels may hold anything: they are made printable, shortened and escaped.
//
// It draws what it is given and decides nothing: whether a figure may be seen is
// the gate's work. It is not a charting library: three kinds, one look.
package plot
