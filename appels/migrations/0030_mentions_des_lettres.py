"""What a letter says of its day is kept with it; those of before keep what their page says now."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PAR_LOT = 200


def garder(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The same as `decision.lettres.mentions`, of today: nothing older is known."""
    service = apps.get_model("partenaires", "Service").objects.order_by("pk").first()
    lettres = apps.get_model("appels", "Lettre").objects
    avec = "financement__dossier__porteur__fiche", "financement__partenaire"
    for lettre in lettres.select_related("financement__dossier__appel", *avec).iterator(PAR_LOT):
        mentions = mentions_de(lettre.financement, service.nom if service else "")
        lettres.filter(pk=lettre.pk).update(mentions=mentions)


def mentions_de(demande: models.Model, service: str) -> dict:
    appel = demande.dossier.appel
    porteur = demande.dossier.porteur
    fiche = getattr(porteur, "fiche", None)
    financeur = None
    if demande.partenaire_id:
        financeur = appel.financeurs.filter(partenaire=demande.partenaire_id).first()
    autorite = financeur.autorite if financeur else ""
    if not autorite and demande.partenaire and demande.partenaire.genre == "cua":
        autorite = appel.autorite_recours
    est_dispensee = bool(financeur and financeur.est_dispense_de_signature)
    return {
        "service": service,
        "porteur": porteur.nom,
        "adresse": fiche.adresse if fiche else "",
        "code_postal": fiche.code_postal if fiche else "",
        "ville": fiche.ville if fiche else "",
        "tribunal": appel.tribunal,
        "autorite": autorite,
        "est_dispensee": appel.regime == "guichet" and est_dispensee,
    }


class Migration(migrations.Migration):
    dependencies = [("appels", "0029_publication_par_decision")]

    operations = [
        migrations.AddField(
            model_name="lettre",
            name="mentions",
            field=models.JSONField(default=dict, verbose_name="mentions"),
        ),
        migrations.RunPython(garder, migrations.RunPython.noop),
    ]
