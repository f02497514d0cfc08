"""`python -m node`: the same as `holdfast node`."""

import sys

from common.command import main

main(["node", *sys.argv[1:]])
