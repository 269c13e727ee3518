"""Reading a page or a question bank as a careful colleague would: what must be mended first, and what should be.

Pure functions over a page; they write nothing and block nothing. What the issue of publishing depends on is the
severity ``MUST`` (``must_be_mended``); everything else is advice.
"""

from courses.services.proofreading.findings import Finding, Severity
from courses.services.proofreading.proofread import must_be_mended, proofread, sentences_to_mend

__all__ = ["Finding", "Severity", "must_be_mended", "proofread", "sentences_to_mend"]
