"""The home folder's database, and the only place where SQLAlchemy and Alembic are used.

schema      the tables
database    one engine: transactions, waiting for others, errors as sentences
migrate     from any earlier schema to this one
answers     the append-only answers
groups      leadership groups and their participants
codes       access codes
devices     where somebody is signed in
exchanges   what groups have with each other
releases    what has been shown to whom
ledger      how much was erased
audit       what was done, by role
erasing     what belongs to whom, and how it goes
store       `Store`, which opens a home and hands out transactions
"""

from kompetanse.answers.answer import Answer
from kompetanse.answers.release import RegionRelease, Release
from kompetanse.answers.store.audit import AuditEntry
from kompetanse.answers.store.codes import Entry, IssuedCode
from kompetanse.answers.store.devices import Device
from kompetanse.answers.store.store import Store, Transaction

__all__ = ["Answer", "AuditEntry", "Device", "Entry", "IssuedCode", "RegionRelease", "Release", "Store", "Transaction"]
