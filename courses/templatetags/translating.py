"""What the side-by-side editor shows beyond wagtail-localize's own: marks on passages whose source changed."""

import json
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail_localize.models import Translation

from courses.models import StalePassage
from courses.selectors import stale_passages

register = template.Library()


@register.filter
def with_marks(props: str, translation: Translation) -> str:
    """Return the editor's data with marks on stale passages, and without what this site does in another way.

    Nothing becomes an alias: that would show readers the other language.
    """
    data: dict[str, Any] = json.loads(props)
    data["links"]["convertToAliasUrl"] = None
    marks = {(mark.path, mark.string.data): mark for mark in stale_passages(translation) if mark.string is not None}
    stale = set()
    for segment in data["segments"]:
        mark = marks.get((segment["contentPath"], segment.get("source", "")))
        if mark is not None:
            label = segment["location"]["subField"]
            segment["location"]["subField"] = " · ".join(filter(None, [label, said_of(mark)]))
            stale.add(segment["id"])
    for said in data["initialStringTranslations"]:
        if said["segment_id"] in stale:  # a reason takes the place of the tick and of "translated on"
            said["error"] = said["error"] or _("Needs another look: the source changed")
    return json.dumps(data)


@register.filter
def said_of(mark: StalePassage) -> str:
    """Return what is to be known of a stale passage, in a sentence."""
    since = date_format(localtime(mark.since), "DATE_FORMAT")
    if mark.is_new:
        return _("⚑ New since %(date)s") % {"date": since}
    if mark.string is None:
        return _("⚑ Changed since %(date)s in something other than words") % {"date": since}
    return _("⚑ Changed since %(date)s. It said: %(before)s") % {"date": since, "before": mark.before}
