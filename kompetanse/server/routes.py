"""Every route there is. What is not in this list is 404; a test walks it for every role and for nobody."""

from __future__ import annotations

from typing import Any

from kompetanse.server.action_files import ActionFile
from kompetanse.server.all_groups_pages import LockDate, Remind
from kompetanse.server.channels import KERNEL_ID, EndKernel, OwnChannels, OwnKernel
from kompetanse.server.feedback_page import Feedback, FeedbackReply
from kompetanse.server.front import FrontPage
from kompetanse.server.gathering_page import GatheringDates, GatheringFile, OwnDate
from kompetanse.server.group_codes import DeputyCode, EndGroupCode, GroupCode, GroupSheet, GroupSlips
from kompetanse.server.group_page import Approve, GroupForm
from kompetanse.server.health import Healthz, MetricsPage, Readyz
from kompetanse.server.information import Information
from kompetanse.server.invite_page import Invite
from kompetanse.server.openid import JobAccountEnd, JobAccountReturn, JobAccountStart
from kompetanse.server.own_answers import EraseAnswers, OwnAnswers
from kompetanse.server.page import NotFound
from kompetanse.server.poll_control import PollControl, Polls
from kompetanse.server.poll_page import PollDoor, PollPage
from kompetanse.server.poll_screen import PollNews, PollResult
from kompetanse.server.practice_page import OwnPractice, PracticeGroups
from kompetanse.server.report_files import ReportFile
from kompetanse.server.report_pages import MakeReports, Release
from kompetanse.server.room_page import RoomNow, RoomScreen
from kompetanse.server.sign_in import ChooseLanguage, OwnCode, SignIn, SignOut, SignOutEverywhere
from kompetanse.server.static_files import StaticFile
from kompetanse.server.workbook_page import WorkbookPage

_CODE = r"(?P<code>[A-Za-z0-9-]{1,12})"
_NAME = r"[a-z0-9][a-z0-9-]{0,63}"


def routes() -> list[tuple[Any, ...]]:
    """The routes, each with its handler."""
    return [
        # For everyone
        (r"/inn", SignIn),
        (r"/inn/(?P<code>[A-Za-z0-9-]{1,64})", SignIn),
        (r"/ut", SignOut),
        (r"/jobbkonto", JobAccountStart),
        (r"/jobbkonto/svar", JobAccountReturn),
        (r"/jobbkonto/ut", JobAccountEnd),
        (r"/sprak", ChooseLanguage),
        (r"/p", PollDoor),
        (rf"/p/{_CODE}", PollPage),
        (r"/tilgjengelighet", Information, {"name": "tilgjengelighet"}),
        (r"/personvern", Information, {"name": "personvern"}),
        (r"/healthz", Healthz),
        (r"/readyz", Readyz),
        (r"(?P<address>/statisk/[A-Za-z0-9._/-]+)", StaticFile),
        (r"(?P<address>/voila/static/[A-Za-z0-9._/-]+)", StaticFile),
        (r"(?P<address>/voila/labextensions/[A-Za-z0-9@._/-]+)", StaticFile),
        # For those who are signed in
        (r"/", FrontPage),
        (r"/min-kode", OwnCode),
        (r"/ut/overalt", SignOutEverywhere),
        (r"/mine-svar\.(?P<form>csv|json)", OwnAnswers),
        (r"/tiltak\.(?P<form>csv|ics|md)", ActionFile),
        (r"/slett", EraseAnswers),
        (r"/tilbakemelding", Feedback),
        (r"/tilbakemelding/svar", FeedbackReply),
        (r"/gruppe", GroupForm),
        (r"/gruppe/kode", GroupCode),
        (r"/gruppe/ark", GroupSheet),
        (r"/gruppe/lapper", GroupSlips),
        (r"/gruppe/vikar", DeputyCode),
        (r"/gruppe/steng", EndGroupCode),
        (r"/inviter", Invite),
        (r"/datoer", GatheringDates),
        (r"/min-dato", OwnDate),
        (r"/samling\.ics", GatheringFile),
        (r"/oving", PracticeGroups),
        (r"/oving/gruppe", OwnPractice),
        (r"/paminn", Remind),
        (r"/las", LockDate),
        (r"/rapporter", MakeReports),
        (r"/slipp", Release),
        (r"/godkjenn", Approve),
        (r"/avstemning", Polls),
        (rf"/avstemning/{_CODE}", PollControl),
        (rf"/p/{_CODE}/resultat", PollResult),
        (rf"/p/{_CODE}/resultat/nytt", PollNews),
        (r"/rom", RoomScreen),
        (r"/rom/na", RoomNow),
        (rf"/arbeidsbok/(?P<name>{_NAME})", WorkbookPage),
        (rf"/rapport/(?P<group>{_NAME})/(?P<file>[a-z0-9.-]{{1,64}})", ReportFile),
        # For the one who started the kernel
        (rf"/api/kernels/{KERNEL_ID}", OwnKernel),
        (rf"/api/kernels/{KERNEL_ID}/channels", OwnChannels),
        (rf"/voila/api/shutdown/{KERNEL_ID}", EndKernel),
        # For the operator, by a token
        (r"/metrics", MetricsPage),
        (r".*", NotFound),
    ]
