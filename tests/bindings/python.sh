#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Python package as its users meet it: python.sh BUILD WHAT [ARG..], BUILD being the folder where ./dev wheel put wheels/. WHAT is one of
#   versions        the Pythons that are there, one a line
#   smoke VERSION   the wheel in a fresh environment of that Python, and the README's lines in it
#   environment     what the tests need, with the wheel, in BUILD/pythons/tests
#   test [ARG..]    pytest there
#   types           mypy --strict over the package and its tests; stubtest
#   docs            the snippets of the README and the guide
#   services ARG..  an example service with real requests: see services_test.py
#   asan [ARG..]    pytest over the shared library of BUILD/asan, under the address sanitizer
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
build=$1 what=$2
shift 2
tests=$build/pythons/tests
packages=(pytest mypy pyarrow polars duckdb pandas numpy fastapi uvicorn httpx)
export PIP_CACHE_DIR=${PIP_CACHE_DIR:-$build/pip} PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

wheel=$(ls "$build"/wheels/*.whl)

# The newest of one minor version that starts: a shim may be there for one that is not.
python_of() { # VERSION
    local candidate
    for candidate in "$(command -v "python$1" || true)" "$HOME/.pyenv/versions/$1".*/bin/python"$1" \
        /root/.pyenv/versions/"$1".*/bin/python"$1"; do
        if [ -x "$candidate" ] && "$candidate" -c 'import venv, ctypes, ssl' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

versions() {
    local version
    for version in 3.10 3.11 3.12 3.13 3.14; do
        if python_of $version >/dev/null; then echo $version; fi
    done
}

# An environment without a pip of its own is made in no time.
environment_of() { # VERSION PLACE PACKAGE...
    local place=$2
    "$(python_of "$1")" -m venv --without-pip --clear "$place"
    "$build/venv/bin/pip" --python "$place/bin/python" install --quiet "${@:3}"
}

smoke() {
    local place=$build/pythons/$1
    environment_of "$1" "$place" "$wheel"
    (cd / && "$place/bin/python" -W error -c 'import csuccess, sys; print(sys.version, csuccess.__version__, csuccess.library_version())')
    "$place/bin/python" -W error tests/bindings/snippets.py bindings/python/README.md
}

# What was installed stays: only the wheel is another one.
environment() {
    local version
    version=$(versions | grep -x 3.11 || versions | tail -n 1)
    if [ "$(cat "$tests/installed" 2>/dev/null)" != "${packages[*]}" ]; then
        environment_of "$version" "$tests" "${packages[@]}" cffi
        printf '%s\n' "${packages[*]}" >"$tests/installed"
    fi
    "$build/venv/bin/pip" --python "$tests/bin/python" install --quiet --force-reinstall --no-deps "$wheel"
}

run_pytest() {
    "$tests/bin/python" -m pytest -q -p no:cacheprovider -W error::pytest.PytestUnraisableExceptionWarning \
        bindings/python/tests "$@"
}

types() {
    # From a folder where the package is the installed one, as for everybody.
    cd "$build/pythons"
    "$tests/bin/mypy" --config-file "$root/bindings/python/pyproject.toml" --cache-dir "$build/pythons/mypy" -p csuccess
    "$tests/bin/mypy" --config-file "$root/bindings/python/pyproject.toml" --cache-dir "$build/pythons/mypy" \
        "$root/bindings/python/tests"
    "$tests/bin/stubtest" --mypy-config-file "$root/bindings/python/pyproject.toml" --ignore-disjoint-bases \
        --ignore-unused-allowlist --allowlist "$root/bindings/python/stubtest.txt" csuccess
}

docs() {
    local pages=(README.md bindings/python/README.md)
    if [ -f docs/guides/python.md ]; then pages+=(docs/guides/python.md); fi
    "$tests/bin/python" -W error tests/bindings/snippets.py "${pages[@]}"
}

# The library that the suite has built with clang, as if it were installed, and the extension over it.
asan() {
    local place=$build/pythons/asan prefix machine
    rm -rf "$place/root"
    DESTDIR=$place/root meson install -C "$build/asan" --no-rebuild --quiet
    prefix=$place/root$(meson introspect --buildoptions "$build/asan" | jq -r '.[] | select(.name == "prefix").value')
    machine=$(dirname "$(find "$prefix" -name libcsuccess.so)")
    sed -i "s|^prefix=.*|prefix=$prefix|" "$machine"/pkgconfig/*.pc
    export PATH=$build/venv/bin:$PATH PKG_CONFIG_PATH=$machine/pkgconfig LD_LIBRARY_PATH=$machine
    if [ -f "$place/build/build.ninja" ]; then meson setup --reconfigure "$place/build" bindings/python; else
        CC="$(command -v ccache || true) clang" meson setup "$place/build" bindings/python -Dsystem=true -Dbuildtype=debug
    fi
    ninja -C "$place/build" package
    DESTDIR=$place/package meson install -C "$place/build" --no-rebuild --quiet
    local package
    package=$(dirname "$(find "$place/package" -name '_csuccess*.so')")
    local runtime
    runtime=$(clang -print-file-name="libclang_rt.asan-$(uname -m).so")
    # The interpreter keeps what it keeps; its own small blocks come from malloc, so that their ends are watched too.
    PYTHONPATH=$(dirname "$package") PYTHONMALLOC=malloc LD_PRELOAD=$runtime CSUCCESS_PACKAGE=$package \
        ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1:detect_stack_use_after_return=1 run_pytest -m "not slow and not memory and not timing" "$@"
}

services() { "$tests/bin/python" tests/bindings/services_test.py "$@"; }

case $what in
versions | smoke | environment | types | docs | services | asan) "$what" "$@" ;;
test) run_pytest "$@" ;;
*) sed -n 's/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
