import argparse

parser = argparse.ArgumentParser()
parser.add_argument("-c", "--config", required=True)
parser.add_argument("--device", choices=["cpu", "cuda"])
parser.add_argument("--verbose", type=bool, default=False)
args = parser.parse_args()
