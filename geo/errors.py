"""The errors of Wangge, in the town's words.

Every error knows its facts and says what to do, in Chinese and English; none knows HTTP
(`api/problems.py` maps them to statuses).

WanggeError
├── BadInput            what was asked for can't be understood
│   ├── UnknownOption   a name that is not one of the known ones
│   └── UnreadableFile  a file that can't be read as what it claims to be
├── WrongCrs            coordinates without a usable system, or in the wrong one
├── NotFound            no such thing
│   └── NoEdition       no edition answers this question
├── NotAllowed          the actor's roles do not give the right
│   └── NotSignedIn     nobody has said who is asking
├── Refused             lawful to ask, not lawful to do now
│   ├── ChecksFailed    the findings must be mended first
│   ├── MovedOn         somebody changed it since it was read
│   ├── TooOften        tried too often; wait
│   └── Busy            somebody else holds it
└── Unavailable         a part of the machine is missing or does not answer
"""

from __future__ import annotations

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class WanggeError(Exception):
    """Root of all errors; `say(language)` gives the sentence for people.

    Parameters
    ----------
    en, zh : str
        What happened and what to do about it, in both languages.
    **facts
        Values that programs may want (they travel in the problem document).
    """

    code: ClassVar[str] = "error"

    def __init__(self, en: str, zh: str, **facts: object) -> None:
        super().__init__(en)
        self.en, self.zh, self.facts = en, zh, facts

    def say(self, language: Language) -> str:
        """Give the sentence in one language."""
        return self.zh if language == "zh" else self.en


class BadInput(WanggeError):
    """What was asked for can't be understood."""

    code = "bad_input"


class UnknownOption(BadInput):
    """A name that is not one of the known ones."""

    code = "unknown_option"


class UnreadableFile(BadInput):
    """A file that can't be read as what it claims to be."""

    code = "unreadable_file"


class WrongCrs(WanggeError):
    """Coordinates without a usable reference system, or in the wrong one."""

    code = "wrong_crs"


class NotFound(WanggeError):
    """No such thing."""

    code = "not_found"


class NoEdition(NotFound):
    """No edition answers this question."""

    code = "no_edition"


class NotAllowed(WanggeError):
    """The actor's roles, or the areas they are for, do not give the right."""

    code = "not_allowed"


class NotSignedIn(NotAllowed):
    """Nobody has said who is asking."""

    code = "not_signed_in"


class Refused(WanggeError):
    """Lawful to ask, not lawful to do now."""

    code = "refused"


class ChecksFailed(Refused):
    """The findings must be mended first."""

    code = "checks_failed"


class MovedOn(Refused):
    """Somebody changed the thing since the caller read it."""

    code = "moved_on"


class TooOften(Refused):
    """Tried too often; waiting helps."""

    code = "too_often"


class Busy(Refused):
    """Somebody else holds it."""

    code = "busy"


class Unavailable(WanggeError):
    """A part of the machine is missing or does not answer."""

    code = "unavailable"
