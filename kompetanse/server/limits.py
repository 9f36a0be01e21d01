"""How much one server gives: kernels, messages and connections, how long they live, and how long it waits.

An operator changes them in the table `[limits]` of `kompetanse.toml`, or by the environment (see server/settings.py);
docs/drift.md lists them.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kompetanse.settings import KernelLimits

#: What a page's kernel holds of its own, about half of this when it was forked, with room to grow.
KERNEL_BYTES = 48 * 2**20
#: Left for the server itself and the system.
RESERVED_BYTES = 1024 * 2**20
FEWEST_KERNELS = 4

Some = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


def kernels_that_fit(memory: int | None = None) -> int:
    """How many kernels the machine's memory holds; `memory` in bytes stands in for the real one in tests."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if memory is None else memory
    return max(FEWEST_KERNELS, (total - RESERVED_BYTES) // KERNEL_BYTES)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Limits:
    """The bounds a server keeps."""

    #: Phone, laptop, projector and one forgotten tab.
    kernels_per_person: Some = 4
    kernels: Some = field(default_factory=kernels_that_fit)
    #: Of all kernels so many at most are for groups that have none yet: nobody else gets one of the last.
    kept_for_groups: Annotated[int, Field(ge=0)] = 8
    #: A page that was made so long ago, and has not connected, or not again, may give way when the machine is full.
    arriving_seconds: Seconds = 30.0
    #: A kernel without any open page ends after this long; what was acknowledged lies in the store.
    idle_minutes: Seconds = 10.0
    #: A whole day in one page; the kernel's token lives as long.
    longest_hours: Seconds = 12.0
    #: How often ended, forgotten and dead kernels are looked for.
    check_seconds: Seconds = 5.0
    #: A person stays signed in on a device through a module.
    signed_in_days: Some = 120
    #: With a job account for a working day: who has left the job must not stay signed in.
    job_account_hours: Seconds = 12.0
    #: A page's kernel that wants more memory or processor time than this has run wild.
    kernel_megabytes: Annotated[int, Field(ge=128)] = 768
    kernel_cpu_seconds: Some = 1800
    cell_seconds: Some = 60
    kernel_start_seconds: Some = 45
    #: Of what a browser sends: a request, the names and cookies before it, and one message to a kernel, which is also
    #: as much as it may set of a component's state at once. A full page of answers is a fifth of that.
    request_bytes: Some = 2**20
    header_bytes: Annotated[int, Field(ge=4096)] = 32 * 2**10
    message_bytes: Annotated[int, Field(ge=65536)] = 512 * 2**10
    #: Of one kernel, from all its pages together. A page that is opened asks for each component once.
    messages_per_second: Some = 40
    comms_per_kernel: Some = 128
    sockets_per_kernel: Some = 8
    #: Connections in all; a new one takes the place of the one that has been silent for longest.
    connections: Annotated[int, Field(ge=16)] = 2000
    #: How long a connection may be silent before or within the head of a request, and how long a body may take.
    silent_seconds: Seconds = 75.0
    body_seconds: Seconds = 30.0
    #: How long somebody may take nothing of what is sent to them.
    stalled_seconds: Seconds = 60.0
    #: How long pages that are being sent and answers on their way may take once the server is told to stop.
    drain_seconds: Annotated[float, Field(ge=0)] = 10.0
    #: With less room than this on the home's disk the server says that it is not ready.
    free_megabytes: Annotated[int, Field(ge=0)] = 200

    @property
    def last_places(self) -> int:
        """How many kernels are kept for groups that have none: few on a small machine."""
        return min(self.kept_for_groups, self.kernels // 4)

    @property
    def of_a_kernel(self) -> KernelLimits:
        """What one kernel may use of the machine."""
        return KernelLimits(memory_bytes=self.kernel_megabytes * 2**20, cpu_seconds=self.kernel_cpu_seconds)
