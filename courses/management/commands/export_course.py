"""``manage.py export_course COURSE FOLDER``: write a course into a folder that ``load_course`` reads."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from courses.models import CoursePage, SourceKey
from courses.services.exporting import ExportError, export_course


class Command(BaseCommand):
    """Export a course; nothing is overwritten."""

    help = "Writes a course's published pages into a new folder of YAML files, which loads again as the same course."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("course", help="the course's key or slug")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--library", action="store_true", help="write all practices, used or not")

    def handle(self, *args: Any, course: str, folder: Path, library: bool, **options: Any) -> None:
        keyed = SourceKey.objects.filter(key=course).values("pk")
        page = CoursePage.objects.live().filter(Q(slug=course) | Q(translation_key__in=keyed)).first()
        if page is None:
            known = ", ".join(CoursePage.objects.live().order_by("slug").values_list("slug", flat=True).distinct())
            raise CommandError(f"There is no published course «{course}». There are: {known or 'none'}")
        try:
            notes = export_course(course=page, folder=folder, is_whole_library=library)
        except ExportError as error:
            raise CommandError(str(error)) from error
        for note in notes:
            self.stdout.write(note)
        self.stdout.write(f"{page.title}: written to {folder}")
