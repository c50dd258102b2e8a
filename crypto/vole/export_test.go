package vole

// Thorough is thorough for tests from outside.
const Thorough = thorough
