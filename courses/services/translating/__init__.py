"""Translating pages and question banks with wagtail-localize, so that a translator's words are never lost.

``passages`` takes the source apart, ``words`` knows what a translator said and reads it back from a page, ``stale``
marks what changed since, ``targets`` writes and publishes the translated page, ``exchange`` speaks PO, and ``courses``
starts a whole course. What wagtail-localize would do instead is told in docs/translation.md.
"""
