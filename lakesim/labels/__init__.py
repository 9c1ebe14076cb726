"""Every word that a person sees, in English and Chinese.

Tables, figures, reports and the page take their words from here by key, so that one thing has one name everywhere:
`words` are those of quantities and columns, `reasons` the codes of events and `sentences` what they say, `commands`
what the command line says, `measures` what is done to a lake, `studies` what studies find, `report` what the
report of a lake says. A key is the name in code (`level`, `tailwater`, `dike_crest`) or the name of a column
(`peak_level_m`). A word is added as one line, `key: (English, Chinese)`; its characters must be in the font of the
figures (a test says which is missing).
"""

from .commands import CLI, said
from .measures import MEASURES, WORKS, day, told, work
from .reasons import (
    ABOVE_CURVE,
    BACK_ON_CURVE,
    CLOSED,
    FULLY_OPEN,
    LET_GO,
    LIMITED,
    LOCKED_OUT,
    OPENED,
    OVER_DIKE,
    OVERRULED,
    PARTLY_OPEN,
    RAN_DRY,
    REASONS,
    REFILLED,
    RUNS_OVER,
    RUNS_OVER_NO_MORE,
    SET,
    SHUT,
    STARTED,
    STOPPED,
    UNDER_DIKE,
    UNLIMITED,
    UNLOCKED,
)
from .report import REPORT, reported
from .sentences import PHRASES, SENTENCES, moment, phrase, sentence
from .studies import STUDIES, studied
from .words import LANGUAGES, UNITS, WORDS, axis, called, label, to_5_cm

__all__ = [
    "ABOVE_CURVE",
    "BACK_ON_CURVE",
    "CLI",
    "CLOSED",
    "FULLY_OPEN",
    "LANGUAGES",
    "LET_GO",
    "LIMITED",
    "LOCKED_OUT",
    "MEASURES",
    "OPENED",
    "OVERRULED",
    "OVER_DIKE",
    "PARTLY_OPEN",
    "PHRASES",
    "RAN_DRY",
    "REASONS",
    "REFILLED",
    "REPORT",
    "RUNS_OVER",
    "RUNS_OVER_NO_MORE",
    "SENTENCES",
    "SET",
    "SHUT",
    "STARTED",
    "STOPPED",
    "STUDIES",
    "UNDER_DIKE",
    "UNITS",
    "UNLIMITED",
    "UNLOCKED",
    "WORDS",
    "WORKS",
    "axis",
    "called",
    "day",
    "label",
    "moment",
    "phrase",
    "reported",
    "said",
    "sentence",
    "studied",
    "to_5_cm",
    "told",
    "work",
]
