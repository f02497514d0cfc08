"""The steps that bring a node's store from one version to the next. See `common/storage/migration.py`."""

from pathlib import Path

FOLDER = Path(__file__).parent
