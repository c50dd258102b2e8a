package plot

import (
	"fmt"
	"math"
)

// A colour is red, green and blue of sRGB, each 0 to 1.
type colour [3]float64

// oklch is the colour of a lightness, chroma and hue (in degrees) in OKLab, in
// which equal steps look equally large (Ottosson, "A perceptual color space for
// image processing", 2020). What sRGB cannot show is cut off.
func oklch(lightness, chroma, hue float64) colour {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	return colour{
		encode(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		encode(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		encode(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
}

func cube(x float64) float64 { return x * x * x }

// encode is sRGB's curve (IEC 61966-2-1).
func encode(linear float64) float64 {
	linear = min(1, max(0, linear))
	if linear <= 0.0031308 {
		return 12.92 * linear
	}
	return 1.055*math.Pow(linear, 1/2.4) - 0.055
}

func decode(c float64) float64 {
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// String is the colour as SVG writes it.
func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", byteOf(c[0]), byteOf(c[1]), byteOf(c[2]))
}

func byteOf(c float64) int { return int(math.Round(c * 255)) }

// luminance and contrast are those of the Web Content Accessibility Guidelines.
func (c colour) luminance() float64 {
	return 0.2126*decode(c[0]) + 0.7152*decode(c[1]) + 0.0722*decode(c[2])
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

var (
	black = colour{0, 0, 0}
	white = colour{1, 1, 1}
)

// letters is black or white, whichever reads better on the colour.
func (c colour) letters() colour {
	if contrast(c, black) >= contrast(c, white) {
		return black
	}
	return white
}

// blue is the hue of everything that has a single one.
const blue = 252

// shade is the scale of the heat map: one hue, evenly darker from 0 to 1.
func shade(t float64) colour { return oklch(0.94-0.54*t, 0.025+0.085*t, blue) }

// distinct is the colour of the nth of several lines: hues a golden angle apart.
func distinct(n int) colour {
	const golden = 137.508
	return oklch(0.54-0.1*float64(n%2), 0.13, math.Mod(blue+golden*float64(n), 360))
}
