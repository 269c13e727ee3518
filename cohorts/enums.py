"""Words with a fixed set of values, and the groups of them that code asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member does in a cohort."""

    LEARNER = "learner", _("learner")
    FACILITATOR = "facilitator", _("facilitator")
    CO_FACILITATOR = "co_facilitator", _("co-facilitator")
    REVIEWER = "reviewer", _("reviewer")
    OBSERVER = "observer", _("observer")


LEADING_ROLES = (Role.FACILITATOR, Role.CO_FACILITATOR)
REVIEWING_ROLES = (*LEADING_ROLES, Role.REVIEWER)
HELPING_ROLES = (*REVIEWING_ROLES, Role.OBSERVER)


class Pace(models.TextChoices):
    """How the modules of a cohort open."""

    WEEKLY = "weekly", _("a module a week")
    DATES = "dates", _("on dates that you choose")
    OPEN = "open", _("everything from the first day")


class EnrolmentStatus(models.TextChoices):
    """Where a learner stands in a cohort."""

    INVITED = "invited", _("invited")
    ACTIVE = "active", pgettext_lazy("enrolment", "active")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "withdrawn")


SEATED_STATUSES = (EnrolmentStatus.INVITED, EnrolmentStatus.ACTIVE, EnrolmentStatus.COMPLETED)
"""Those that take a place where a cohort has a number of places."""

LEARNING_STATUSES = (EnrolmentStatus.ACTIVE, EnrolmentStatus.COMPLETED)
"""Those whose events are accepted. Who has completed may go on reading and answering."""


class Joining(models.TextChoices):
    """How somebody with the join code comes into a cohort."""

    OPEN = "open", _("whoever has the code joins at once")
    APPROVAL = "approval", _("a facilitator approves each one")


class RequestStatus(models.TextChoices):
    """What became of somebody who asked for a place."""

    WAITING = "waiting", pgettext_lazy("request for a place", "waiting")
    APPROVED = "approved", pgettext_lazy("request for a place", "approved")
    DECLINED = "declined", pgettext_lazy("request for a place", "declined")


class Change(models.TextChoices):
    """What happened to somebody's membership."""

    INVITED = "invited", _("invited")
    JOINED = "joined", _("joined")
    WITHDRAWN = "withdrawn", _("withdrawn by the facilitator")
    BACK = "back", _("came back")
    MOVED = "moved", _("moved to another cohort")


class ImportStatus(models.TextChoices):
    """The way of a list of people."""

    READY = "ready", _("waiting to be looked at")
    PENDING = "pending", _("waiting")
    RUNNING = "running", _("in progress")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Verb(models.TextChoices):
    """What a learning event says. The first five come from devices; the server alone writes the others."""

    OPENED = "opened", _("opened a lesson")
    ANSWERED = "answered", _("answered a question")
    FINISHED = "finished", _("finished a lesson")
    REFLECTED = "reflected", _("wrote a reflection")
    VOTED = "voted", _("answered a poll")
    SUBMITTED = "submitted", _("submitted an assignment")
    ACCEPTED = "accepted", _("had an assignment accepted")
    COMPLETED = "completed", _("completed the course")


LESSON_VERBS = (Verb.OPENED, Verb.ANSWERED, Verb.FINISHED)
"""Those that progress in a lesson follows from."""

DEVICE_VERBS = (*LESSON_VERBS, Verb.REFLECTED, Verb.VOTED)
LEARNER_VERBS = (*DEVICE_VERBS, Verb.SUBMITTED)
"""What the learner did; an acceptance and a completion are what others and the server made of it."""


class SubmissionStatus(models.TextChoices):
    """The way of a submission."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for review")
    RETURNED = "returned", _("returned for another try")
    ACCEPTED = "accepted", _("accepted")


WRITABLE_STATUSES = (SubmissionStatus.DRAFT, SubmissionStatus.RETURNED)
"""Those in which the learner may write."""


class StepState(models.TextChoices):
    """How a required lesson or assignment stands for one learner. One letter each: a summary row holds a line of them.

    Whether it is late is no state: that follows from its deadline when it is read.
    """

    NOTHING = "-", _("not begun")
    BEGUN = "b", _("begun")
    DONE = "d", pgettext_lazy("lesson", "done")
    WAITING = "w", _("waiting for review")
    RETURNED = "r", _("returned for another try")
    ACCEPTED = "a", _("accepted")


class CallOutcome(models.TextChoices):
    """What came of calling a learner who needed it."""

    REACHED = "reached", _("we spoke")
    PROMISED = "promised", _("we spoke, and the learner will go on")
    MESSAGE = "message", _("not reached, a message was left")
    NOT_REACHED = "not_reached", _("not reached")
    OTHER = "other", _("no call, only a note")


class Decision(models.TextChoices):
    """What a reviewer decided."""

    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")


class FileKind(models.TextChoices):
    """What a phone sends in parts."""

    PHOTO = "photo", _("photo")
    RECORDING = "recording", _("voice note")


class FileState(models.TextChoices):
    """The way of a file that comes in parts."""

    ARRIVING = "arriving", _("on its way")
    DONE = "done", _("arrived")
    REFUSED = "refused", _("refused")
