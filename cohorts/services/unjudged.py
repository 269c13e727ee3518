"""Keeping what learners say without being judged: reflections and votes."""

import uuid

from django.db import transaction

from cohorts.enums import Verb
from cohorts.models import Enrolment, LearningEvent, PollVote, Reflection

LONGEST_REFLECTION = 4000  # characters


def keep_reflection(*, event: LearningEvent, text: str) -> Reflection:
    """Keep the words of a reflection, unless words written later are here already. Any order gives the same row.

    Call it inside the transaction of the event, which itself holds no words.
    """
    row, is_new = Reflection.objects.select_for_update().get_or_create(
        enrolment=event.enrolment,
        lesson_key=event.object_key,
        block_id=event.question_id,
        defaults={"text": text, "event_uuid": event.uuid, "written_at": event.corrected_at},
    )
    if not is_new and (event.corrected_at, event.uuid) > (row.written_at, row.event_uuid):
        row.text, row.event_uuid, row.written_at = text, event.uuid, event.corrected_at
        row.save(update_fields=["text", "event_uuid", "written_at"])
    return row


def refresh_vote(*, enrolment: Enrolment, lesson_key: uuid.UUID, poll_id: str) -> None:
    """Write the learner's vote in a poll anew from the events: the latest stands."""
    votes = LearningEvent.objects.filter(
        enrolment=enrolment, verb=Verb.VOTED, object_key=lesson_key, question_id=poll_id
    )
    if latest := max(votes, key=lambda vote: (vote.corrected_at, vote.uuid), default=None):
        PollVote.objects.update_or_create(
            enrolment=enrolment,
            lesson_key=lesson_key,
            poll_id=poll_id,
            defaults={"option_id": latest.data["chosen"][0], "voted_at": latest.corrected_at},
        )


@transaction.atomic
def recount_votes(*, enrolment: Enrolment) -> None:
    """Write every vote of an enrolment anew from its events alone."""
    PollVote.objects.filter(enrolment=enrolment).delete()
    voted = LearningEvent.objects.filter(enrolment=enrolment, verb=Verb.VOTED).order_by()
    for lesson_key, poll_id in voted.values_list("object_key", "question_id").distinct():
        refresh_vote(enrolment=enrolment, lesson_key=lesson_key, poll_id=poll_id)
