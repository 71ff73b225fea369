#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Node package as its users meet it: node.sh BUILD WHAT [ARG..]. WHAT is one of
#   install         one npm install of bindings/node from a fresh folder, which builds it, and the README's lines there
#   newest          Node 24 in BUILD/nodes, from the npm registry
#   test [ARG..]    node --test of everything
#   smoke           the same binary under that Node 24: README and the tests of the addon
#   docs            the snippets of the guide and the README
#   koffi           examples/node-koffi over the library of BUILD/gcc
#   pack            what would be published holds no sources and runs nothing when it is installed
#   asan            the tests of the addon over that of BUILD/asan, under the address sanitizer
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
build=$(realpath "$1") what=$2
shift 2
package=$root/bindings/node
nodes=$build/nodes
fresh=$nodes/fresh
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm_config_loglevel=error
command -v ccache >/dev/null 2>&1 && export CC="ccache ${CC:-gcc}"

# The README's program: its blocks of JavaScript, one behind the other.
readme() {
    [ -f "$package/README.md" ] || return 0
    awk '/^```(js|javascript|mjs)$/ { on = 1; next } /^```/ { on = 0 } on' "$package/README.md" >"$fresh/readme.mjs"
    (cd "$fresh" && "$1" readme.mjs)
}

smoke_lines() {
    cat >"$fresh/smoke.mjs" <<'JS'
import * as csuccess from "csuccess";
import { raw } from "csuccess/raw";
console.log(process.version, raw.csuccess_version(), Object.keys(csuccess).length);
JS
    (cd "$fresh" && "$1" smoke.mjs)
}

install() {
    rm -rf "$fresh"
    mkdir -p "$fresh"
    (cd "$fresh" && npm init -y >/dev/null && npm install "$package")
    smoke_lines node
    readme node
}

newest() {
    mkdir -p "$nodes/24"
    [ -x "$nodes/24/node_modules/.bin/node" ] || (cd "$nodes/24" && npm install --no-save "node-$(node -p 'process.platform + "-" + process.arch')@24")
    "$(newest_node)" --version
}

newest_node() { ls "$nodes"/24/node_modules/node-*/bin/node; }

# Every file parses, and every test passes.
run_tests() {
    local file
    for file in "$package"/*.mjs "$package"/test/*.mjs; do node --check "$file"; done
    (cd "$package" && node --expose-gc --test "$@" test/)
}

smoke() {
    local node
    node=$(newest_node)
    smoke_lines "$node"
    readme "$node"
    (cd "$package" && CSUCCESS_LOOPS=20000 "$node" --expose-gc --test test/raw*.test.mjs)
}

pack() {
    local listing
    listing=$(cd "$package" && npm pack --ignore-scripts --dry-run --json)
    jq -e '.[0].files | map(.path) | any(test("^prebuilds/.*\\.node$")) and any(. == "dist/index.js") and (any(test("^src/|binding\\.gyp$|^build/|^test/")) | not)' <<<"$listing"
    jq -e '.scripts | has("install") or has("preinstall") or has("postinstall") | not' "$package/package.json"
}

docs() { node tests/bindings/snippets.mjs "$package" docs/guides/node.md "$package/README.md"; }

koffi() {
    local place=$nodes/koffi
    mkdir -p "$place"
    cp "$root"/examples/node-koffi/{app.mjs,package.json} "$place"
    [ -d "$place/node_modules/koffi" ] || (cd "$place" && npm install)
    (cd "$place" && node app.mjs "$build/gcc/lib/libcsuccess.so") | tee "$place/out"
    diff <(awk '/^```text$/ { on = 1; next } /^```/ { on = 0 } on' "$root/examples/node-koffi/README.md") "$place/out"
}

asan() {
    local runtime
    runtime=$(clang -print-file-name="libclang_rt.asan-$(uname -m).so")
    (cd "$package" && LD_PRELOAD=$runtime ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1:detect_stack_use_after_return=1:quarantine_size_mb=16 \
        UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 CSUCCESS_ADDON=$build/asan/bindings/node/csuccess-node.node CSUCCESS_LOOPS=3000 \
        node --expose-gc --test "$@" test/raw*.test.mjs)
}

case $what in
install | newest | smoke | docs | koffi | pack | asan) "$what" "$@" ;;
test) run_tests "$@" ;;
*) sed -n 's/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
