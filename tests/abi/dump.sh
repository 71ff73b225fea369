#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the ABI of a built library, as far as public headers show it: dump.sh BUILD OUT
set -euo pipefail
abidw --exported-interfaces-only --headers-dir include/csuccess --drop-private-types --no-elf-needed \
    --no-corpus-path --no-comp-dir-path --out-file "$2" "$1/lib/libcsuccess.so.0"
# Wherever the build stands, sources are named from the root of the tree.
sed -E -i "s#path='\.\.[^']*/(include/csuccess|lib)/#path='../../\1/#" "$2"
