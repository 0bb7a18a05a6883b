#!/usr/bin/env bash
# Installs the Debian packages that building and running need, and says what it does. What is there already is skipped.
#
#   tools/install-packages.sh              to build and run paper2code
#   tools/install-packages.sh test         also what the tests need
#   tools/install-packages.sh test browser also what the tests of pages in a browser need
#   tools/install-packages.sh test fuzz    also what the fuzz targets need
#   tools/install-packages.sh bench        also the independent readers that bench/reading measures against
#
# Uses sudo when it is not root. On systems without apt it lists the packages and stops.
set -euo pipefail

build=(cmake ninja-build g++ ccache pkg-config
  nlohmann-json3-dev libfmt-dev libspdlog-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev libarchive-dev libcli11-dev
  libvalijson-dev libicu-dev)
run=(bubblewrap poppler-utils tesseract-ocr graphviz libjs-katex python3 python3-venv ca-certificates)
tests=(libgtest-dev python3-yaml)
browser=(chromium)
fuzz=(clang-14)
bench=(latexml texlive-latex-extra pandoc)

wanted=("${build[@]}" "${run[@]}")
for group in "$@"; do
  case "$group" in
    test) wanted+=("${tests[@]}") ;;
    browser) wanted+=("${browser[@]}") ;;
    fuzz) wanted+=("${fuzz[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    -h | --help)
      sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *)
      echo "install-packages.sh: unknown group '$group'; there are test, browser, fuzz and bench" >&2
      exit 2
      ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "This system has no apt. Please install what these Debian packages hold, by whatever means it has:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [[ $state == "install ok installed" ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  echo "Debian packages: all ${#wanted[@]} are there."
  exit 0
fi

echo "Debian packages: installing ${missing[*]}"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "Only root can install packages, and there is no sudo. Run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
echo "Debian packages: done."
