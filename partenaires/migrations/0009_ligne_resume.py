"""A line of the daily summary had the name of what agents write on a dossier: « Note »."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partenaires", "0008_index_de_recherche")]
    operations = [migrations.RenameModel("Note", "LigneResume")]
