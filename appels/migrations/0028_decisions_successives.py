"""Decisions follow each other; letters leave together; a decision is public by itself.

Kept: what each funder decided becomes the first of its decisions, with the line of the log that
tells it; a letter tells the decision of which it has the print; the grants of the calls that were
public are public when their letter left.
"""

import hashlib

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError

ACCORDS = ("accorde", "partiel")
PAR_LOT = 500


def reprendre(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """From the only decision of a request to the first of those taken on it."""
    financements = apps.get_model("appels", "Financement").objects
    prises = apps.get_model("appels", "DecisionPrise").objects
    decides = financements.exclude(decision="").select_related("partenaire").order_by("pk")
    for financement in decides.iterator(chunk_size=PAR_LOT):
        passage = dernier_passage(apps, financement)
        prise = prises.create(
            financement=financement,
            rang=1,
            decision=financement.decision,
            montant_vote=financement.montant_vote,
            decide_le=financement.decide_le,
            acte=financement.acte,
            motif=financement.motif,
            par_id=passage.par_id if passage else None,
            le=passage.le if passage else None,
            passage=passage,
        )
        financement.lettres.filter(decision=empreinte(financement)).update(prise=prise)
        publier(apps, financement, prise)
    poser(schema_editor)


def dernier_passage(apps: Apps, financement: models.Model) -> models.Model | None:
    """The line of the log that tells this decision, when no other decision took it."""
    nom = financement.partenaire.nom if financement.partenaire else financement.libelle
    return (
        apps.get_model("appels", "Passage")
        .objects.filter(
            dossier=financement.dossier_id,
            acte="decider",
            motif__startswith=f"{nom} : "[:300],
            prise__isnull=True,
        )
        .order_by("-pk")
        .first()
    )


def empreinte(financement: models.Model) -> str:
    """The decision in one word, as letters kept it."""
    contenu = (
        financement.decision,
        financement.montant_vote,
        financement.decide_le,
        financement.acte,
        financement.motif,
    )
    return hashlib.sha256(repr(contenu).encode()).hexdigest()


def publier(apps: Apps, financement: models.Model, prise: models.Model) -> None:
    """A grant of a call that was public, once its letter has left."""
    appel = financement.dossier.appel
    lettre = financement.lettres.filter(prise=prise, liberee_le__isnull=False).first()
    if not appel.decisions_publiees_le or prise.decision not in ACCORDS or lettre is None:
        return
    apps.get_model("appels", "Publication").objects.create(
        prise=prise,
        par_id=appel.decisions_publiees_par_id,
        le=max(appel.decisions_publiees_le, lettre.liberee_le),
    )


def revenir(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The last decision alone; a call is public from the first of its decisions.

    What the former tables cannot hold is refused rather than lost.
    """
    lettres = apps.get_model("appels", "Lettre").objects
    renonces = apps.get_model("appels", "Financement").objects.filter(decision="renonce")
    if lettres.filter(remplacee_par__isnull=False).exists() or renonces.exists():
        raise IrreversibleError("Des lettres en remplacent d’autres, ou une subvention est rendue.")
    for lettre in lettres.filter(prise__isnull=False).select_related("prise").iterator():
        lettres.filter(pk=lettre.pk).update(decision=empreinte(lettre.prise))
    publications = apps.get_model("appels", "Publication").objects.filter(le__isnull=False)
    parues = publications.filter(retiree_le__isnull=True).select_related(
        "prise__financement__dossier"
    )
    appels = apps.get_model("appels", "Appel").objects
    for parue in parues.order_by("le"):
        sans = appels.filter(
            pk=parue.prise.financement.dossier.appel_id, decisions_publiees_le__isnull=True
        )
        sans.update(decisions_publiees_le=parue.le, decisions_publiees_par=parue.par_id)
    poser(schema_editor)


def poser(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL refuses to alter a table whose references it has not checked yet."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0027_suivi"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionPrise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rang", models.PositiveSmallIntegerField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accorde", "Accordé"),
                            ("partiel", "Accordé en partie"),
                            ("refuse", "Refusé"),
                            ("ajourne", "Ajourné"),
                            ("sans_suite", "Sans suite"),
                            ("renonce", "L’organisme a renoncé"),
                        ],
                        max_length=10,
                    ),
                ),
                ("montant_vote", models.PositiveBigIntegerField(blank=True, null=True)),
                ("decide_le", models.DateField(blank=True, null=True)),
                ("acte", models.CharField(blank=True, max_length=150)),
                ("motif", models.TextField(blank=True, max_length=2000)),
                ("pourquoi", models.CharField(blank=True, max_length=300)),
                ("remplacee_le", models.DateTimeField(blank=True, null=True)),
                ("le", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["financement", "rang"],
            },
        ),
        migrations.CreateModel(
            name="Diffusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "genre",
                    models.CharField(
                        choices=[("lettres", "Lettres"), ("publication", "Publication")],
                        max_length=12,
                    ),
                ),
                ("prevue_le", models.DateTimeField()),
                ("demandee_le", models.DateTimeField()),
                ("faite_le", models.DateTimeField(blank=True, null=True)),
                ("laissees", models.JSONField(blank=True, default=list)),
                ("annulee_le", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Franchissement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "barriere",
                    models.CharField(
                        choices=[
                            ("recevabilite", "Recevabilité"),
                            ("avis", "Avis des financeurs"),
                            ("comite", "Mot du comité"),
                            ("notifie", "Décision déjà notifiée"),
                        ],
                        max_length=12,
                    ),
                ),
                ("motif", models.CharField(max_length=250, verbose_name="motif")),
                ("le", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("le", models.DateTimeField(blank=True, null=True)),
                ("retiree_le", models.DateTimeField(blank=True, null=True)),
                ("motif_retrait", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="appel",
            name="avis_avant",
            field=models.DateField(
                blank=True,
                help_text="Jusqu’à ce jour, une décision attend tous les avis demandés. Laissez "
                "vide si les décisions n’attendent pas les avis.",
                null=True,
                verbose_name="avis des financeurs attendus jusqu’au",
            ),
        ),
        migrations.AddField(
            model_name="lettre",
            name="remplacee_par",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remplace",
                to="appels.lettre",
            ),
        ),
        migrations.AlterField(
            model_name="financement",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accorde", "Accordé"),
                    ("partiel", "Accordé en partie"),
                    ("refuse", "Refusé"),
                    ("ajourne", "Ajourné"),
                    ("sans_suite", "Sans suite"),
                    ("renonce", "L’organisme a renoncé"),
                ],
                max_length=10,
                verbose_name="décision",
            ),
        ),
        migrations.AlterField(
            model_name="passage",
            name="acte",
            field=models.CharField(
                choices=[
                    ("demander_signature", "Signature demandée"),
                    ("reprendre", "Repris en rédaction"),
                    ("deposer", "Attesté et déposé"),
                    ("abandonner", "Brouillon abandonné"),
                    ("retablir", "Brouillon rétabli"),
                    ("retirer", "Dossier retiré par l’organisme"),
                    ("integrer", "Correction attestée"),
                    ("redeposer", "Version corrigée déposée"),
                    ("demander_complement", "Compléments demandés"),
                    ("repondre", "Compléments apportés"),
                    ("reviser", "Révision apportée"),
                    ("clore_complement", "Demande de compléments close par le service"),
                    ("clore_revision", "Demande de révision close par le service"),
                    ("admettre", "Déclaré recevable"),
                    ("ecarter", "Déclaré irrecevable"),
                    ("reexaminer", "Examen repris"),
                    ("creer", "Brouillon créé"),
                    ("prolonger", "Délai particulier accordé"),
                    ("prolonger_complement", "Délai de réponse prolongé"),
                    ("ouvrir", "Brouillon ouvert au service"),
                    ("refermer", "Brouillon refermé au service"),
                    ("lire", "Brouillon lu par le service"),
                    ("refuser_piece", "Pièce refusée par l’antivirus"),
                    ("corriger", "Correction commencée"),
                    ("decider", "Décision d’un financeur saisie"),
                    ("notifier", "Décision notifiée"),
                    ("renoncer", "L’organisme a renoncé à une subvention"),
                    ("publier", "Décision publiée"),
                    ("depublier", "Décision retirée de la page publique"),
                    ("deroger", "Dérogation de la ou du responsable"),
                    ("affecter", "Agent chargé du dossier"),
                    ("conformite", "Pièce examinée"),
                    ("ecrire", "Message envoyé"),
                    ("aviser", "Avis d’un financeur partagé"),
                    ("signaler", "Signalement posé"),
                    ("resoudre", "Signalement résolu"),
                    ("deporter", "Déport déclaré"),
                    ("lever_deport", "Déport levé"),
                    ("dauphin", "Dépôt sur Dauphin déclaré"),
                    ("consulter_rib", "Coordonnées bancaires ouvertes"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="decisionprise",
            name="financement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prises",
                to="appels.financement",
            ),
        ),
        migrations.AddField(
            model_name="decisionprise",
            name="par",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decisionprise",
            name="passage",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prise",
                to="appels.passage",
            ),
        ),
        migrations.AddField(
            model_name="lettre",
            name="prise",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lettres",
                to="appels.decisionprise",
            ),
        ),
        migrations.AddField(
            model_name="diffusion",
            name="annulee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="diffusion",
            name="appel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="diffusions",
                to="appels.appel",
            ),
        ),
        migrations.AddField(
            model_name="diffusion",
            name="par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lettre",
            name="diffusion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lettres",
                to="appels.diffusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="lettre",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ecartee_le__isnull", True)),
                fields=("prise",),
                name="une_lettre_par_prise",
            ),
        ),
        migrations.AddConstraint(
            model_name="lettre",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ecartee_le__isnull", True), ("liberee_le__isnull", True)),
                fields=("financement",),
                name="une_lettre_en_attente",
            ),
        ),
        migrations.AddField(
            model_name="franchissement",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="franchissements",
                to="appels.dossier",
            ),
        ),
        migrations.AddField(
            model_name="franchissement",
            name="par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="diffusion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="appels.diffusion",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="prise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="appels.decisionprise",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="retiree_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionprise",
            constraint=models.UniqueConstraint(
                fields=("financement", "rang"), name="une_decision_par_rang"
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionprise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("remplacee_le__isnull", True)),
                fields=("financement",),
                name="une_decision_courante",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decide_le__isnull", False),
                        ("decision__in", ("accorde", "partiel")),
                        ("montant_vote__isnull", False),
                    ),
                    models.Q(
                        models.Q(("decision__in", ("accorde", "partiel")), _negated=True),
                        ("montant_vote__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="prise_montant_si_accord",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("le__isnull", True), ("par__isnull", True)),
                    models.Q(("le__isnull", False), ("par__isnull", False)),
                    _connector="OR",
                ),
                name="prise_par_quelqu_un",
            ),
        ),
        migrations.AddConstraint(
            model_name="diffusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("annulee_le__isnull", True), ("annulee_par__isnull", True)),
                    models.Q(("annulee_le__isnull", False), ("annulee_par__isnull", False)),
                    _connector="OR",
                ),
                name="diffusion_annulee_par_quelqu_un",
            ),
        ),
        migrations.AddConstraint(
            model_name="diffusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("faite_le__isnull", True), ("annulee_le__isnull", True), _connector="OR"
                ),
                name="diffusion_faite_ou_annulee",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retiree_le__isnull", True)),
                fields=("prise",),
                name="une_publication_par_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retiree_le__isnull", True), ("retiree_par__isnull", True)),
                    models.Q(("retiree_le__isnull", False), ("retiree_par__isnull", False)),
                    _connector="OR",
                ),
                name="publication_retiree_par_quelqu_un",
            ),
        ),
        migrations.AlterField(
            model_name="lettre",
            name="decision",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.RunPython(reprendre, revenir),
    ]
