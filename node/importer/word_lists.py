"""What agencies write, by the code that each is taken for: whole phrases, then single words that hint at it."""

from enum import StrEnum

from node.domain.encounter import ActivationType as _A
from node.domain.encounter import Mode as _M
from node.domain.encounter import RecipientClass as _C
from node.domain.encounter import Referral as _R
from node.domain.encounter import SupportKind as _K

WordList = tuple[tuple[StrEnum | tuple[StrEnum, ...], str, str], ...]  # code, phrases, words that hint at it

_NOTHING = (
    "|n a|na|none|nil|no|unknown|unk|not stated|not recorded|not given|undisclosed|not disclosed|declined to say|"
    "did not say|ninguno|ninguna|no indicado|sin indicar|sin especificar|no dice|aucun|aucune|non precise|kein|keine|"
    "keine angabe"
)
NOTHING = frozenset(_NOTHING.split("|"))
KINDS: WordList = (
    (_K.CRITICAL_INCIDENT,
        "ci|cisd|critical inc|critical call|bad call|post incident|incidente critico|incident critique|"
        "child call|prolonged call|officer down call|self harm caller|inmate death|in custody death|"
        "disturbance|riot|assault on staff|ci peds|ois|lodd|line of duty death|fatality|incidente",
        "ci call caller incident inmate assault disturbance shooting lodd ois incidente mva fatality peds pediatric"),
    (_K.SUICIDE_CONCERN,
        "suicide|suicidal|suicide concern|suicidal thoughts|si|suicidio|suizid",
        "suicide suicidal suicidio ideation"),
    (_K.GRIEF_OR_LOSS,
        "grief|loss|bereavement|death in family|family death|duelo|deuil|trauer|perdida",
        "grief bereavement death loss funeral duelo deuil"),
    (_K.SUBSTANCE_USE,
        "substance|substance use|substance abuse|drinking|alcohol|drugs|drink|addiction|alcoholism|"
        "consumo de sustancias|bebida|sustancias|sucht",
        "substance drinking alcohol drug drugs addiction sustancias"),
    (_K.FINANCIAL_OR_LEGAL,
        "finances|financial|money|legal|court|debt|divorce court|finanzas|dinero|juzgado|geld|argent",
        "financial finance finances money legal court debt lawsuit dinero"),
    (_K.FAMILY_OR_RELATIONSHIP,
        "family|relationship|home|marriage|marital|divorce|home life|spouse|kids|familia|pareja|famille|"
        "familie|hogar",
        "family relationship marriage marital divorce spouse familia pareja famille"),
    (_K.HEALTH_OR_INJURY,
        "health|injury|medical|illness|sleep|pain|salud|lesion|sante|gesundheit|sueno|insomnia",
        "health injury medical illness injured sleep insomnia salud lesion"),
    (_K.MORAL_INJURY,
        "moral injury|moral distress|betrayal|dano moral",
        "moral"),
    (_K.WORK_STRESS,
        "work|work stress|job|job stress|stress|staffing|overtime|workload|burnout|management|shift work|"
        "trabajo|estres laboral|estres|travail|arbeit|turnos|supervisor",
        "work job stress staffing overtime workload burnout trabajo laboral"),
    (_K.OTHER,
        "other|misc|miscellaneous|otro|otros|autre|sonstiges|general|various",
        ""),
)  # fmt: skip
WAYS: WordList = (
    ((_M.GROUP_SESSION, _A.POST_INCIDENT_CHECK_IN),
        "group after call|group after incident|debrief|debriefing|defusing|cisd",
        ""),
    (_M.GROUP_SESSION,
        "group|group session|grupo|groupe|gruppe|sesion de grupo|en grupo",
        "group grupo groupe gruppe"),
    (_M.PHONE,
        "phone|phone call|call|tel|telephone|cell|by phone|called|telefono|telefon|llamada|por telefono",
        "phone telephone telefono telefon llamada"),
    (_M.VIDEO,
        "video|zoom|teams|facetime|video call|videollamada|visio|video llamada",
        "video zoom videollamada"),
    (_M.TEXT_OR_CHAT,
        "text|txt|sms|chat|message|text message|texted|email|e mail|mensaje|whatsapp|texto|nachricht",
        "text sms chat message mensaje whatsapp"),
    ((_M.IN_PERSON, _A.SELF_REFERRAL),
        "walk up|walk in|drop in|walkup|walkin",
        ""),
    (_M.IN_PERSON,
        "in person|inperson|face to face|f2f|ftf|office|home|car|station|console side|ride along|coffee|"
        "house|home visit|on scene|visit|en persona|presencial|en personne|persoenlich|personlich|oficina|"
        "casa|estacion|cara a cara",
        "person face visit persona presencial"),
    (_A.SELF_REFERRAL,
        "self|self referral|self referred|self initiated|member|propia|iniciativa propia|solicitud propia",
        "self"),
    (_A.PEER_INITIATED,
        "peer|peer initiated|peer reached out|supporter|pso|outreach|companero|par",
        "outreach reached"),
    (_A.SUPERVISOR_REFERRAL,
        "supervisor|supervisor referral|sgt|sergeant|captain|chief|command|management|jefe|superior",
        "supervisor command supervisora"),
    (_A.POST_INCIDENT_CHECK_IN,
        "post incident|post event|post call|after call|after incident|post incident check in|incident|"
        "tras incidente|despues de incidente|despues del incidente",
        "post incidente"),
    (_A.SCHEDULED_FOLLOW_UP,
        "scheduled|scheduled follow up|follow up|followup|check in|appointment|planned|programado|"
        "programada|cita|seguimiento",
        "scheduled appointment seguimiento"),
    (_A.FAMILY_REQUEST,
        "family|family request|spouse|familia|famille",
        "family familia"),
    (_A.ANOTHER_AGENCYS_REQUEST,
        "mutual aid|another agency|other agency|another agencys request|otra agencia",
        "agency agencia"),
)  # fmt: skip
PEOPLE: WordList = (
    (_C.SWORN_OR_UNIFORMED,
        "sworn|uniformed|officer|deputy|firefighter|ff|paramedic|medic|emt|trooper|police|bombero|"
        "sworn or uniformed|uniformado|policia|captain|lieutenant|engineer|career",
        "sworn uniformed firefighter deputy"),
    (_C.TELECOMMUNICATOR,
        "telecommunicator|dispatcher|dispatch|call taker|911|telecom|tc|operador|despachador",
        "dispatcher dispatch telecommunicator"),
    (_C.CORRECTIONS,
        "corrections|co|correctional officer|correction officer|custody|detention|sgt|jailer|officer co",
        "corrections correctional custody detention"),
    (_C.CIVILIAN_STAFF,
        "civilian|civilian staff|admin|support staff|non sworn|professional staff|medical|nurse|clerical|"
        "civil|administrativo|maintenance|teacher|food service",
        "civilian admin administrative clerical nurse medical"),
    (_C.VOLUNTEER,
        "volunteer|vol|reserve|voluntario|poc",
        "volunteer voluntario"),
    (_C.RETIRED,
        "retired|retiree|ret|jubilado|retirado",
        "retired retiree jubilado"),
    (_C.FAMILY,
        "family|family member|spouse|partner|dependent|familia|familiar",
        "family spouse familiar"),
    (_C.ANOTHER_AGENCYS_RESPONDER,
        "other agency|outside agency|mutual aid|another agency|otra agencia",
        "agency outside"),
)  # fmt: skip
REFERRALS: WordList = (
    (_R.EAP,
        "eap|employee assistance|employee assistance program|pae",
        "eap"),
    (_R.CLINICIAN,
        "clinician|counselor|counsellor|therapist|psych|psychologist|psychiatrist|mental health|therapy|"
        "shrink|resume w clinician|counseling|terapeuta|psicologo|psicologa|psychologue|clinico",
        "clinician therapist counselor counsellor psychologist psych terapeuta psicologo"),
    (_R.CHAPLAIN,
        "chaplain|chaplin|clergy|pastor|priest|capellan|aumonier|seelsorge",
        "chaplain capellan"),
    (_R.CRISIS_LINE,
        "crisis line|988|hotline|safe line|safe call now|copline|crisis|lifeline|linea de crisis",
        "hotline lifeline crisis 988"),
    (_R.PHYSICIAN,
        "physician|doctor|doc|pcp|medical|dr|medico|medecin|arzt|hospital|er",
        "physician doctor medico"),
    (_R.SUBSTANCE_USE_PROGRAMME,
        "rehab|aa|na meeting|detox|substance program|substance use programme|treatment|"
        "programa de sustancias",
        "rehab detox"),
    (_R.FINANCIAL_OR_LEGAL,
        "financial|legal|lawyer|attorney|legal aid|financial advisor|abogado",
        "financial legal lawyer"),
    (_R.OTHER,
        "other|union|union rep|otro|sindicato|hr",
        "union sindicato"),
    (_R.NONE,
        "check in|checkin|follow up|none needed|no referral|monitor|seguimiento",
        ""),
)  # fmt: skip
