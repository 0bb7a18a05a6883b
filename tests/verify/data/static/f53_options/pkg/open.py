import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--a")
args, rest = parser.parse_known_args()
