"""`python -m hub`: the same as `holdfast hub`."""

import sys

from common.command import main

main(["hub", *sys.argv[1:]])
