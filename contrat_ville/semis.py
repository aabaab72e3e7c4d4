"""`python -m contrat_ville.semis N`: N deposited dossiers in an empty PostgreSQL, for the measure
of the lists.

Prints the session cookie of an agent. Everything in it is visibly fictitious.
"""

import sys
from datetime import timedelta
from uuid import uuid4

import django
from django.core.management import call_command

LOT, PAR_ORGANISME = 5000, 5
MOTS = (
    "jardin",
    "atelier",
    "théâtre",
    "cuisine",
    "vélo",
    "lecture",
    "musique",
    "écoute",
    "sport",
    "image",
)
ETATS = ("depose", "depose", "depose", "recevable", "a_completer", "irrecevable")


def semer(combien: int) -> str:
    """Fill the database and sign an agent in."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from appels.demonstration import exemple, personnes
    from appels.models import Dossier, Financement, Lieu
    from partenaires.models import Genre, Partenaire, Role
    from quartiers import horloge
    from quartiers.francais import recherchable
    from quartiers.models import Axe, Quartier

    ici = horloge.maintenant()
    appel = exemple.ouvrir_appel(ici)
    agent = personnes.creer_compte(
        "mesure", Partenaire.objects.get(genre=Genre.CUA), Role.AGENT, ici
    )
    noms = [
        (f"Organisme fictif {rang}", f"{rang:09d}00010")
        for rang in range(max(1, combien // PAR_ORGANISME))
    ]
    organismes = Partenaire.objects.bulk_create(
        Partenaire(
            genre=Genre.ASSOCIATION,
            nom=nom,
            siret=siret,
            est_fictif=True,
            cree_le=ici,
            recherche=recherchable(siret, nom),
        )
        for nom, siret in noms
    )
    axes, quartiers = (
        list(Axe.objects.all()),
        [(q, q.communes.first()) for q in Quartier.objects.all()],
    )
    financeurs = list(appel.financeurs.all())
    for debut in range(0, combien, LOT):
        lot = []
        for rang in range(debut, min(debut + LOT, combien)):
            titre, numero = (
                f"{MOTS[rang % 10]} fictif de mesure {rang}",
                f"CV-{appel.annee}-{rang:06d}",
            )
            lot.append(
                Dossier(
                    appel=appel,
                    porteur=organismes[rang % len(organismes)],
                    etat=ETATS[rang % 6],
                    cree_le=ici,
                    cree_par=agent,
                    cle_creation=uuid4(),
                    numero=numero,
                    depose_le=ici - timedelta(seconds=rang),
                    depose_par=agent,
                    intitule=titre,
                    axe=axes[rang % 4],
                    recherche=recherchable(numero, titre),
                    beneficiaires=rang % 300,
                    a_completer_avant=ici + timedelta(days=9)
                    if ETATS[rang % 6] == "a_completer"
                    else None,
                )
            )
        Dossier.objects.bulk_create(lot)
        Lieu.objects.bulk_create(
            Lieu(dossier=d, quartier=quartiers[d.pk % 6][0], commune=quartiers[d.pk % 6][1])
            for d in lot
        )
        Financement.objects.bulk_create(
            Financement(
                dossier=d, partenaire_id=f.partenaire_id, sous_poste=f.sous_poste, montant=100_000
            )
            for d in lot
            for f in financeurs[:2]
        )
    with connection.cursor() as curseur:
        curseur.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    django.setup()
    for commande in (
        "migrate",
        "createcachetable",
        "charger_territoire",
        "charger_partenaires",
        "charger_themes",
    ):
        call_command(commande, verbosity=0, stdout=sys.stderr)
    sys.stdout.write(semer(int(sys.argv[1])))
