#!/bin/sh
# Runs all tests. What a test needs from outside Go — poppler to read PDF text, a browser for the HTML
# report — is installed from Debian's packages when that is possible; what stays missing is said loudly.
set -eu

say() { printf '%s\n' "$*" >&2; }

command -v go >/dev/null 2>&1 || { say "test: Go is missing: install Go 1.26 or newer (https://go.dev/dl/)"; exit 2; }

missing=""
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
	say "test: installing$missing"
	# shellcheck disable=SC2086
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing; } >/dev/null 2>&1 || true
fi
for tool in pdftotext chromium; do
	command -v $tool >/dev/null 2>&1 || say "test: SKIPPED for want of $tool: the tests that read a PDF or open the HTML report in a browser (install poppler-utils, chromium)"
done

go vet ./...
go test -race "$@" ./...
