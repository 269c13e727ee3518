"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentPurpose(models.TextChoices):
    """What a person agreed to."""

    PRIVACY = "privacy", _("privacy notice")


class MessageEvent(models.TextChoices):
    """What a message tells. The words stand in ``templates/messages/<event>/``."""

    RETURNED = "returned", _("submission returned")
    ACCEPTED = "accepted", _("submission accepted")
    NAME_NEEDED = "name_needed", _("name to confirm")
    CERTIFICATE_ISSUED = "certificate_issued", _("certificate issued")
    CONTENT_SUBMITTED = "content_submitted", _("page waits for review")
    CONTENT_RETURNED = "content_returned", _("page returned to its author")
    CONTENT_PUBLISHED = "content_published", _("page published")
    CONTENT_COMMENTED = "content_commented", _("comment on a page")
    MISTAKE_CLOSED = "mistake_closed", _("answer to a reported mistake")
    COHORT_INVITED = "cohort_invited", _("invitation to a cohort")
    COHORT_PLACE = "cohort_place", _("place in a cohort")
    COHORT_DECLINED = "cohort_declined", _("no place in a cohort")
    COHORT_LEFT = "cohort_left", _("withdrawn from a cohort")
    COHORT_BACK = "cohort_back", _("back in a cohort")
    COHORT_MOVED = "cohort_moved", _("moved to another cohort")
    COHORT_HELPS = "cohort_helps", _("helper of a cohort")
    CODE_USED = "code_used", _("signed in with a facilitator’s code")


class DeviceSystem(models.TextChoices):
    """What kind of device somebody signed in on, as far as its browser tells."""

    ANDROID = "android", _("Android phone")
    HARMONY = "harmony", _("Huawei phone")
    IPHONE = "iphone", _("iPhone")
    IPAD = "ipad", _("iPad")
    WINDOWS = "windows", _("Windows computer")
    MAC = "mac", _("Mac")
    COMPUTER = "computer", _("Computer")
    OTHER = "other", _("Another device")


class DeviceBrowser(models.TextChoices):
    """In which program somebody signed in, as far as it tells."""

    WECHAT = "wechat", _("WeChat")
    QQ = "qq", _("QQ browser")
    UC = "uc", _("UC browser")
    HUAWEI = "huawei", _("Huawei browser")
    XIAOMI = "xiaomi", _("Xiaomi browser")
    OPPO = "oppo", _("OPPO browser")
    VIVO = "vivo", _("vivo browser")
    EDGE = "edge", "Edge"
    FIREFOX = "firefox", "Firefox"
    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"
    OTHER = "other", _("Browser")


class SiteGroup(models.TextChoices):
    """The groups of those who work on the site. The value is the group's name in the database and never changes."""

    VOLUNTEER = "volunteer", _("Volunteer")
    EDITOR = "editor", _("Editor")
    TRANSLATOR = "translator", _("Translator")
    OPERATOR = "operator", _("Operator")


GIVEN_BY_OPERATORS = (SiteGroup.VOLUNTEER, SiteGroup.EDITOR, SiteGroup.TRANSLATOR)
"""The groups that an operator may put somebody in. Operators are made by whoever may do everything."""
