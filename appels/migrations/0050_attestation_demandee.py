from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0049_export_des_journaux"),
    ]

    operations = [
        migrations.AlterField(
            model_name="passage",
            name="acte",
            field=models.CharField(
                choices=[
                    ("demander_signature", "Attestation demandée"),
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
                    ("verifier_lieux", "Lieux vérifiés"),
                    ("ecrire", "Message envoyé"),
                    ("aviser", "Avis d’un financeur partagé"),
                    ("accorder", "Mot d’un financeur sur une décision"),
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
    ]
