"""How static files are kept in production: without their comments, named by their content,
compressed once.
"""

from pathlib import PurePath

from django.core.files import File
from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

ALLEGER = {".css": cssmin, ".js": jsmin}


class Statiques(CompressedManifestStaticFilesStorage):
    """The scripts are modules: each import names the file by its content too, or a browser that
    keeps an old one for a year would mix two versions.

    What explains a line is for who reads the sources, and does not travel.
    """

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        """Both the file collected and the one named by its content come through here."""
        alleger = ALLEGER.get(PurePath(name).suffix)
        if alleger:
            content.seek(0)
            content = ContentFile(alleger(content.read().decode()).encode())
        return super()._save(name, content)
