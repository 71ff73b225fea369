#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs a build into an empty place and uses it from there as a stranger would: run.sh BUILD PLACE HOW,
# HOW one of c11-shared, c11-static, cxx17-shared, cxx17-static, cmake, adapters (shared and static).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 place=$2/$3 how=$3

rm -rf "$place"
mkdir -p "$place"
DESTDIR=$place/root meson install -C "$build" --no-rebuild --quiet
prefix=$place/root$(meson introspect --buildoptions "$build" | jq -r '.[] | select(.name == "prefix").value')
libdir=$(dirname "$(find "$prefix" -name libcsuccess.a)")
[ -z "${how##*static}" ] && rm "$libdir"/libcsuccess.so*

use_pkg_config() { # COMPILER STANDARD LANGUAGE pkg-config's words
    local compiler=$1 standard=$2 language=$3
    shift 3
    export PKG_CONFIG_PATH=$libdir/pkgconfig
    grep -q '^Requires.private:.*libcjson.*libpcre2-8' "$libdir/pkgconfig/csuccess.pc"
    # shellcheck disable=SC2046
    "$compiler" -std="$standard" -Wall -Wextra -Wpedantic -Werror -x "$language" "$here/host.c" -x none \
        -o "$place/host" $(pkg-config --define-variable=prefix="$prefix" --cflags "$@" --libs csuccess)
    LD_LIBRARY_PATH=$libdir "$place/host"
}

use_cmake() {
    cmake -S "$here" -B "$place/cmake" -DCMAKE_PREFIX_PATH="$prefix" \
        -Dcsuccess_DIR="$libdir/cmake/csuccess"
    cmake --build "$place/cmake"
    LD_LIBRARY_PATH=$libdir "$place/cmake/with_shared"
    "$place/cmake/with_static"
}

# Each program is started in a place of its own, where it may write.
use_adapters() {
    local adapters="csuccess-sqlite csuccess-file csuccess-webhook" static=() name
    export PKG_CONFIG_PATH=$libdir/pkgconfig
    cd "$place"
    # shellcheck disable=SC2046,SC2086
    gcc -std=c11 -Wall -Wextra -Wpedantic -Werror "$here/adapters.c" -o "$place/with-shared" \
        $(pkg-config --define-variable=prefix="$prefix" --cflags --libs $adapters)
    LD_LIBRARY_PATH=$libdir "$place/with-shared"
    for name in $adapters; do static+=("$libdir/lib$name.a"); done
    # shellcheck disable=SC2046,SC2086
    gcc -std=c11 "$here/adapters.c" -o "$place/with-static" $(pkg-config --define-variable=prefix="$prefix" --cflags csuccess) \
        "${static[@]}" "$libdir/libcsuccess.a" $(pkg-config --libs libcjson libpcre2-8 sqlite3 libcurl libcrypto) -lm
    "$place/with-static"
    readelf -d "$place/with-shared" | grep -q libcsuccess-webhook.so.0
    ! readelf -d "$place/with-static" | grep libcsuccess
}

case $how in
c11-shared) use_pkg_config gcc c11 c ;;
c11-static) use_pkg_config gcc c11 c --static ;;
cxx17-shared) use_pkg_config g++ c++17 c++ ;;
cxx17-static) use_pkg_config g++ c++17 c++ --static ;;
cmake) use_cmake ;;
adapters) use_adapters ;;
esac

# What is linked is what was meant.
if [ -x "$place/host" ]; then
    readelf -d "$place/host" >"$place/needed"
    if [ -z "${how##*static}" ]; then ! grep libcsuccess "$place/needed"; else grep -q 'libcsuccess.so.0' "$place/needed"; fi
fi
