"""«Dette gjorde vi»: what the facilitator says was done with a module's feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST_REPLY = 2000


@dataclass(frozen=True)
class Reply:
    """What was written last for a module."""

    time: datetime
    module: str
    text: str
