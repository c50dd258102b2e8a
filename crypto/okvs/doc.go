// Package okvs is an oblivious key-value store over GF(2^128): a vector P, made
// from keys and values, that gives every key its value by a sum of a few of P's
// elements that the key alone chooses, and any other key what looks random. It
// is linear in P, which is what an oblivious PRF by VOLE needs of it (Raghuraman
// and Rindal, ePrint 2022/320).
//
// Keys are spread over bins, so that work stays within a processor's cache, and
// every bin is a store of its own with three sparse columns a key and a few
// dense ones. All works on h, the MMO hash of a key under a seed fresh for every
// run ([Params.Place]): it chooses the bin and the columns, and its powers are
// the dense ones. Bins are encoded and decoded one by one ([Encoder.Encode],
// [Params.Decode]), so that a set never has to lie in memory.
//
// The sizes ([For]) keep the chance that the encoding of a set fails at 2^-40,
// over all of its bins together. Whether it fails depends on the seed and the
// keys: draw another seed, before anything that comes of the first is sent.
//
// A column that no key needs is zero, so that P itself tells something of the
// keys: it must be sent only under a uniform mask. Time depends on the keys, which
// the encoding party knows.
package okvs
