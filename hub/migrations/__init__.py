"""The steps that bring a hub's store from one version to the next. See `common/storage/migration.py`."""

from pathlib import Path

FOLDER = Path(__file__).parent
