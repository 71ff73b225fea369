# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What `./dev test` runs, and how it is counted. Sourced by dev, whose functions it uses.
# shellcheck disable=SC2154

passed=0
failed=0

start_counting() {
    passed=0
    failed=0
    mkdir -p "$logs"
}

finish_counting() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

# check NAME COMMAND...: one check; its output goes to build/logs and is shown when it fails.
check() {
    local name=$1 log status start=$SECONDS
    log=$logs/${1//[^a-zA-Z0-9._-]/_}.log
    shift
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        printf 'ok      %s (%d s)\n' "$name" $((SECONDS - start))
        return 0
    fi
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$name"
    tail -n 30 "$log" | sed 's/^/        /'
    return 0
}

# meson_checks NAME DIR ARG...: the meson tests of a build, each one check.
meson_checks() {
    local name=$1 dir=$build/$2 counts start=$SECONDS
    shift 2
    rm -f "$dir/meson-logs/$name".json "$dir/meson-logs/$name"-*.json
    if [ -f "$dir/build.ninja" ]; then
        meson test -C "$dir" --no-rebuild --num-processes "$jobs" --logbase "$name" "$@" \
            >"$logs/$name.log" 2>&1 </dev/null || true
    fi
    # With a wrapper meson adds its name to the log's.
    counts=$("$build/venv/bin/python" tests/count.py "$name" "$dir/meson-logs/$name"*.json)
    passed=$((passed + $(head -n 1 <<<"$counts" | cut -d' ' -f1)))
    failed=$((failed + $(head -n 1 <<<"$counts" | cut -d' ' -f2)))
    tail -n +2 <<<"$counts"
    printf '        %s: %d s\n' "$name" $((SECONDS - start))
}

# report_checks NAME REPORT COMMAND...: a run that leaves a report as JUnit has it, each test one check.
report_checks() {
    local name=$1 report=$2 counts start=$SECONDS
    shift 2
    mkdir -p "$(dirname "$report")"
    rm -f "$report"
    "$@" >"$logs/$name.log" 2>&1 </dev/null || true
    # One that ended before its tests did is shown as it ended.
    [ -f "$report" ] || tail -n 30 "$logs/$name.log" | sed 's/^/        /'
    counts=$("$build/venv/bin/python" tests/count.py "$name" "$report")
    passed=$((passed + $(head -n 1 <<<"$counts" | cut -d' ' -f1)))
    failed=$((failed + $(head -n 1 <<<"$counts" | cut -d' ' -f2)))
    tail -n +2 <<<"$counts"
    printf '        %s: %d s\n' "$name" $((SECONDS - start))
}

# pytest_checks NAME ARG...: a run of tests/bindings/python.sh that is pytest's.
pytest_checks() {
    local report=$build/pythons/$1.xml
    report_checks "$1" "$report" tests/bindings/python.sh "$build" "${@:2}" --junitxml="$report"
}

# node_tests NAME ARG...: a run of tests/bindings/node.sh that is node --test's.
node_tests() {
    local report=$build/nodes/$1.xml
    report_checks "$1" "$report" tests/bindings/node.sh "$build" "${@:2}" --test-reporter=junit --test-reporter-destination="$report"
}

# ---- builds -----------------------------------------------------------------------------------

strict=(-Dwerror=true)
sanitizers=(-Db_lundef=false -Dwerror=true)

configure_asan() {
    configure asan clang "${sanitizers[@]}" -Db_sanitize=address,undefined -Dnode=auto \
        -Dc_args=-fno-sanitize-recover=all
}
# Some kernels randomise addresses more widely than the sanitizers of older compilers bear.
fixed_addresses=()
if setarch -R true 2>/dev/null; then fixed_addresses=(--wrapper 'setarch -R'); fi

build_werror() { configure "$1" "$2" "${strict[@]}" && make "$1"; }
build_asan() { configure_asan && make asan; }
# The programs of the suite "threads", and what they need: the rest would be built for nothing.
thread_programs() {
    meson introspect "$build/tsan" --tests |
        jq -r '.[] | select(any(.suite[]; endswith("threads"))) | .cmd[0]' | sed 's|^.*/build/tsan/||'
}
build_tsan() {
    configure tsan clang "${sanitizers[@]}" -Db_sanitize=thread
    local programs
    mapfile -t programs < <(thread_programs)
    [ ${#programs[@]} -gt 0 ] || return 1
    make tsan "${programs[@]}"
}

# ---- the parts --------------------------------------------------------------------------------

lint_checks() {
    local python=$build/venv/bin/python
    check format tests/lint/format.sh "$build/venv/bin/clang-format"
    check clang-tidy tests/lint/tidy.sh "$build/gcc" "$jobs"
    check cppcheck tests/lint/cppcheck.sh "$build/gcc" "$jobs"
    check lengths "$python" tests/lint/lengths.py "$root"
    if command -v shellcheck >/dev/null 2>&1; then check shellcheck shellcheck -x dev .ci/run tests/*.sh; fi
}

make_locales() {
    local name
    mkdir -p "$build/locales"
    for name in de_DE tr_TR; do
        [ -d "$build/locales/$name.UTF-8" ] || localedef -i $name -f UTF-8 "$build/locales/$name.UTF-8"
    done
    cc -std=c11 -Wall -Wextra -Werror -shared -fPIC tests/lint/locale.c -o "$build/locales/locale.so"
}

# Every program of the tests is started in a locale with a decimal comma, and in one where "I" is not
# the upper case of "i"; the preloaded locale.c sets it, and stops a program that does not get it. The command
# sets no locale itself and is tested as it is, in an environment that names one.
locale_checks() {
    local name
    check make-locales make_locales
    for name in de_DE tr_TR; do
        LOCPATH=$build/locales CHECK_LOCALE=$name.UTF-8 CHECK_LOCALE_SO=$build/locales/locale.so \
            meson_checks "locale-$name" gcc --suite unit --suite vectors --suite oracle \
            --wrapper "$root/tests/lint/in-locale.sh"
        LOCPATH=$build/locales CHECK_LOCALE=$name.UTF-8 CHECK_LOCALE_SO='' \
            meson_checks "command-$name" gcc --suite cli --wrapper "$root/tests/lint/in-locale.sh"
    done
}

abi_checks() {
    check abidiff tests/abi/compare.sh "$build/gcc" tests/abi/libcsuccess-0.1.abi
}

consumer_checks() {
    local how
    for how in c11-shared c11-static cxx17-shared cxx17-static cmake adapters; do
        check "consumer-$how" tests/consumer/run.sh "$build/gcc" "$build/consumer" "$how"
    done
}

# Programs that are installed for the comparison only.
oracle_checks() {
    check oracle-xgboost "$build/venv/bin/python" tests/oracles/xgboost_forest.py \
        "$build/gcc/tests/oracles/forest_rows" examples/telco/telco.csv
    check oracle-calendars "$build/venv/bin/python" tests/oracles/calendars.py "$build/gcc/tests/oracles/calendars_rows"
}

# The Python package from its wheel, which is one file for all Pythons that are there.
python_checks() {
    local version versions
    check python-wheel build_wheel
    versions=$(tests/bindings/python.sh "$build" versions) || return 0
    for version in $versions; do
        check "python-$version" tests/bindings/python.sh "$build" smoke "$version"
    done
    check python-environment tests/bindings/python.sh "$build" environment
    check bindings-complete "$build/venv/bin/python" tests/bindings/complete_test.py "$build/gcc/include/csuccess/results.h"
    check python-types tests/bindings/python.sh "$build" types
    check python-docs tests/bindings/python.sh "$build" docs
    check service-python tests/bindings/python.sh "$build" services "$build/gcc/examples/cli/csuccess" python
    if command -v node >/dev/null; then
        check service-node tests/bindings/python.sh "$build" services "$build/gcc/examples/cli/csuccess" node bindings/node
    fi
    pytest_checks python test
    pytest_checks python-asan asan
}

# The cases of tests/vectors from C, Python and Node: what the languages say is compared byte by byte.
vectors_checks() {
    local runners=("c=$build/gcc/tests/vectors/vectors")
    runners+=("python=$build/pythons/tests/bin/python bindings/python/tests/vectors.py")
    # The addon is that of the package.
    if command -v node >/dev/null; then runners+=("node=node bindings/node/test/vectors.mjs"); fi
    check vectors "$build/venv/bin/python" tests/bindings/vectors_test.py tests/vectors "${runners[@]}"
}

# The Node package, built by the one command that its users give, in two versions of Node.
node_checks() {
    PATH=$build/venv/bin:$PATH check node-install tests/bindings/node.sh "$build" install
    node_tests node test
    check node-newest tests/bindings/node.sh "$build" newest
    check node-smoke tests/bindings/node.sh "$build" smoke
    check node-docs tests/bindings/node.sh "$build" docs
    check node-koffi tests/bindings/node.sh "$build" koffi
    check node-pack tests/bindings/node.sh "$build" pack
}

run_suite() {
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    export TSAN_OPTIONS=halt_on_error=1
    start_counting
    check build-gcc build_werror gcc gcc
    meson_checks gcc gcc
    oracle_checks
    # Before the address sanitizer's build, which takes the headers of Node that it brings.
    node_checks
    # This is clang's build too: its warnings are errors, and what it makes of the code is tested. A third build without sanitizers found nothing more, and cost minutes.
    check build-asan build_asan
    meson_checks asan asan --no-suite static "${fixed_addresses[@]}"
    python_checks
    vectors_checks
    check build-tsan build_tsan
    meson_checks tsan tsan --suite threads "${fixed_addresses[@]}"
    locale_checks
    consumer_checks
    abi_checks
    lint_checks
    finish_counting
}
