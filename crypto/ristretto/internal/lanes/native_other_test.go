//go:build !amd64 || purego

package lanes

func native4() (field[vec4], bool) { return nil, false }
func native8() (field[vec8], bool) { return nil, false }
