#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the ABI of a built library, as far as public headers show it: dump.sh BUILD OUT
set -euo pipefail
abidw --headers-dir include/csuccess --header-file "$1/include/csuccess/results.h" --drop-private-types \
    --no-corpus-path --no-comp-dir-path --no-show-locs --out-file "$2" "$1/lib/libcsuccess.so.0"
