//go:build !race

package elgamal

const raced = false
