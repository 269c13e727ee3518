"""How long it takes to read a spreadsheet of 200 people and to invite them all."""

import io
import time
from typing import Any

from django.utils import timezone
from openpyxl import Workbook


def import200_s(cohort: Any, facilitator: Any) -> float:
    """Return the seconds from the file to the last invitation, in a cohort that is there."""
    from cohorts.enums import ImportStatus
    from cohorts.services.roster.work import import_people, run_import, start_import

    book = Workbook()
    sheet: Any = book.active
    sheet.append(["姓名", "手机号", "学校", "省份"])
    for number in range(200):
        sheet.append([f"示例{number}", str(18900000000 + number), "示例小学", "云南"])
    target = io.BytesIO()
    book.save(target)
    begun = time.perf_counter()
    row = start_import(cohort=cohort, file=target.getvalue(), name="a.xlsx", who=facilitator, at=timezone.now())
    run_import(row=row, actor=facilitator, at=timezone.now())
    import_people(pk=row.pk, now=timezone.now())
    seconds = time.perf_counter() - begun
    row.refresh_from_db()
    if row.status != ImportStatus.DONE or [fate for _row, fate in row.report] != ["new"] * 200:
        raise RuntimeError(f"the import did not go well: {row.status} {row.reason}")
    return seconds
