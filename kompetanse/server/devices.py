"""The devices that are signed in, as the server knows them: looked up every few seconds, signed out at once.

All that are in use are looked up together: when a gathering answers, one question to the store for each of its devices
would cost as much as the answers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from kompetanse.answers.device_key import DeviceKey
from kompetanse.answers.session import Role
from kompetanse.answers.store import Device, Entry, Store, Transaction

#: So long a device that was signed out by another process, or whose code was revoked there, may still be taken for one
#: that is signed in.
BELIEVED_SECONDS = 3.0

#: A device that nothing has come from for so long is no longer looked up with the others.
IN_USE_SECONDS = 900.0

#: More are not kept in mind at once.
MOST_IN_MIND = 4096


@dataclass
class SignedInDevices:
    """Who is signed in where. What a device holds is its key; everything else lies in the store."""

    store: Store
    programme: str
    lifetime: timedelta
    _in_mind: dict[str, Device | None] = field(default_factory=dict)
    _last_used: dict[str, float] = field(default_factory=dict)
    _looked_up: float = 0.0

    def sign_in(self, entry: Entry, typed: str, *, personal: str | None) -> DeviceKey:
        """The key of a device that speaks for this person from now on.

        typed: the code that let them in. personal: the one that brings them back, where they have one; it is this that
        the device depends on, because an invitation may end when everybody has come.
        """
        key = DeviceKey.new()
        with self.store.writing() as here:
            device = Device(
                id=key.id,
                role=entry.role,
                programme=self.programme,
                group=entry.group,
                participant=entry.participant,
                code=_hash_of(here, personal or typed),
                return_code=key.seal(personal) if personal else None,
            )
            here.devices.add(device, self.lifetime)
        return key

    def sign_in_by_account(self, role: Role, lifetime: timedelta) -> DeviceKey:
        """The key of a device that speaks for somebody in this role, whom another provider vouches for."""
        key = DeviceKey.new()
        with self.store.writing() as here:
            here.devices.add(Device(id=key.id, role=role, programme=self.programme), lifetime)
        return key

    def get(self, device_id: str) -> Device | None:
        """The device, if it is signed in."""
        now = time.monotonic()
        if now - self._looked_up >= BELIEVED_SECONDS or len(self._in_mind) >= MOST_IN_MIND:
            in_use = {each: used for each, used in self._last_used.items() if now - used < IN_USE_SECONDS}
            self._last_used = in_use if len(in_use) < MOST_IN_MIND else {}
            self._in_mind, self._looked_up = {}, now
            self._look_up([*self._last_used])
        if device_id not in self._in_mind:
            self._look_up([device_id])
        device = self._in_mind[device_id]
        if device is not None:
            self._last_used[device_id] = now
        return device

    def _look_up(self, ids: Sequence[str]) -> None:
        found = self.store.devices(ids) if ids else {}
        for device_id in ids:
            device = found.get(device_id)
            self._in_mind[device_id] = device if device is not None and device.programme == self.programme else None

    def sign_out(self, device_id: str) -> None:
        """Ends what this device's key opens, for whoever has a copy of it, too."""
        with self.store.writing() as here:
            here.devices.remove(device_id)
        self._in_mind.pop(device_id, None)

    def sign_out_everywhere(self, participant: str) -> None:
        """Signs out all devices of a participant."""
        for device_id in self.store.sign_out(participant=participant):
            self._in_mind.pop(device_id, None)


def _hash_of(here: Transaction, code: str) -> str:
    known = here.codes.find(code)
    # A code that nobody knows keeps no device signed in.
    return known.hash if known else ""
