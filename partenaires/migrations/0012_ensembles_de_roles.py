"""A member holds a set of roles, and trust is a chain: the columns, and what they hold at first."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What one role becomes when a set must be one again: the first of these that is held.
PAR_IMPORTANCE = (
    "administrateur",
    "signataire",
    "redacteur",
    "lecteur",
    "responsable",
    "agent",
    "avis_financeur",
    "lecteur_financeur",
)


def en_ensembles(apps, schema_editor):
    """Each role becomes a set of one."""
    for nom in ("Appartenance", "Invitation"):
        lignes = apps.get_model("partenaires", nom).objects.all()
        for ligne in lignes.only("pk", "role").iterator():
            lignes.filter(pk=ligne.pk).update(roles=f",{ligne.role},")


def en_un_seul(apps, schema_editor):
    """The first role that is held, in order of importance."""
    for nom in ("Appartenance", "Invitation"):
        lignes = apps.get_model("partenaires", nom).objects.all()
        for ligne in lignes.only("pk", "roles").iterator():
            tenus = ligne.roles.split(",")
            role = next(role for role in PAR_IMPORTANCE if role in tenus)
            lignes.filter(pk=ligne.pk).update(role=role)


def nouer_les_chaines(apps, schema_editor):
    """Who vouches for whom; an unverified claim on what others held waits for the service."""
    appartenances = apps.get_model("partenaires", "Appartenance").objects
    passations = apps.get_model("partenaires", "Passation").objects
    acceptees = appartenances.filter(acceptee_le__isnull=False).order_by("acceptee_le", "pk")
    bouts = {}  # (organisation, person) -> the end of their chain
    deja_tenus = set(passations.filter(acte="ajouter").values_list("partenaire", flat=True))
    en_attente = set()
    for ligne in acceptees:
        garant = bouts.get((ligne.partenaire_id, ligne.acceptee_par_id))
        if not ligne.est_premiere and garant:
            appartenances.filter(pk=ligne.pk).update(garant=garant)
        se_suffit = ligne.est_premiere or ligne.verifiee_le
        bouts[ligne.partenaire_id, ligne.utilisateur_id] = ligne.pk if se_suffit else garant
        if ligne.est_premiere and not ligne.verifiee_le and ligne.partenaire_id in deja_tenus:
            en_attente.add(ligne.pk)
        deja_tenus.add(ligne.partenaire_id)
    suspendues = models.Q(pk__in=en_attente) | models.Q(garant__in=en_attente)
    appartenances.filter(suspendues, verifiee_le=None, terminee_le=None).update(acceptee_le=None)


def accepter_ce_qui_attend(apps, schema_editor):
    """Before, a first claimant was accepted at once, and so was whoever somebody had accepted."""
    appartenances = apps.get_model("partenaires", "Appartenance").objects
    attendent = appartenances.filter(acceptee_le=None, terminee_le=None)
    suspendues = attendent.filter(models.Q(est_premiere=True) | ~models.Q(acceptee_par=None))
    suspendues.update(acceptee_le=models.F("demandee_le"))


def garder_le_dernier_lien(apps, schema_editor):
    """One live link an address: the newest."""
    invitations = apps.get_model("partenaires", "Invitation").objects
    vus = set()
    for invitation in invitations.filter(utilisee_le=None).order_by("-cree_le", "-pk"):
        adresse = (invitation.partenaire_id, invitation.email.lower())
        annulee_le = invitation.cree_le if adresse in vus else None
        invitations.filter(pk=invitation.pk).update(email=adresse[1], annulee_le=annulee_le)
        vus.add(adresse)


def rien(apps, schema_editor):
    """Links that were replaced stay so."""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("partenaires", "0011_resume_par_defaut"),
    ]

    operations = [
        migrations.AddField(
            model_name="appartenance",
            name="roles",
            field=models.CharField(default="", max_length=120, verbose_name="rôles"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="roles",
            field=models.CharField(default="", max_length=120, verbose_name="rôles"),
        ),
        # An empty text until the way back has filled it again.
        migrations.AlterField(
            model_name="appartenance",
            name="role",
            field=models.CharField(default="", max_length=20, verbose_name="rôle"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(default="", max_length=20, verbose_name="rôle"),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="garant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amenees",
                to="partenaires.appartenance",
            ),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refus_motif",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refusee_le",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refusee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="annulee_le",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(en_ensembles, en_un_seul),
        migrations.RunPython(nouer_les_chaines, accepter_ce_qui_attend),
        migrations.RunPython(garder_le_dernier_lien, rien),
    ]
