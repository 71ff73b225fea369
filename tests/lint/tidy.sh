#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the library, with the compile commands of a gcc build: tidy.sh BUILD JOBS
set -euo pipefail
cd "$(dirname "$0")/../.."
find lib -name '*.c' -print0 | sort -z |
    xargs -0 -n 4 -P "$2" clang-tidy --quiet -p "$1" --extra-arg=-Wno-unknown-warning-option 2>&1 |
    { grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter' || true; }
exit "${PIPESTATUS[1]}"
