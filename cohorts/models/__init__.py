"""The tables of learning."""

from cohorts.models.announcement import Announcement, AnnouncementRead
from cohorts.models.cohort import Cohort, Deadline, Membership, Release, RequirementSet
from cohorts.models.enrolment import Enrolment, LessonProgress
from cohorts.models.event import LearningEvent, RefusedEvent
from cohorts.models.extension import Extension
from cohorts.models.following import CallNote, QuestionTally
from cohorts.models.incoming import DraftCopy, DraftWrite, IncomingFile, IncomingPart, SubmissionRecording
from cohorts.models.people import EnrolmentChange, JoinRequest, PeopleImport
from cohorts.models.review import Review, ReviewClaim, ReviewDraft, SavedComment
from cohorts.models.rubric import RubricVersion
from cohorts.models.submission import Submission, SubmissionAttempt, SubmissionPhoto
from cohorts.models.unjudged import PollVote, Reflection

__all__ = [
    "Announcement",
    "AnnouncementRead",
    "CallNote",
    "Cohort",
    "Deadline",
    "DraftCopy",
    "DraftWrite",
    "Enrolment",
    "EnrolmentChange",
    "Extension",
    "IncomingFile",
    "IncomingPart",
    "JoinRequest",
    "LearningEvent",
    "LessonProgress",
    "Membership",
    "PeopleImport",
    "PollVote",
    "QuestionTally",
    "Reflection",
    "RefusedEvent",
    "Release",
    "RequirementSet",
    "Review",
    "ReviewClaim",
    "ReviewDraft",
    "RubricVersion",
    "SavedComment",
    "Submission",
    "SubmissionAttempt",
    "SubmissionPhoto",
    "SubmissionRecording",
]
