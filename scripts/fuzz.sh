#!/bin/sh
# Runs every fuzz target for the given time.
set -eu
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "$package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-10s}" "$package" | tail -1
	done
done
