//go:build race

package vole

// thorough is 1, and more where the race detector slows the arithmetic down:
// tests that try many cases then take every so many.
const thorough = 4
