"""How static files are kept in production: named by their content, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statiques(CompressedManifestStaticFilesStorage):
    """The scripts are modules: each import names the file by its content too, or a browser that
    keeps an old one for a year would mix two versions.
    """

    support_js_module_import_aggregation = True
