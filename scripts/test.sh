#!/bin/sh
# Runs all tests. What a test needs from outside Go — a C compiler for the race detector, a browser for
# the HTML report — is installed from Debian's packages when that is possible; what stays missing is said
# loudly, with the tests that are skipped for want of it.
set -eu

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
browser() { have chromium || have chromium-browser || have google-chrome; }
compiler() { have gcc || have clang; }

have go || { say "test: Go is missing: install Go 1.26 or newer (https://go.dev/dl/)"; exit 2; }

missing=""
compiler || missing="$missing gcc libc6-dev"
browser || missing="$missing chromium"
if [ -n "$missing" ] && have apt-get && [ "$(id -u)" = 0 ]; then
	say "test: installing$missing"
	# shellcheck disable=SC2086
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing; } >/dev/null 2>&1 || true
fi

race=-race
compiler || { race=""; say "test: WITHOUT the race detector, for want of a C compiler (install gcc)"; }
browser || say "test: SKIPPED for want of a browser: the HTML report in a real browser (install chromium)"
[ "$(id -u)" = 0 ] || say "test: SKIPPED for want of root: what happens on a full disk (it mounts a small one)"

go vet ./...
# shellcheck disable=SC2086
go test $race "$@" ./...
