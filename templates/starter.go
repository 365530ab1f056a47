package templates

import "embed"

// Starter are the files that a new audit begins with.
//
//go:embed starter/*
var Starter embed.FS
