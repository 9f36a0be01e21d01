"""The tables as they are after the newest migration; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, false

metadata = MetaData()

#: Never updated in place. `value` is JSON, `time` UTC in ISO 8601, `participant` "" the group itself.
answer = Table(
    "answer",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("time", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("aspect", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("municipality", Text),
    Column("participant", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("made_up", Boolean, nullable=False),
    # What is the current answer is asked of this index alone.
    Index("answer_current", "group_id", "module", "participant", "step", "round", "subject", "aspect", "seq"),
    Index("answer_participant", "participant"),
    # Without AUTOINCREMENT SQLite would give an erased last seq to the next answer.
    sqlite_autoincrement=True,
)

leadership_group = Table(
    "leadership_group",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("invited", Integer),
    Column("contact", Text),
    Column("gathering_date", Text),
    Column("made_up", Boolean, nullable=False),
    # When the practice of a practice group began; null for every other group.
    Column("practice", Text),
)

group_municipality = Table(
    "group_municipality",
    metadata,
    Column("group_id", Text, ForeignKey("leadership_group.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("municipality", Text, nullable=False),
)

#: A participant is a random token; nothing here says who it is.
participation = Table(
    "participation",
    metadata,
    Column("participant", Text, primary_key=True),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("joined", Text, nullable=False),
    Column("deputy", Boolean, nullable=False, server_default=false()),
    Index("participation_group", "group_id"),
)

#: Only a keyed hash of each code, so that a copy of the database lets nobody in. `once`: it lets one person in, once.
access_code = Table(
    "access_code",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id")),
    Column("participant", Text),
    Column("created", Text, nullable=False),
    Column("expires", Text),
    Column("revoked", Text),
    Column("once", Boolean, nullable=False, server_default=false()),
    Column("used", Text),
    # Whoever it lets in answers in a leader's place.
    Column("deputy", Boolean, nullable=False, server_default=false()),
)

#: Where somebody is signed in: a hash of what the device holds, and nothing about the device itself. `code` is the hash
#: of the code that it depends on; `return_code` is the personal code, which only what the device holds can open.
device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("group_id", Text),
    Column("participant", Text),
    Column("code", Text),
    Column("expires", Text, nullable=False),
    Column("return_code", Text),
    Index("device_participant", "participant"),
)

#: What was shown to whom: all answers until `as_of`. `frozen` is false once an answer it rests on has been erased.
release = Table(
    "release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("module", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("as_of", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Index("release_group", "group_id", "module"),
    sqlite_autoincrement=True,
)

#: Figures of a region that an audience has been shown: frozen as they were (JSON), with marks of the answers that each
#: facet's figures rest on (JSON), so that the next release can be compared with them.
region_release = Table(
    "region_release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("units", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("figures", Text, nullable=False),
    Column("basis", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: Words of many groups as they have been released (JSON: each with how many people wrote it), counted up to an answer.
word_release = Table(
    "word_release",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("as_of", Integer, nullable=False),
    Column("words", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: Where a group's room is (`group_id`), or all groups of a date that follow (`gathering_date`); only ever added to.
moment = Table(
    "moment",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id")),
    Column("gathering_date", Text),
    Column("name", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("box", Text, nullable=False),
    Column("begun", Text),
    Column("locked", Boolean, nullable=False),
    Column("follows", Boolean, nullable=False),
    Index("moment_group", "group_id", "module"),
    sqlite_autoincrement=True,
)

#: Who attends another date than their group's.
attendance = Table(
    "attendance",
    metadata,
    Column("participant", Text, primary_key=True),
    Column("module", Text, primary_key=True),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("gathering_date", Text, nullable=False),
)

#: Dates of a module that a facilitator has made, besides those of the programme's content.
gathering = Table(
    "gathering",
    metadata,
    Column("programme", Text, primary_key=True),
    Column("module", Text, primary_key=True),
    Column("gathering_date", Text, primary_key=True),
)

#: The tombstone of an erasure: counts, and the seq that was the newest at that time.
erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("as_of", Integer, nullable=False),
    Column("participants", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    sqlite_autoincrement=True,
)

#: What was done, by role: never a name, a token, a text or an address. Triggers refuse to change or delete a row.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    # No foreign key: what was done to a group stays when the group is gone.
    Column("group_id", Text),
    Column("programme", Text, nullable=False),
    Column("participant", Text),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: A poll put to a room: to one group, or to several, and then no group is known. `content` is JSON: what was asked.
poll_run = Table(
    "poll_run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("time", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("step", Text),
    Column("group_id", Text, ForeignKey("leadership_group.id")),
    Column("gathering_date", Text),
    Column("content", Text, nullable=False),
    Column("moderated", Boolean, nullable=False),
    Index("poll_run_group", "group_id"),
)

#: What was done with a poll, in order: its state follows from that. `texts` is JSON.
poll_event = Table(
    "poll_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("poll_run.id"), nullable=False),
    Column("group_id", Text),
    Column("time", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("texts", Text, nullable=False),
    Column("as_of", Integer, nullable=False),
    Index("poll_event_run", "run", "seq"),
    sqlite_autoincrement=True,
)

#: What facilitators have said was done with the feedback of a module; only ever added to.
reply = Table(
    "reply",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)

#: What devices have answered: `device` is a keyed mark that is another one in each run, `value` JSON.
poll_answer = Table(
    "poll_answer",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("run", Text, ForeignKey("poll_run.id"), nullable=False),
    Column("group_id", Text),
    Column("round", Integer, nullable=False),
    Column("time", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index("poll_answer_run", "run", "round", "seq"),
    Index("poll_answer_device", "run", "round", "device", "seq"),
    sqlite_autoincrement=True,
)

#: Groups that have come together for one step. `code` lets others in for some hours; it opens nothing by itself.
cross_group = Table(
    "cross_group",
    metadata,
    Column("id", Text, primary_key=True),
    Column("time", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("code", Text, nullable=False, unique=True),
)

#: Who came and who left, only ever added to; `until` is the last note that a group which has left may read.
cross_member = Table(
    "cross_member",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("cross_group", Text, ForeignKey("cross_group.id"), nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("until", Integer),
    Index("cross_member_group", "group_id"),
    Index("cross_member_cross", "cross_group", "seq"),
    sqlite_autoincrement=True,
)

#: What the groups of a cross group write together, only ever added to: no answers, so nothing that reads those sees it.
#: `value` is JSON, `group_id` whose member wrote it.
cross_note = Table(
    "cross_note",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("time", Text, nullable=False),
    Column("cross_group", Text, ForeignKey("cross_group.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("value", Text, nullable=False),
    Index("cross_note_subject", "cross_group", "subject", "seq"),
    sqlite_autoincrement=True,
)

#: That a group shows others what it had written until `as_of`; null: no longer. To one group, a cross group or, with
#: neither, to all. Only ever added to, and no text is in it.
share = Table(
    "share",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("group_id", Text, ForeignKey("leadership_group.id"), nullable=False),
    Column("to_group", Text, ForeignKey("leadership_group.id")),
    Column("cross_group", Text, ForeignKey("cross_group.id")),
    Column("as_of", Integer),
    Index("share_group", "group_id", "module"),
    Index("share_to", "to_group", "module"),
    sqlite_autoincrement=True,
)
