#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whether every C file is as .clang-format wants it: format.sh CLANG_FORMAT [-i]
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=(--dry-run -Werror)
[ "${2:-}" = -i ] && mode=(-i)
find lib include examples tests bindings/node/src -name '*.[ch]' -not -path '*/data/*' -print0 |
    xargs -0 "$1" --style=file "${mode[@]}"
