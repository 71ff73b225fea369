#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# cppcheck over the library: cppcheck.sh BUILD JOBS. It sees one file at a time and takes what another one fills for
# uninitialised; that is left to the compilers.
set -euo pipefail
cd "$(dirname "$0")/../.."
cppcheck --quiet -j "$2" --std=c11 --language=c --enable=warning,performance,portability \
    --inline-suppr --error-exitcode=1 --suppress=missingInclude --suppress=unmatchedSuppression \
    --suppress=normalCheckLevelMaxBranches --suppress=nullPointerRedundantCheck --suppress=uninitvar --suppress=ctuuninitvar \
    -D__GNUC__=12 -DCSUCCESS__VERSION='""' -I include -I lib -I "$1/include" -I "$1/lib" lib
