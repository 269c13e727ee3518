"""The box under the side-by-side editor: what is missing, what is stale, and what may be done now."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from courses.selectors import stale_passages
from courses.services.translating.publishing import untranslated_banks
from courses.services.translating.targets import missing_passages

register = template.Library()


@register.inclusion_tag("courses/admin/translation_desk.html", takes_context=True)
def translation_desk(context: Any, translation: Translation) -> dict[str, Any]:
    """Return what the box shows for the person who asks."""
    request = context["request"]
    target = translation.get_target_instance()
    draft = target.get_latest_revision_as_object()
    rights = target.permissions_for_user(request.user) if isinstance(target, Page) else None
    marks = stale_passages(translation)
    return {
        "request": request,
        "is_page": rights is not None,
        "heading": _heading(translation),
        "translation": translation,
        "target": target,
        "missing": len(missing_passages(translation, draft)),
        "banks": untranslated_banks(translation),
        "marks": marks,
        "confirmable": any(mark.string_id and mark.before for mark in marks),
        "may_publish": rights.can_publish() if rights else True,
        "why_not": rights.why_not_publish if rights and rights.has_publish_right else "",
        "may_hand_in": rights is not None and target.get_workflow() is not None,
        "in_review": rights is not None and target.workflow_in_progress,
    }


def _heading(translation: Translation) -> dict[str, str]:
    """Return the heading of wagtail-localize's script, and the same in the language of the admin."""
    source, target = (
        str(locale.get_display_name()) for locale in (translation.source.locale, translation.target_locale)
    )
    said = _("From %(source)s into %(target)s") % {"source": source, "target": target}
    return {"english": f"{source} to {target} translation", "said": said}
