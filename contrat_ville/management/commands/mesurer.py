"""`python3 manage.py mesurer`: throughput and weight of the public pages, on an example filled with
data.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from contrat_ville import mesures, mesures_code, mesures_publiques, mesures_tailles, services
from quartiers import horloge
from quartiers.francais import accorder
from quartiers.horloge import a_paris

PROJETS = 100  # published: the page of the projects is weighed full
DOSSIERS, LISTE_MAX = (1_000, 100_000), 1.5
PUBLIES = (100, 100_000)
TAILLES, SUBVENTIONS = [1_000, 10_000], [100, 2_000]
DEBIT_MIN, ECOINDEX_MIN, SECONDE_MAX = 0.5, 80, 20  # CONCEPTION §5; kilobytes


def aujourd_hui() -> str:
    return a_paris(horloge.maintenant()).date().isoformat()


class Command(BaseCommand):
    help = (
        "Mesure le débit des pages publiques (en rapport d’une vue vide) et leur poids. "
        "--ecrire garde ce qui est mesuré. "
        "--liste mesure la liste de travail avec 1 000 puis 100 000 dossiers. "
        "--paroles lit les barres de la parole des habitants. "
        "--projets mesure la page des projets soutenus, de 100 à 100 000. "
        "--publics lit les barres de ce que chacun lit : projets, API, paroles, années reprises. "
        "--pages parcourt chaque page de chaque rôle, sur deux tailles (--tailles, --subventions), "
        "et dit ce qui grandit. "
        "--code compte le code lui-même. "
        "--parcours compte les pages, les clics et les champs des gestes de chaque rôle."
    )
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--liste", action="store_true", help="mesure la seule liste de travail")
        parser.add_argument(
            "--paroles", action="store_true", help="mesure la parole des habitants de cette base"
        )
        parser.add_argument(
            "--projets", action="store_true", help="mesure la seule page des projets soutenus"
        )
        parser.add_argument(
            "--publics", action="store_true", help="lit les barres de ce que chacun lit"
        )
        parser.add_argument(
            "--parcours",
            action="store_true",
            help="compte pages, clics et champs, dans un navigateur",
        )
        parser.add_argument(
            "--pages",
            action="store_true",
            help="mesure chaque page de chaque rôle, sur deux tailles",
        )
        parser.add_argument(
            "--tailles", type=int, nargs=2, default=TAILLES, help="dossiers déposés"
        )
        parser.add_argument(
            "--subventions", type=int, nargs=2, default=SUBVENTIONS, help="subventions publiques"
        )
        parser.add_argument("--code", action="store_true", help="mesure le seul code")
        parser.add_argument(
            "--ecrire",
            action="store_true",
            help="garde les rapports, et les chiffres de la page Écoconception",
        )

    def handle(self, ecrire, liste, projets, paroles, code, parcours, **options: Any) -> None:
        if code:
            return self.code()
        if options["pages"]:
            return self.pages(ecrire, options["tailles"], options["subventions"])
        if paroles:
            return self.paroles()
        if options["publics"]:
            return self.publics(ecrire)
        if settings.MODE != "demo":
            raise CommandError("Les mesures se font sur un exemple : MODE=demo.")
        if liste:
            return self.liste(ecrire)
        if projets:
            return self.projets(ecrire)
        with tempfile.TemporaryDirectory(prefix="mesures-") as dossier:
            if "DONNEES" not in os.environ:
                voulus = {"--ecrire": ecrire, "--parcours": parcours}
                return self.recommencer_a_part(
                    dossier, [nom for nom, voulu in voulus.items() if voulu]
                )
        if parcours:
            return self.parcours()
        self.preparer()
        with mesures.gunicorn() as port:
            ecarts = self.debits(port, ecrire) + self.poids(port, ecrire)
        for ecart in ecarts:
            self.stderr.write(ecart)
        if ecarts:
            raise CommandError(f"{accorder(len(ecarts), 'mesure')} hors budget.")
        self.stdout.write("Tous les budgets sont tenus.")

    def recommencer_a_part(self, dossier, choix, environnement=None):
        """On a private PostgreSQL, as in production, stopped at the end."""
        commande = [sys.executable, "manage.py", "mesurer", *choix]
        prive = {"DONNEES": dossier, "MODE": "demo", **(environnement or {})}
        with ExitStack() as pile:
            base = os.environ.get("DATABASE_URL") or pile.enter_context(services.postgresql())
            code = subprocess.run(
                commande,
                cwd=settings.RACINE,
                check=False,
                env={**os.environ, "DATABASE_URL": base, **prive},
            ).returncode
        if code:
            raise SystemExit(code)

    def parcours(self):
        """What each journey costs, driven on a fresh demonstration."""
        from contrat_ville import parcours_du_porteur, parcours_du_service, photographies
        from contrat_ville.parcours import mesurer

        self.preparer()
        parcours_du_service.preparer_des_lettres()
        tous = parcours_du_service.parcours(parcours_du_service.lire())
        tous += parcours_du_porteur.parcours()
        tous.append(parcours_du_porteur.renouvellement(parcours_du_porteur.qui_renouvelle()))
        with mesures.gunicorn() as port, mesures.chromium() as navigateur:
            entrer = photographies.qui_entre(navigateur, f"http://127.0.0.1:{port}")
            lues = list(mesurer(tous, entrer))
        for mesure in lues:
            self.stdout.write(str(mesure))
        manquees = [mesure.parcours.nom for mesure in lues if not mesure.tenue]
        if manquees:
            raise CommandError("Borne dépassée : " + ", ".join(manquees) + ".")

    def liste(self, ecrire):
        """As fast with 100,000 dossiers as with 1,000, on two private PostgreSQL."""
        with services.postgresql() as petite, services.postgresql() as grande:
            lus = mesures.listes(petite, grande, DOSSIERS)
        if ecrire:
            mesures.garder("liste", lus, aujourd_hui())
        for adresse, rapport in lus.items():
            nom = adresse or "(sans filtre)"
            self.stdout.write(
                f"Liste {nom} : {rapport:.2f} fois le temps de {DOSSIERS[0]} dossiers"
            )
        if max(lus.values()) > LISTE_MAX:
            raise CommandError(f"La liste dépasse {LISTE_MAX} fois.")

    def projets(self, ecrire):
        """The list and the map as fast with 100,000 projects as with 100; as many queries."""
        with services.postgresql() as petite, services.postgresql() as grande:
            lus = mesures_publiques.comparer(petite, grande, PUBLIES)
        if ecrire:
            medianes = {rapport.adresse: rapport.mediane for rapport in lus}
            mesures.garder("projets", medianes, aujourd_hui())
        for lu in lus:
            self.stdout.write(
                f"{lu.adresse} : {lu.mediane:.2f} fois le temps de {PUBLIES[0]} projets (95e "
                f"centile {lu.p95:.2f}), {lu.requetes[0]} puis {lu.requetes[1]} requêtes"
            )
        if max(lu.mediane for lu in lus) > LISTE_MAX:
            raise CommandError(f"La page des projets dépasse {LISTE_MAX} fois.")
        if any(lu.requetes[1] > lu.requetes[0] for lu in lus):
            raise CommandError("La page des projets demande plus de requêtes.")

    def publics(self, ecrire):
        """Every bar of what everybody reads: on the living example, then at two sizes."""
        if os.environ.get("MESURE") != "exemple":
            with tempfile.TemporaryDirectory(prefix="mesures-") as dossier:
                self.recommencer_a_part(dossier, ["--publics"], {"MESURE": "exemple"})
            return self.projets(ecrire)
        from contrat_ville import barres  # it reads models

        self.preparer()
        manquees = barres.dire(barres.toutes(), self.stdout)
        if manquees:
            raise CommandError("Barre manquée : " + ", ".join(manquees) + ".")

    def pages(self, ecrire, tailles, subventions):
        """Every page of every role; what grows with the dossiers fails, times are only said."""
        petite, grande = [
            mesures_tailles.relever(taille, subvention)
            for taille, subvention in zip(tailles, subventions, strict=True)
        ]
        avant = mesures_tailles.par_page(petite)
        apres = mesures_tailles.par_page(grande)
        for (role, nom), lu in sorted(apres.items()):
            garde = avant.get((role, nom), lu)
            self.stdout.write(
                f"{role} {nom} : {lu['requetes']} requêtes, {garde['lignes']} puis {lu['lignes']} "
                f"lignes, {garde['tampons']} puis {lu['tampons']} tampons, {garde['ms']} puis "
                f"{lu['ms']} ms, {lu['octets'] / 1000:.1f} ko, {lu['elements']} éléments"
            )
        for nom in grande["sans_lien"]:
            self.stdout.write(f"Sans lien qui y mène : {nom}")
        for phrase in mesures_tailles.changements(mesures_tailles.gardees(), apres):
            self.stdout.write(f"Depuis la dernière fois : {phrase}")
        if ecrire:
            dites = {"de": tailles[0], "à": tailles[1]}
            mesures_tailles.garder(avant, apres, dites, aujourd_hui())
        ecarts = mesures_tailles.ecarts(avant, apres)
        for ecart in ecarts:
            self.stderr.write(str(ecart))
        if ecarts:
            raise CommandError(f"{accorder(len(ecarts), 'page')} qui grandit avec les dossiers.")
        self.stdout.write(f"{accorder(len(apres), 'page')} : aucune ne grandit.")

    def code(self):
        """The figures of this checkout, without a database nor a server."""
        lues = mesures_code.mesurer(settings.RACINE)
        self.stdout.write(mesures_code.tableau(lues))
        manquees = [mesure.nom for mesure in lues if not mesure.tenue]
        if manquees:
            raise CommandError("Cible manquée : " + ", ".join(manquees) + ".")

    def paroles(self):
        """Answered, on time, offline, in the base that is here; the detector on its corpus."""
        from contrat_ville import barres  # it reads models

        manquees = barres.dire(barres.des_paroles(), self.stdout)
        if manquees:
            raise CommandError("Barre manquée : " + ", ".join(manquees) + ".")

    def preparer(self):
        """The living example, its papers made."""
        from appels.public import impressions
        from contrat_ville import semis

        self.stdout.write("Préparation d’un exemple rempli")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        for commande in (
            "charger_territoire",
            "charger_partenaires",
            "charger_themes",
            "charger_demonstration",
        ):
            call_command(commande, verbosity=0, stdout=self.stdout)
        impressions.imprimer()
        semis.publier_des_projets(PROJETS)

    def debits(self, port, ecrire) -> list[str]:
        """Each page at least half as fast as an empty view behind the same server."""
        lus = mesures.rapports(
            port, ["/", "/quartiers/QN06259M/", "/appel/", "/projets/", "/chiffres/"]
        )
        for chemin, rapport in lus.items():
            self.stdout.write(f"Débit {chemin} : {rapport:.2f} de celui d’une vue vide")
        if ecrire:
            mesures.garder("débit", lus, aujourd_hui())
        return [
            f"{chemin} : {rapport:.2f} < {DEBIT_MIN}"
            for chemin, rapport in lus.items()
            if rapport < DEBIT_MIN
        ]

    def poids(self, port, ecrire) -> list[str]:
        """EcoIndex A on each page without an account; a second visit of 20 kB at most."""
        from contrat_ville import pesees  # it reads models

        pages = pesees.peser(f"http://127.0.0.1:{port}")
        for p in pages:
            self.stdout.write(
                "Poids {chemin} : {elements} éléments, {requetes} requêtes, {ko} ko puis "
                "{ko_seconde} ko, EcoIndex {note} ({score})".format(**p)
            )
        if ecrire:
            contenu = {"le": aujourd_hui(), "pages": pages}
            mesures.ECO.write_text(
                json.dumps(contenu, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
        return [
            f"{p['chemin']} : EcoIndex {p['score']}, seconde visite {p['ko_seconde']} ko"
            for p in pages
            if p["famille"] not in pesees.ROLES.values()
            and (p["score"] <= ECOINDEX_MIN or p["ko_seconde"] > SECONDE_MAX)
        ]
