from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Discipline(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISCIPLINE_UNSPECIFIED: _ClassVar[Discipline]
    DISCIPLINE_FIRE: _ClassVar[Discipline]
    DISCIPLINE_EMS: _ClassVar[Discipline]
    DISCIPLINE_911: _ClassVar[Discipline]
    DISCIPLINE_LAW_ENFORCEMENT: _ClassVar[Discipline]
    DISCIPLINE_CORRECTIONS: _ClassVar[Discipline]
    DISCIPLINE_REGIONAL_HUB: _ClassVar[Discipline]

class IncidentType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_TYPE_UNSPECIFIED: _ClassVar[IncidentType]
    INCIDENT_TYPE_STRUCTURE_FIRE: _ClassVar[IncidentType]
    INCIDENT_TYPE_WILDLAND_FIRE: _ClassVar[IncidentType]
    INCIDENT_TYPE_MASS_CASUALTY: _ClassVar[IncidentType]
    INCIDENT_TYPE_OFFICER_INVOLVED_SHOOTING: _ClassVar[IncidentType]
    INCIDENT_TYPE_LINE_OF_DUTY_DEATH: _ClassVar[IncidentType]
    INCIDENT_TYPE_CRITICAL_PAEDIATRIC_CALL: _ClassVar[IncidentType]
    INCIDENT_TYPE_PROLONGED_911_EVENT: _ClassVar[IncidentType]
    INCIDENT_TYPE_FACILITY_DISTURBANCE: _ClassVar[IncidentType]
    INCIDENT_TYPE_IN_CUSTODY_DEATH: _ClassVar[IncidentType]
    INCIDENT_TYPE_DISASTER: _ClassVar[IncidentType]
    INCIDENT_TYPE_OTHER: _ClassVar[IncidentType]

class IncidentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_STATUS_UNSPECIFIED: _ClassVar[IncidentStatus]
    INCIDENT_STATUS_OPEN: _ClassVar[IncidentStatus]
    INCIDENT_STATUS_MONITORING: _ClassVar[IncidentStatus]
    INCIDENT_STATUS_CLOSED: _ClassVar[IncidentStatus]

class ActivationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVATION_STATUS_UNSPECIFIED: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_REQUESTED: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_ACKNOWLEDGED: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_ACTIVE: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_MONITORING: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_STOOD_DOWN: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_DECLINED: _ClassVar[ActivationStatus]
    ACTIVATION_STATUS_UNABLE: _ClassVar[ActivationStatus]

class DeclineReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECLINE_REASON_UNSPECIFIED: _ClassVar[DeclineReason]
    DECLINE_REASON_NOT_ELIGIBLE: _ClassVar[DeclineReason]
    DECLINE_REASON_NO_CAPACITY: _ClassVar[DeclineReason]
    DECLINE_REASON_NOT_INVOLVED: _ClassVar[DeclineReason]
    DECLINE_REASON_CONFLICT_OF_INTEREST: _ClassVar[DeclineReason]
    DECLINE_REASON_OUTSIDE_AGREEMENT: _ClassVar[DeclineReason]
    DECLINE_REASON_HANDLED_INTERNALLY: _ClassVar[DeclineReason]
    DECLINE_REASON_OTHER: _ClassVar[DeclineReason]

class CountBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COUNT_BAND_UNSPECIFIED: _ClassVar[CountBand]
    COUNT_BAND_NONE: _ClassVar[CountBand]
    COUNT_BAND_1_TO_10: _ClassVar[CountBand]
    COUNT_BAND_11_TO_25: _ClassVar[CountBand]
    COUNT_BAND_26_TO_50: _ClassVar[CountBand]
    COUNT_BAND_51_TO_100: _ClassVar[CountBand]
    COUNT_BAND_OVER_100: _ClassVar[CountBand]

class CohortBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COHORT_BAND_UNSPECIFIED: _ClassVar[CohortBand]
    COHORT_BAND_1: _ClassVar[CohortBand]
    COHORT_BAND_2_TO_4: _ClassVar[CohortBand]
    COHORT_BAND_5_TO_10: _ClassVar[CohortBand]
    COHORT_BAND_11_OR_MORE: _ClassVar[CohortBand]

class FollowUpWork(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_WORK_UNSPECIFIED: _ClassVar[FollowUpWork]
    FOLLOW_UP_WORK_OPEN: _ClassVar[FollowUpWork]
    FOLLOW_UP_WORK_ACTIVE: _ClassVar[FollowUpWork]
    FOLLOW_UP_WORK_ON_HOLD: _ClassVar[FollowUpWork]
    FOLLOW_UP_WORK_CLOSED: _ClassVar[FollowUpWork]

class FollowUpOffer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_OFFER_UNSPECIFIED: _ClassVar[FollowUpOffer]
    FOLLOW_UP_OFFER_NONE: _ClassVar[FollowUpOffer]
    FOLLOW_UP_OFFER_OFFERED: _ClassVar[FollowUpOffer]
    FOLLOW_UP_OFFER_ACKNOWLEDGED: _ClassVar[FollowUpOffer]

class FollowUpEscalation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_ESCALATION_UNSPECIFIED: _ClassVar[FollowUpEscalation]
    FOLLOW_UP_ESCALATION_NONE: _ClassVar[FollowUpEscalation]
    FOLLOW_UP_ESCALATION_AGENCY_COORDINATOR: _ClassVar[FollowUpEscalation]
    FOLLOW_UP_ESCALATION_REGIONAL_COORDINATOR: _ClassVar[FollowUpEscalation]
    FOLLOW_UP_ESCALATION_STATE_COORDINATOR: _ClassVar[FollowUpEscalation]

class FollowUpOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_OUTCOME_UNSPECIFIED: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_COMPLETED: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_UNABLE_TO_REACH: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_DECLINED_BY_MEMBER: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_REFERRED_ON: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_NOT_NEEDED: _ClassVar[FollowUpOutcome]

class FollowUpVerb(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_VERB_UNSPECIFIED: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_OPEN: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_OFFER: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_ACKNOWLEDGE: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_ACCEPT: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_DECLINE: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_WITHDRAW: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_RECLAIM: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_FIRST_CONTACT: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_CHECK_IN: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_HOLD: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_RESUME: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_CLOSE: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_REOPEN: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_ASK_HUB_TO_OFFER: _ClassVar[FollowUpVerb]
    FOLLOW_UP_VERB_CLAIM: _ClassVar[FollowUpVerb]

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_ENGLISH: _ClassVar[Language]
    LANGUAGE_SPANISH: _ClassVar[Language]
    LANGUAGE_FRENCH: _ClassVar[Language]
    LANGUAGE_CHINESE: _ClassVar[Language]
    LANGUAGE_VIETNAMESE: _ClassVar[Language]
    LANGUAGE_TAGALOG: _ClassVar[Language]
    LANGUAGE_KOREAN: _ClassVar[Language]
    LANGUAGE_RUSSIAN: _ClassVar[Language]
    LANGUAGE_ARABIC: _ClassVar[Language]
    LANGUAGE_PORTUGUESE: _ClassVar[Language]
    LANGUAGE_HAITIAN_CREOLE: _ClassVar[Language]
    LANGUAGE_AMERICAN_SIGN_LANGUAGE: _ClassVar[Language]
    LANGUAGE_OTHER: _ClassVar[Language]

class PeerAidVerb(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PEER_AID_VERB_UNSPECIFIED: _ClassVar[PeerAidVerb]
    PEER_AID_VERB_REQUEST: _ClassVar[PeerAidVerb]
    PEER_AID_VERB_OFFER: _ClassVar[PeerAidVerb]
    PEER_AID_VERB_WITHDRAW: _ClassVar[PeerAidVerb]
    PEER_AID_VERB_RELEASE: _ClassVar[PeerAidVerb]

class PeerAidStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PEER_AID_STATUS_UNSPECIFIED: _ClassVar[PeerAidStatus]
    PEER_AID_STATUS_OPEN: _ClassVar[PeerAidStatus]
    PEER_AID_STATUS_FILLED: _ClassVar[PeerAidStatus]
    PEER_AID_STATUS_UNABLE_TO_FILL: _ClassVar[PeerAidStatus]
    PEER_AID_STATUS_RELEASED: _ClassVar[PeerAidStatus]
    PEER_AID_STATUS_WITHDRAWN: _ClassVar[PeerAidStatus]

class TableKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TABLE_KIND_UNSPECIFIED: _ClassVar[TableKind]
    TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND: _ClassVar[TableKind]
    TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE: _ClassVar[TableKind]
    TABLE_KIND_ENCOUNTERS_BY_MODE: _ClassVar[TableKind]
    TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS: _ClassVar[TableKind]
    TABLE_KIND_ENCOUNTERS_BY_DURATION: _ClassVar[TableKind]
    TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED: _ClassVar[TableKind]
    TABLE_KIND_REFERRALS_BY_KIND: _ClassVar[TableKind]
    TABLE_KIND_FOLLOW_UPS_BY_OUTCOME: _ClassVar[TableKind]
    TABLE_KIND_ON_TIME_CHECK_INS: _ClassVar[TableKind]
    TABLE_KIND_PARTICIPATION: _ClassVar[TableKind]
    TABLE_KIND_SUPPORTER_CAPACITY: _ClassVar[TableKind]
    TABLE_KIND_FEEDBACK_RATINGS: _ClassVar[TableKind]

class ReleaseHoldState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELEASE_HOLD_STATE_UNSPECIFIED: _ClassVar[ReleaseHoldState]
    RELEASE_HOLD_STATE_HELD: _ClassVar[ReleaseHoldState]
    RELEASE_HOLD_STATE_LIFTED: _ClassVar[ReleaseHoldState]

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_APPLIED: _ClassVar[Outcome]
    OUTCOME_REFUSED_KIND_UNIMPLEMENTED: _ClassVar[Outcome]
    OUTCOME_REFUSED_RANGE: _ClassVar[Outcome]
    OUTCOME_REFUSED_UNKNOWN_INCIDENT: _ClassVar[Outcome]
    OUTCOME_REFUSED_NOT_A_PARTICIPANT: _ClassVar[Outcome]
    OUTCOME_REFUSED_INCIDENT_CLOSED: _ClassVar[Outcome]
    OUTCOME_REFUSED_TRANSITION: _ClassVar[Outcome]
    OUTCOME_REFUSED_TIME: _ClassVar[Outcome]
    OUTCOME_REFUSED_STALE_VERSION: _ClassVar[Outcome]
    OUTCOME_REFUSED_NOT_ACCOUNTABLE: _ClassVar[Outcome]
    OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP: _ClassVar[Outcome]
    OUTCOME_REFUSED_NO_AGREEMENT: _ClassVar[Outcome]
    OUTCOME_REFUSED_NO_OPEN_OFFER: _ClassVar[Outcome]
    OUTCOME_REFUSED_DUPLICATE: _ClassVar[Outcome]
    OUTCOME_REFUSED_DISCLOSURE: _ClassVar[Outcome]
    OUTCOME_REFUSED_SIGNATURE: _ClassVar[Outcome]
    OUTCOME_REFUSED_UNKNOWN_REQUEST: _ClassVar[Outcome]
    OUTCOME_REFUSED_UNKNOWN_AGREEMENT: _ClassVar[Outcome]
    OUTCOME_REFUSED_UNKNOWN_WINDOW: _ClassVar[Outcome]

class ErrorKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_KIND_UNSPECIFIED: _ClassVar[ErrorKind]
    ERROR_KIND_HUB_UNREACHABLE: _ClassVar[ErrorKind]
    ERROR_KIND_HUB_REFUSED: _ClassVar[ErrorKind]
    ERROR_KIND_CERTIFICATE: _ClassVar[ErrorKind]
    ERROR_KIND_CLOCK: _ClassVar[ErrorKind]
    ERROR_KIND_STORAGE: _ClassVar[ErrorKind]
    ERROR_KIND_INTERNAL: _ClassVar[ErrorKind]

class DiskFreeBand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISK_FREE_BAND_UNSPECIFIED: _ClassVar[DiskFreeBand]
    DISK_FREE_BAND_UNDER_1_PERCENT: _ClassVar[DiskFreeBand]
    DISK_FREE_BAND_UNDER_5_PERCENT: _ClassVar[DiskFreeBand]
    DISK_FREE_BAND_UNDER_20_PERCENT: _ClassVar[DiskFreeBand]
    DISK_FREE_BAND_20_PERCENT_OR_MORE: _ClassVar[DiskFreeBand]
DISCIPLINE_UNSPECIFIED: Discipline
DISCIPLINE_FIRE: Discipline
DISCIPLINE_EMS: Discipline
DISCIPLINE_911: Discipline
DISCIPLINE_LAW_ENFORCEMENT: Discipline
DISCIPLINE_CORRECTIONS: Discipline
DISCIPLINE_REGIONAL_HUB: Discipline
INCIDENT_TYPE_UNSPECIFIED: IncidentType
INCIDENT_TYPE_STRUCTURE_FIRE: IncidentType
INCIDENT_TYPE_WILDLAND_FIRE: IncidentType
INCIDENT_TYPE_MASS_CASUALTY: IncidentType
INCIDENT_TYPE_OFFICER_INVOLVED_SHOOTING: IncidentType
INCIDENT_TYPE_LINE_OF_DUTY_DEATH: IncidentType
INCIDENT_TYPE_CRITICAL_PAEDIATRIC_CALL: IncidentType
INCIDENT_TYPE_PROLONGED_911_EVENT: IncidentType
INCIDENT_TYPE_FACILITY_DISTURBANCE: IncidentType
INCIDENT_TYPE_IN_CUSTODY_DEATH: IncidentType
INCIDENT_TYPE_DISASTER: IncidentType
INCIDENT_TYPE_OTHER: IncidentType
INCIDENT_STATUS_UNSPECIFIED: IncidentStatus
INCIDENT_STATUS_OPEN: IncidentStatus
INCIDENT_STATUS_MONITORING: IncidentStatus
INCIDENT_STATUS_CLOSED: IncidentStatus
ACTIVATION_STATUS_UNSPECIFIED: ActivationStatus
ACTIVATION_STATUS_REQUESTED: ActivationStatus
ACTIVATION_STATUS_ACKNOWLEDGED: ActivationStatus
ACTIVATION_STATUS_ACTIVE: ActivationStatus
ACTIVATION_STATUS_MONITORING: ActivationStatus
ACTIVATION_STATUS_STOOD_DOWN: ActivationStatus
ACTIVATION_STATUS_DECLINED: ActivationStatus
ACTIVATION_STATUS_UNABLE: ActivationStatus
DECLINE_REASON_UNSPECIFIED: DeclineReason
DECLINE_REASON_NOT_ELIGIBLE: DeclineReason
DECLINE_REASON_NO_CAPACITY: DeclineReason
DECLINE_REASON_NOT_INVOLVED: DeclineReason
DECLINE_REASON_CONFLICT_OF_INTEREST: DeclineReason
DECLINE_REASON_OUTSIDE_AGREEMENT: DeclineReason
DECLINE_REASON_HANDLED_INTERNALLY: DeclineReason
DECLINE_REASON_OTHER: DeclineReason
COUNT_BAND_UNSPECIFIED: CountBand
COUNT_BAND_NONE: CountBand
COUNT_BAND_1_TO_10: CountBand
COUNT_BAND_11_TO_25: CountBand
COUNT_BAND_26_TO_50: CountBand
COUNT_BAND_51_TO_100: CountBand
COUNT_BAND_OVER_100: CountBand
COHORT_BAND_UNSPECIFIED: CohortBand
COHORT_BAND_1: CohortBand
COHORT_BAND_2_TO_4: CohortBand
COHORT_BAND_5_TO_10: CohortBand
COHORT_BAND_11_OR_MORE: CohortBand
FOLLOW_UP_WORK_UNSPECIFIED: FollowUpWork
FOLLOW_UP_WORK_OPEN: FollowUpWork
FOLLOW_UP_WORK_ACTIVE: FollowUpWork
FOLLOW_UP_WORK_ON_HOLD: FollowUpWork
FOLLOW_UP_WORK_CLOSED: FollowUpWork
FOLLOW_UP_OFFER_UNSPECIFIED: FollowUpOffer
FOLLOW_UP_OFFER_NONE: FollowUpOffer
FOLLOW_UP_OFFER_OFFERED: FollowUpOffer
FOLLOW_UP_OFFER_ACKNOWLEDGED: FollowUpOffer
FOLLOW_UP_ESCALATION_UNSPECIFIED: FollowUpEscalation
FOLLOW_UP_ESCALATION_NONE: FollowUpEscalation
FOLLOW_UP_ESCALATION_AGENCY_COORDINATOR: FollowUpEscalation
FOLLOW_UP_ESCALATION_REGIONAL_COORDINATOR: FollowUpEscalation
FOLLOW_UP_ESCALATION_STATE_COORDINATOR: FollowUpEscalation
FOLLOW_UP_OUTCOME_UNSPECIFIED: FollowUpOutcome
FOLLOW_UP_OUTCOME_COMPLETED: FollowUpOutcome
FOLLOW_UP_OUTCOME_UNABLE_TO_REACH: FollowUpOutcome
FOLLOW_UP_OUTCOME_DECLINED_BY_MEMBER: FollowUpOutcome
FOLLOW_UP_OUTCOME_REFERRED_ON: FollowUpOutcome
FOLLOW_UP_OUTCOME_NOT_NEEDED: FollowUpOutcome
FOLLOW_UP_VERB_UNSPECIFIED: FollowUpVerb
FOLLOW_UP_VERB_OPEN: FollowUpVerb
FOLLOW_UP_VERB_OFFER: FollowUpVerb
FOLLOW_UP_VERB_ACKNOWLEDGE: FollowUpVerb
FOLLOW_UP_VERB_ACCEPT: FollowUpVerb
FOLLOW_UP_VERB_DECLINE: FollowUpVerb
FOLLOW_UP_VERB_WITHDRAW: FollowUpVerb
FOLLOW_UP_VERB_RECLAIM: FollowUpVerb
FOLLOW_UP_VERB_FIRST_CONTACT: FollowUpVerb
FOLLOW_UP_VERB_CHECK_IN: FollowUpVerb
FOLLOW_UP_VERB_HOLD: FollowUpVerb
FOLLOW_UP_VERB_RESUME: FollowUpVerb
FOLLOW_UP_VERB_CLOSE: FollowUpVerb
FOLLOW_UP_VERB_REOPEN: FollowUpVerb
FOLLOW_UP_VERB_ASK_HUB_TO_OFFER: FollowUpVerb
FOLLOW_UP_VERB_CLAIM: FollowUpVerb
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_ENGLISH: Language
LANGUAGE_SPANISH: Language
LANGUAGE_FRENCH: Language
LANGUAGE_CHINESE: Language
LANGUAGE_VIETNAMESE: Language
LANGUAGE_TAGALOG: Language
LANGUAGE_KOREAN: Language
LANGUAGE_RUSSIAN: Language
LANGUAGE_ARABIC: Language
LANGUAGE_PORTUGUESE: Language
LANGUAGE_HAITIAN_CREOLE: Language
LANGUAGE_AMERICAN_SIGN_LANGUAGE: Language
LANGUAGE_OTHER: Language
PEER_AID_VERB_UNSPECIFIED: PeerAidVerb
PEER_AID_VERB_REQUEST: PeerAidVerb
PEER_AID_VERB_OFFER: PeerAidVerb
PEER_AID_VERB_WITHDRAW: PeerAidVerb
PEER_AID_VERB_RELEASE: PeerAidVerb
PEER_AID_STATUS_UNSPECIFIED: PeerAidStatus
PEER_AID_STATUS_OPEN: PeerAidStatus
PEER_AID_STATUS_FILLED: PeerAidStatus
PEER_AID_STATUS_UNABLE_TO_FILL: PeerAidStatus
PEER_AID_STATUS_RELEASED: PeerAidStatus
PEER_AID_STATUS_WITHDRAWN: PeerAidStatus
TABLE_KIND_UNSPECIFIED: TableKind
TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND: TableKind
TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE: TableKind
TABLE_KIND_ENCOUNTERS_BY_MODE: TableKind
TABLE_KIND_ENCOUNTERS_BY_RECIPIENT_CLASS: TableKind
TABLE_KIND_ENCOUNTERS_BY_DURATION: TableKind
TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED: TableKind
TABLE_KIND_REFERRALS_BY_KIND: TableKind
TABLE_KIND_FOLLOW_UPS_BY_OUTCOME: TableKind
TABLE_KIND_ON_TIME_CHECK_INS: TableKind
TABLE_KIND_PARTICIPATION: TableKind
TABLE_KIND_SUPPORTER_CAPACITY: TableKind
TABLE_KIND_FEEDBACK_RATINGS: TableKind
RELEASE_HOLD_STATE_UNSPECIFIED: ReleaseHoldState
RELEASE_HOLD_STATE_HELD: ReleaseHoldState
RELEASE_HOLD_STATE_LIFTED: ReleaseHoldState
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_APPLIED: Outcome
OUTCOME_REFUSED_KIND_UNIMPLEMENTED: Outcome
OUTCOME_REFUSED_RANGE: Outcome
OUTCOME_REFUSED_UNKNOWN_INCIDENT: Outcome
OUTCOME_REFUSED_NOT_A_PARTICIPANT: Outcome
OUTCOME_REFUSED_INCIDENT_CLOSED: Outcome
OUTCOME_REFUSED_TRANSITION: Outcome
OUTCOME_REFUSED_TIME: Outcome
OUTCOME_REFUSED_STALE_VERSION: Outcome
OUTCOME_REFUSED_NOT_ACCOUNTABLE: Outcome
OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP: Outcome
OUTCOME_REFUSED_NO_AGREEMENT: Outcome
OUTCOME_REFUSED_NO_OPEN_OFFER: Outcome
OUTCOME_REFUSED_DUPLICATE: Outcome
OUTCOME_REFUSED_DISCLOSURE: Outcome
OUTCOME_REFUSED_SIGNATURE: Outcome
OUTCOME_REFUSED_UNKNOWN_REQUEST: Outcome
OUTCOME_REFUSED_UNKNOWN_AGREEMENT: Outcome
OUTCOME_REFUSED_UNKNOWN_WINDOW: Outcome
ERROR_KIND_UNSPECIFIED: ErrorKind
ERROR_KIND_HUB_UNREACHABLE: ErrorKind
ERROR_KIND_HUB_REFUSED: ErrorKind
ERROR_KIND_CERTIFICATE: ErrorKind
ERROR_KIND_CLOCK: ErrorKind
ERROR_KIND_STORAGE: ErrorKind
ERROR_KIND_INTERNAL: ErrorKind
DISK_FREE_BAND_UNSPECIFIED: DiskFreeBand
DISK_FREE_BAND_UNDER_1_PERCENT: DiskFreeBand
DISK_FREE_BAND_UNDER_5_PERCENT: DiskFreeBand
DISK_FREE_BAND_UNDER_20_PERCENT: DiskFreeBand
DISK_FREE_BAND_20_PERCENT_OR_MORE: DiskFreeBand
