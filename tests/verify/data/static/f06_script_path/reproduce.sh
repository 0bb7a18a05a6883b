set -e
python pkg/train.py --x 1 > log 2>&1
python3 -u ./pkg/rel.py
python tools/plot.py
python -m pkg.gone
python pkg/absent.py
python -m pip install -r requirements.txt
