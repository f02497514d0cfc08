"""The code lists of a contact, as choices on a page, in DOMAIN.md's order."""

from common.web.choices import choices
from node.domain.encounter import ActivationType, Duration, Mode, RecipientClass, SupportKind

ENCOUNTER_CODES = {
    "kind": choices(SupportKind),
    "activation_type": choices(ActivationType),
    "recipient_class": choices(RecipientClass),
    "mode": choices(Mode),
    "duration": choices(Duration),
}
