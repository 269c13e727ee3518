"""What may be written to the log: no bodies, and no phone number in full."""

import logging
import re

PHONE = re.compile(r"(?<!\d)(\+?\d{1,3})?(1[3-9]\d)(\d{4})(\d{4})(?!\d)")


class MaskPhones(logging.Filter):
    """Hides the middle of every Chinese mobile number in a log line: 138****5678."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; never drops a record."""
        message = record.getMessage()
        masked = PHONE.sub(r"\2****\4", message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
