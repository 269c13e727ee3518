"""Why something from a phone was not taken, in a sentence by its code: told again the same however often it asks."""

from django.utils.translation import gettext as _

from foundation.refusals import Refused


def why(code: str) -> str:
    """Return the sentence for a code, in the active language; for one that is not known, that it could not be read."""
    return _sentences().get(code) or _("This could not be read. Everything is kept on this device.")


def in_words(refusal: Refused) -> str:
    """Return a refusal as a phone shows it: in words that are true there, where nothing is shown below."""
    return _sentences().get(refusal.code) or str(refusal)


def _sentences() -> dict[str, str]:
    return {
        "not_enrolled": _("This belongs to somebody else, or to a cohort you are not in. It is kept on this device."),
        "not_learning": _("You are no longer in this cohort. What you wrote is kept."),
        "unknown_assignment": _("This assignment does not exist any more. What you wrote is kept on this device."),
        "unknown_question": _("The question that this answers is not asked any more. It is kept on this device."),
        "closed": _("Your report was handed in already; nothing more can be added. This is kept on this device."),
        "too_long": _("These words are too long to be kept here. They are still on this device; please shorten them."),
        "too_late": _(
            "The time for this report is over, so it is not taken. Your words are kept; "
            "a facilitator can give you longer."
        ),
        "both_changed": _(
            "Newer words were saved on another device. Both are kept; please choose which to go on with."
        ),
        "other_body": _("Another record arrived with the same number. This one was kept aside on this device."),
        "files_missing": _("Photos or voice notes are still on their way. The report goes when they have arrived."),
        "file_refused": _("A photo or voice note was not taken. Please remove or replace it, and hand in again."),
        "too_many_photos": _("Six photos are enough for one question. Remove one to add another."),
        "too_many_recordings": _("Three voice notes are enough for one question. Remove one to add another."),
        "too_much_waiting": _("Too much is on its way at once. The rest is kept on this device and goes later."),
        "wrong_place": _("This part does not follow what has arrived. The device goes on where it stopped."),
        "other_bytes": _("What arrived is not what was sent. Please add it once more."),
        "removed": _("This was removed."),
        "abandoned": _("Nothing more of this came for thirty days, so it was given up. Please add it once more."),
        "unknown_file": _("This file is not known here. Please add it once more."),
        "empty": _("This file is empty. Please add it once more."),
        "too_large": _("This file is too large. Please take a smaller photo or a shorter voice note."),
        "wrong_kind": _("This is neither a photo nor a voice note that can be taken. Please choose another."),
        "truncated": _("The end of this photo is missing. Please take it again."),
        "damaged": _("This photo is damaged and cannot be read. Please take it again."),
        "too_many_pixels": _("This photo is too large. Please take it with the phone's camera instead."),
        "animated": _("This is a moving picture. Please choose a still one."),
        "sound_too_long": _("This voice note is longer than ten minutes. Please record it in shorter parts."),
    }
