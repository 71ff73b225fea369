#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares a built library with the ABI on record; anything but an addition fails: compare.sh BUILD BASELINE
set -euo pipefail
if [ ! -f "$2" ]; then
    echo "$2 is missing: run ./dev abi-baseline and commit it"
    exit 1
fi
status=0
abidiff --no-added-syms --suppressions "$(dirname "$0")/public.abignore" --headers-dir2 include/csuccess \
    --drop-private-types "$2" "$1/lib/libcsuccess.so.0" || status=$?
if [ $status != 0 ]; then
    echo "the ABI differs from $2 (abidiff exit $status). Until 0.1 is released: run ./dev abi-baseline, read the"
    echo "difference and commit it. After that: give the change another shape."
fi
exit $status
