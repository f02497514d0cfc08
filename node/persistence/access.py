"""The node's users and sessions; how they are kept is in `common/access`."""

from common.access.tables import declare_access
from node.persistence.audit import TRAIL
from node.persistence.schema import Base

ACCESS = declare_access(Base.metadata, TRAIL)
