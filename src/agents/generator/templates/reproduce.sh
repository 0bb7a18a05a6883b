#!/usr/bin/env bash
# Runs the programs of this repository in order.
#
#   bash reproduce.sh                                  smoke profile: a few steps on synthetic data, CPU, about a minute
#   bash reproduce.sh --profile paper                  the paper's settings; needs its data
#   bash reproduce.sh --profile paper --experiments    then also the commands of the paper's experiments
#
# Results go to outputs/<profile>/<program>/. The interpreter is python3, or $PYTHON when set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

profile=smoke
experiments=no
while [[ $# -gt 0 ]]; do
  case "$1" in
    --profile)
      [[ $# -ge 2 ]] || { echo "reproduce.sh: --profile needs a name" >&2; exit 2; }
      profile=$2
      shift 2
      ;;
    --experiments)
      experiments=yes
      shift
      ;;
    -h | --help)
      sed -n '2,8s/^# \{0,1\}//p' reproduce.sh
      exit 0
      ;;
    *)
      echo "reproduce.sh: unknown option '$1'; see --help" >&2
      exit 2
      ;;
  esac
done
config=configs/$profile.yaml
if [[ ! -f $config ]]; then
  echo "reproduce.sh: there is no profile '$profile'; choose smoke, small or paper" >&2
  exit 2
fi

python=${PYTHON:-python3}
outputs=outputs/$profile
export PYTHONUTF8=1 PYTHONHASHSEED=0 MPLBACKEND=Agg WANDB_MODE=disabled TOKENIZERS_PARALLELISM=false
if [[ $profile == smoke ]]; then
  export HF_HUB_OFFLINE=1 # the smoke profile never needs the network
fi

run() {
  printf '\n+ %s\n' "$*"
  "$@"
}

{{entry_points}}
if [[ $experiments == yes ]]; then
{{experiments}}
fi

printf '\nDone. Results are under %s/.\n' "$outputs"
