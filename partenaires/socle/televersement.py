"""What a request sends as files: kept in memory up to what a file may weigh.

A heavier one is read to its end and forgotten: its form says so beside the field, and what was
typed in it comes back. Without that, the whole request would be refused.
"""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class EnMemoire(FileUploadHandler):
    """One file after the other, each within the bound."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.tampon = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is kept of a file that goes beyond."""
        if start + len(raw_data) <= settings.TAILLE_MAX_PIECE:
            self.tampon.write(raw_data)
        else:
            self.tampon = BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; without its bytes, but with its size, when it is too heavy."""
        self.tampon.seek(0)
        return InMemoryUploadedFile(
            file=self.tampon,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
