#!/usr/bin/env bash
# Sets up, builds and tests. What CTest says of everything comes last, then what
# failed once more; its verdict is the exit code.
#
#   tests/run.sh         all tests built by clang; those of the rules, of the
#                        forms and the simulation also by g++
#   tests/run.sh --all   also the program by g++; everything under
#                        AddressSanitizer and UndefinedBehaviorSanitizer, and,
#                        but for what links gRPC, under ThreadSanitizer;
#                        clang-tidy, more seeds, and the tests labelled `all`
#
# Builds are kept in build/<preset>. In the summary a test is named after its
# build: gcc/ApplyTest.Duplicate is `ctest --preset gcc -R ApplyTest.Duplicate`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=false
case ${1:-} in
  "") ;;
  --all) all=true ;;
  *)
    sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    [ "$1" = --help ] || exit 2
    exit 0
    ;;
esac

jobs=$(nproc)
export CMAKE_BUILD_PARALLEL_LEVEL=$jobs CTEST_PARALLEL_LEVEL=$jobs

# step <name> <command…>: runs it and prints how long it took.
step() {
  local name=$1 start=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  printf '== %s: %s s%s\n' "$name" $((SECONDS - start)) \
    "$([ "$status" -eq 0 ] || echo ', failed')"
  return "$status"
}

# Many files as one, which takes half the time.
configure() {
  cmake --preset "$1" --log-level=WARNING -DCHASQUI_UNITY=ON
}

# build <preset> [<target>…]: a build that fails is a failed test of the suite,
# so that the others are still run.
suites=()
build() {
  local preset=$1
  shift
  suites+=("$preset${*:+:}$(IFS=,; echo "$*")")
  step "configure $preset" configure "$preset"
  step "build $preset" cmake --build --preset "$preset" \
    ${*:+--target "$@"} -- -k 0 || true
}

# The tests that must also hold under a second compiler, as far as there are any.
rules=()
for folder in testing form sync wire simulation; do
  if [ -f "tests/$folder/CMakeLists.txt" ]; then
    rules+=("tests_$folder")
  fi
done

if $all; then
  export CHASQUI_SIM_SEEDS=${CHASQUI_SIM_SEEDS:-1000}
  step set-up deploy/setup.sh --all-tests
  build dev
  build gcc chasqui "${rules[@]}"
  build asan
  build tsan tests_without_grpc
else
  step set-up deploy/setup.sh --test
  build dev
  build gcc "${rules[@]}"
fi

step "collect tests" python3 tests/suite.py --into build/suite \
  $($all && echo --clang-tidy || echo --without all) "${suites[@]}"
printf '\n== tests\n'
verdict=0
ctest --test-dir build/suite --output-on-failure --no-tests=error \
  --no-label-summary --output-junit results.xml || verdict=$?
python3 tests/failures.py build/suite/results.xml
exit "$verdict"
