#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The host twice over one file: the second time its events are known, and nothing is sent again.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
first=$("$1" "$dir/host.db")
second=$("$1" "$dir/host.db")
printf '%s\n---\n%s\n' "$first" "$second"
[ "$(printf '%s\n' "$first" | grep -c 'CSUCCESS_OK')" = 2 ]
[ "$(printf '%s\n' "$second" | grep -c 'CSUCCESS_UNCHANGED')" = 2 ]
[ "$(printf '%s\n' "$first" "$second" | grep -c '^console for acme')" = 1 ]
