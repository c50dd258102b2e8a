// Package demo is the main job on one machine: an airline and a bank with
// tables whose overlap is known, two nodes on loopback, a signed agreement, and
// every analysis that it allows, beside the truth.
//
// It uses what anybody with two nodes uses and nothing else; only the tables
// are invented. It measures nothing.
package demo
