#!/usr/bin/env bash
# From a paper to a tested repository on this machine, without a model and without a key: installs the Debian packages that
# are missing, builds paper2code, and runs it on the bundled paper with the recorded replies of a model. The generated
# tests and the smoke training run in a sandbox without network.
#
#   ./demo.sh              about ten minutes the first time (most of it building, and fetching PyTorch for the sandbox)
#   ./demo.sh --jobs N     compile with N jobs (default: one a core)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

jobs=$(nproc)
while [[ $# -gt 0 ]]; do
  case "$1" in
    --jobs)
      [[ $# -ge 2 && $2 =~ ^[1-9][0-9]*$ ]] || { echo "demo.sh: --jobs needs a number" >&2; exit 2; }
      jobs=$2
      shift 2
      ;;
    -h | --help)
      sed -n '2,7s/^# \{0,1\}//p' demo.sh
      exit 0
      ;;
    *)
      echo "demo.sh: unknown option '$1'; see --help" >&2
      exit 2
      ;;
  esac
done

step() { printf '\n== %s\n' "$*"; }

step "1/4 Packages"
tools/install-packages.sh

step "2/4 Build (release, $jobs jobs)"
cmake --preset release >/dev/null
cmake --build build/release --target paper2code --parallel "$jobs"

example=examples/neural-graph-fingerprints
out=build/demo/neural-graph-fingerprints
program=build/release/apps/paper2code/paper2code

step "3/4 Run: $example, model replies from $example/recording"
rm -rf "$out"
status=0
"$program" run "$example/paper" --recorded "$example/recording" -o "$out" || status=$?
if [[ ! -f $out/run.json ]]; then
  echo "demo.sh: the run stopped before it began; the line above says why" >&2
  exit "$status"
fi

step "4/4 What came out"
python3 - "$out" <<'PYTHON'
import json, pathlib, sys

out = pathlib.Path(sys.argv[1])
run = json.loads((out / "run.json").read_text(encoding="utf-8"))
verify_path = out / "verify" / "verify.json"
verify = json.loads(verify_path.read_text(encoding="utf-8")) if verify_path.exists() else {}
tests = [test["outcome"] for test in verify.get("tests", [])]
print(f"repository   {out / 'repo'}")
print(f"report       {out / 'report.html'} (and REPORT.md beside it)")
print(f"level        {run.get('level') or 'none'}  (L0 parses, L1 imports, L2 starts, L3 smoke run, L4 behaviour tests)")
for level in verify.get("levels", []):
    sign = {"passed": "passed", "failed": "FAILED"}.get(level["state"], "not attempted")
    print(f"  {level['level']}  {sign}{': ' + level['reason'] if level.get('reason') else ''}")
print(f"tests        {tests.count('passed')} passed, {len(tests) - tests.count('passed')} not passed")
if verify:
    print(f"lines        {verify['lines_changed']} of {verify['lines_total']} changed after first emission")
PYTHON
exit "$status"
