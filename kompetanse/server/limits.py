"""How much one server gives: kernels per person and per machine, and how long they live."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from kompetanse.settings import KernelLimits

#: What a page's kernel holds of its own, about half of this when it was forked, with room to grow.
KERNEL_BYTES = 48 * 2**20
#: Left for the server itself and the system.
RESERVED_BYTES = 1024 * 2**20
FEWEST_KERNELS = 4
#: A page's kernel that wants more than this has run wild.
OF_A_KERNEL = KernelLimits(memory_bytes=768 * 2**20, cpu_seconds=1800)


def kernels_that_fit(memory: int | None = None) -> int:
    """How many kernels the machine's memory holds; `memory` in bytes stands in for the real one in tests."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if memory is None else memory
    return max(FEWEST_KERNELS, (total - RESERVED_BYTES) // KERNEL_BYTES)


@dataclass(frozen=True)
class Limits:
    """The bounds a server keeps."""

    #: Phone, laptop, projector and one forgotten tab.
    kernels_per_person: int = 4
    kernels: int = field(default_factory=kernels_that_fit)
    #: Of all kernels so many at most are for groups that have none yet: nobody else gets one of the last.
    kept_for_groups: int = 8
    #: A page that was made so long ago, and has not connected, or not again, may give way when the machine is full.
    arriving_seconds: float = 30.0
    #: A kernel without any open page ends after this long; what was acknowledged lies in the store.
    idle_minutes: float = 10.0
    #: A whole day in one page; the kernel's token lives as long.
    longest_hours: float = 12.0
    #: How often ended, forgotten and dead kernels are looked for.
    check_seconds: float = 5.0
    #: A person stays signed in on a device through a module.
    signed_in_days: int = 120
    of_a_kernel: KernelLimits = OF_A_KERNEL
    cell_seconds: int = 60
    kernel_start_seconds: int = 45
    message_bytes: int = 2 * 2**20
    request_bytes: int = 2**20

    @property
    def last_places(self) -> int:
        """How many kernels are kept for groups that have none: few on a small machine."""
        return min(self.kept_for_groups, self.kernels // 4)
