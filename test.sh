#!/usr/bin/env bash
# Builds and tests. Installs the Debian packages that are missing first. Needs no key and no network beyond the packages.
#
#   ./test.sh          release build and the fast tests
#   ./test.sh --slow   then also the end-to-end tests and those of pages in a browser
#   ./test.sh --all    then also the fast tests with AddressSanitizer and UndefinedBehaviorSanitizer, and each fuzz target
#                      for a few seconds (what CI runs)
#   options: --jobs N (default: one a core), --fuzz-seconds N (default 10, of each target)
#
# The last line is "N passed, N failed"; the exit code is 0 when nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

all=no
slow=no
jobs=$(nproc)
fuzz_seconds=10
while [[ $# -gt 0 ]]; do
  case "$1" in
    --all) all=yes && slow=yes && shift ;;
    --slow) slow=yes && shift ;;
    --jobs | --fuzz-seconds)
      [[ $# -ge 2 && $2 =~ ^[1-9][0-9]*$ ]] || { echo "test.sh: $1 needs a number" >&2; exit 2; }
      [[ $1 == --jobs ]] && jobs=$2 || fuzz_seconds=$2
      shift 2
      ;;
    -h | --help)
      sed -n '2,10s/^# \{0,1\}//p' test.sh
      exit 0
      ;;
    *)
      echo "test.sh: unknown option '$1'; see --help" >&2
      exit 2
      ;;
  esac
done

passed=0
failed=0
skipped=0
step() { printf '\n== %s  [%d min %02d s]\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }
finish() {
  [[ $skipped -eq 0 ]] || printf '\n%d tests skipped: something they need is not on this machine\n' "$skipped"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [[ $failed -eq 0 ]]
  exit
}
fail() {
  echo "FAILED: $*" >&2
  failed=$((failed + 1))
}

# build PRESET TARGET...: without targets everything. A build that fails counts as one failed test.
build() {
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null && cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# tests PRESET CTEST-ARGUMENT...: runs ctest and adds its counts.
tests() {
  local preset=$1 log summary
  shift
  log=build/$preset/ctest-output.txt
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel "$jobs" "$@" </dev/null 2>&1 | tee "$log" |
    grep -v -E '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test .* Passed )'
  # "98% tests passed, 2 tests failed out of 120"
  summary=$(grep -E 'tests passed, [0-9]+ tests failed out of [0-9]+' "$log" | tail -1)
  if [[ $summary =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    failed=$((failed + BASH_REMATCH[1]))
    passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
    # ctest counts a skipped test as passed; it is neither.
    local skips
    skips=$(grep -c '\*\*\*Skipped' "$log")
    skipped=$((skipped + skips))
    passed=$((passed - skips))
  else
    fail "ctest did not run in build/$preset"
  fi
}

step "Packages"
mkdir -p build
groups=(test)
[[ $slow == no ]] || groups+=(browser)
[[ $all == no ]] || groups+=(fuzz)
tools/install-packages.sh "${groups[@]}" || { fail "packages"; finish; }

step "Release build ($jobs jobs)"
build release || { fail "release build"; finish; }
step "Fast tests"
tests release --label-exclude end_to_end

if [[ $slow == yes ]]; then
  step "End-to-end tests"
  tests release --label-regex end_to_end
fi

if [[ $all == yes ]]; then
  # One build serves both: the fuzz preset has the sanitizers on everything.
  step "Build with sanitizers, and the fuzz targets"
  fuzz_targets=()
  for source in tests/fuzz/fuzz_*.cpp; do fuzz_targets+=("$(basename "$source" .cpp)"); done
  if build fuzz; then
    step "Fast tests with sanitizers"
    tests fuzz --label-exclude end_to_end
    step "Fuzz targets, $fuzz_seconds s each"
    for target in "${fuzz_targets[@]}"; do
      # New inputs go to a scratch folder: the corpus in the repository only grows by hand.
      scratch=build/fuzz/scratch/$target
      mkdir -p "$scratch"
      corpus=tests/fuzz/corpus/${target#fuzz_}
      [[ -d $corpus ]] || corpus=
      if "build/fuzz/tests/fuzz/$target" -max_total_time="$fuzz_seconds" -timeout=30 -rss_limit_mb=2048 -artifact_prefix="$scratch/" \
        "$scratch" $corpus </dev/null >"$scratch.log" 2>&1; then
        passed=$((passed + 1))
      else
        tail -40 "$scratch.log"
        fail "$target; its input is in $scratch"
      fi
    done
  else
    fail "build with sanitizers"
  fi
fi

step "Done"
finish
