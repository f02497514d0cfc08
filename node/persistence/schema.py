"""The node's tables are declared on `Base`; one file for each subject."""

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from common.storage.names import CONSTRAINT_NAMES


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can name it too."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


def table_of(row: type[Base]) -> Table:
    """Give the table that a class declares, for Core statements."""
    return Base.metadata.tables[row.__tablename__]
