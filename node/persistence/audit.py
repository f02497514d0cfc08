"""The node's audit trail; how it is kept is in `common/audit`."""

from common.audit.trail import declare_trail
from node.persistence.schema import Base

TRAIL = declare_trail(Base.metadata)
