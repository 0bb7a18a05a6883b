export PYTHONPATH=.
python pkg/train.py
