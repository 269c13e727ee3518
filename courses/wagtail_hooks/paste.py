"""Pasting from Word or WeChat into the editor: a script of ours cleans it up first (docs/word-import.md)."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_editor_js")
def paste_script() -> SafeString:
    """Add the script, and its sentences in the language of whoever writes."""
    return render_to_string("courses/admin/paste.html")
