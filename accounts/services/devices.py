"""Where somebody is signed in: written down as it is used, and ended from another device."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.enums import DeviceBrowser, DeviceSystem
from accounts.models import SignedInDevice, User
from foundation.services.audit import record_audit

USE_SECONDS: Final = 60 * 60
"""How exact "last used" is. Each request of each phone would be a write."""

SWEEP_SIZE: Final = 500

SYSTEMS: Final = (
    (DeviceSystem.HARMONY, "HarmonyOS|OpenHarmony"),
    (DeviceSystem.ANDROID, "Android"),
    (DeviceSystem.IPHONE, "iPhone|iPod"),
    (DeviceSystem.IPAD, "iPad"),
    (DeviceSystem.WINDOWS, "Windows"),
    (DeviceSystem.MAC, "Macintosh"),
    (DeviceSystem.COMPUTER, "X11|Linux|CrOS"),
)
BROWSERS: Final = (
    (DeviceBrowser.WECHAT, "MicroMessenger"),
    (DeviceBrowser.QQ, "QQBrowser|QQ/"),
    (DeviceBrowser.UC, "UCBrowser|UCWEB"),
    (DeviceBrowser.HUAWEI, "HuaweiBrowser"),
    (DeviceBrowser.XIAOMI, "MiuiBrowser|XiaoMi/"),
    (DeviceBrowser.OPPO, "HeyTapBrowser|OppoBrowser"),
    (DeviceBrowser.VIVO, "VivoBrowser"),
    (DeviceBrowser.EDGE, r"Edg(e|A|iOS)?/"),
    (DeviceBrowser.FIREFOX, "Firefox|FxiOS"),
    (DeviceBrowser.CHROME, "Chrome|CriOS|Chromium"),
    (DeviceBrowser.SAFARI, "Safari"),
)
"""The first that is named counts: nearly all browsers also call themselves Chrome and Safari."""


def device_of(user_agent: str) -> tuple[DeviceSystem, DeviceBrowser]:
    """Return what a browser says it is and runs on, as words that people know."""
    system = next((one for one, names in SYSTEMS if re.search(names, user_agent)), DeviceSystem.OTHER)
    browser = next((one for one, names in BROWSERS if re.search(names, user_agent)), DeviceBrowser.OTHER)
    return system, browser


def is_use_due(session: SessionBase) -> bool:
    """Whether the use of this session is to be written down: somebody is signed in, and it was not in this hour."""
    return bool(session.session_key and SESSION_KEY in session and cache.add(_place(session), 1, USE_SECONDS))


def _place(session: SessionBase) -> str:
    return f"device:{sha256(str(session.session_key).encode()).hexdigest()[:32]}"


def note_use(request: HttpRequest, *, user: AbstractBaseUser | AnonymousUser, at: datetime) -> None:
    """Write down that ``user`` uses this browser now. A session that was ended meanwhile leaves nothing."""
    session = request.session
    if session.session_key is None:  # it is new and saved with the response: the next request notes it
        return
    cache.set(_place(session), 1, USE_SECONDS)
    system, browser = device_of(request.headers.get("User-Agent", ""))
    seen = {"user": user, "system": system, "browser": browser, "last_used_at": at}
    try:
        with transaction.atomic():
            SignedInDevice.objects.update_or_create(
                session_id=session.session_key, defaults=seen, create_defaults=seen | {"signed_in_at": at}
            )
    except IntegrityError:
        return


@transaction.atomic
def sign_out_device(*, user: User, uuid: UUID, session: SessionBase, at: datetime) -> SignedInDevice:
    """End the person's session on a device other than that of ``session``; its next request finds nobody signed in.

    What that device keeps and has not sent stays on it. Raises ``SignedInDevice.DoesNotExist`` for what is no other
    device of this person's, or not any more.
    """
    device = _others(user, session, at).get(uuid=uuid)
    record_audit(action="device_signed_out", subject=device, at=at, actor=user)
    Session.objects.filter(pk=device.session_id).delete()
    return device


@transaction.atomic
def sign_out_others(*, user: User, session: SessionBase, at: datetime) -> int:
    """End the person's sessions everywhere but here, also those that no device is known of. Returns how many are known.

    Sessions that were begun before devices were written down, and not used since, do not match the person any more.
    """
    others = list(_others(user, session, at))
    for device in others:
        record_audit(action="device_signed_out", subject=device, at=at, actor=user)
    Session.objects.filter(pk__in=[device.session_id for device in others]).delete()
    record_audit(action="other_sessions_ended", subject=user, at=at, actor=user)
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()  # with the rest: a request of this device that comes meanwhile finds both or neither
    return len(others)


def _others(user: User, session: SessionBase, at: datetime) -> QuerySet[SignedInDevice]:
    return SignedInDevice.objects.in_use_by(user, now=at).exclude(session_id=session.session_key)


def forget_ended_sessions(*, now: datetime) -> int:
    """Delete sessions whose time is over, and with them their devices. Returns how many."""
    ended = Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:SWEEP_SIZE]
    keys = list(ended)
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def sweep_ended_sessions() -> int:
    """Run ``forget_ended_sessions`` now; registered as a sweeper."""
    return forget_ended_sessions(now=timezone.now())
