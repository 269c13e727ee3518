"""Whether a form was sent from our own pages, told by what browsers say and pages cannot forge.

Lesson pages are the same for every reader and so carry no CSRF token. Every browser since 2020 sends ``Origin`` with
a POST, and most send ``Sec-Fetch-Site``.
"""

from django.http import HttpRequest


def is_from_our_pages(request: HttpRequest) -> bool:
    """Tell whether the request surely comes from a page of this site. Unknown counts as no."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"
