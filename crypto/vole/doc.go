// Package vole makes vector OLE over GF(2^128): the sender gets a secret Δ and
// a vector K, the receiver gets vectors A and C, such that C = K + Δ·A. To the
// sender A looks random, to the receiver Δ does. Neither chooses its vectors.
//
// What goes over the wire for a window of chunks:
//
//	-> Hello      sender: the points of base transfers, which choose Δ's bits
//	<- Hello      receiver: the answer
//	then, window by window:
//	<- Ask        receiver: correlated transfers that choose where its noise is
//	-> Expand     sender: corrections of trees that grow the noise
//	<- Expand     receiver: a random combination of its noise, masked
//	-> Confirm    sender: a hash of the same combination of its own
//
// A chunk is [Usable] outputs: 512 punctured trees (half trees: Guo, Yang, Wang,
// Zhang, Xie, Liu and Zhao, ePrint 2022/1431) give regular noise twice as long,
// which a systematic ExConv code (Raghuraman, Rindal and Tanguy, ePrint
// 2023/882) compresses. What the noise needs is held back from the chunk before;
// for the first one correlated transfers give it.
//
// The claim: given the transfers of package ot, both sides are safe from a peer
// that does anything it likes, if decoding that code with regular noise is hard
// (dual LPN) and AES is an ideal cipher. One gap is in the nature of the check:
// a sender that guesses right where some of the noise is passes it, and so may
// learn what it guessed; a wrong guess ends the session with [ErrCheck]. On
// average that tells it about one bit. The parameters are in params.go, the
// estimates in bench/lpn; no outsider has reviewed either.
//
// The package makes and reads messages; it sends none. What it keeps does not
// grow with the number of windows, only with the chunks of one window. It
// branches on no secret, but reads memory at the receiver's noise positions: a
// process on the same machine that observes caches is not covered.
package vole
