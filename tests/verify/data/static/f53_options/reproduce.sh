python -m pkg.train --config configs/smoke.yaml --dev cpu
python -m pkg.train --config configs/gone.yaml
python -m pkg.train --config "$1" --epochs 3
python -m pkg.train --device tpu -c configs/smoke.yaml
python -m pkg.train --device cpu
python -m pkg.train --help
python -m pkg.open --anything 1
