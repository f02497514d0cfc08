"""The hub's users and sessions; how they are kept is in `common/access`."""

from common.access.tables import declare_access
from hub.persistence.audit import TRAIL
from hub.persistence.schema import Base

ACCESS = declare_access(Base.metadata, TRAIL)
