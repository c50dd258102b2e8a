package plot

// gridX draws a horizontal ruler below a chart, with a line up for each tick.
func gridX(p *paper, r ruler, top, bottom float64, name string) {
	style := lettering{size: smallSize, fill: softColour, anchor: "middle"}
	free := 0.0
	for _, v := range r.ticks {
		x, text := r.at(v), tick(v)
		p.line(x, top, x, bottom, edgeColour, 1)
		if half := width(text, smallSize) / 2; x-half >= free {
			p.text(style, x, bottom+17, text, text)
			free = x + half + 6
		}
	}
	style.weight = 700
	room := min(r.to, p.width-margin) - r.from
	p.text(style, (r.from+r.to)/2, bottom+36, shorten(name, smallSize, room), name)
}

// gridY draws an upright ruler left of a chart, with a line across for each tick.
func gridY(p *paper, r ruler, left, right float64) {
	for _, v := range r.ticks {
		y, text := r.at(v), tick(v)
		p.line(left, y, right, y, edgeColour, 1)
		p.text(lettering{size: smallSize, fill: softColour, anchor: "end"}, left-8, y+smallSize*0.36, text, text)
	}
}
