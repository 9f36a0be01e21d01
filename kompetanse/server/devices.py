"""The devices that are signed in, as the server knows them: looked up every few seconds, signed out at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

from kompetanse.answers.device_key import DeviceKey
from kompetanse.answers.session import Role
from kompetanse.answers.store import Device, Entry, Store, Transaction

#: So long a device that was signed out by another process, or whose code was revoked there, may still be taken for one
#: that is signed in.
BELIEVED_SECONDS = 3.0

#: More are not kept in mind at once.
MOST_IN_MIND = 4096


@dataclass
class SignedInDevices:
    """Who is signed in where. What a device holds is its key; everything else lies in the store."""

    store: Store
    programme: str
    lifetime: timedelta
    _in_mind: dict[str, tuple[float, Device | None]] = field(default_factory=dict)

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
        until, device = self._in_mind.get(device_id, (0.0, None))
        if until <= now:
            device = self.store.device(device_id)
            if device is not None and device.programme != self.programme:
                device = None
            if len(self._in_mind) >= MOST_IN_MIND:
                self._in_mind.clear()
            self._in_mind[device_id] = (now + BELIEVED_SECONDS, device)
        return device

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
