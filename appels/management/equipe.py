"""What the commands on the team share: whom, by whom, why; a refusal is one French sentence."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appels.instruction.forms.equipe import MOTIF_MAX
from partenaires.models import Appartenance, Utilisateur
from partenaires.socle.refus import Refus
from quartiers import horloge


class CommandeDEquipe(BaseCommand):
    """An act of the head of the service, done from the machine on their word."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="adresse de la personne concernée")
        parser.add_argument(
            "--par", required=True, help="adresse de la ou du responsable qui le demande"
        )
        parser.add_argument("--motif", required=True, help="gardé au journal, lu par la personne")
        parser.add_argument(
            "--organisme", default="", help="nom de l’organisme, si la personne est dans plusieurs"
        )

    def handle(self, email: str, **options: Any) -> None:
        motif = options["motif"].strip()
        if not motif or len(motif) > MOTIF_MAX:
            raise CommandError(f"Écrivez un motif, de {MOTIF_MAX} caractères au plus.")
        cadre = {
            "motif": motif,
            "par": personne(options["par"]),
            "recu_le": horloge.maintenant(),
        }
        appartenance = _appartenance(email, options["organisme"])
        try:
            phrase = self.agir(appartenance, cadre, options)
        except Refus as refus:
            raise CommandError(refus.phrase) from refus
        self.stdout.write(phrase)

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        """Do it; the sentence that says it. Raises the `Refus` of the act."""
        raise NotImplementedError


def personne(email: str) -> Utilisateur:
    """The account of this address; raises `CommandError`."""
    trouvee = Utilisateur.objects.filter(email__iexact=email, is_active=True).first()
    if trouvee is None:
        raise CommandError(f"Aucun compte ouvert n’a l’adresse {email}.")
    return trouvee


def repreneur(options: dict) -> Utilisateur | None:
    """Who takes over the dossiers, when somebody is named."""
    email = options["repreneur"]
    return personne(email) if email else None


def demander_le_repreneur(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--repreneur",
        default="",
        help="adresse de l’agent qui reprend les dossiers ; sinon personne",
    )


def _appartenance(email: str, organisme: str) -> Appartenance:
    """The one membership of the team that these words name; raises `CommandError`."""
    gens = Appartenance.objects.de_l_equipe().select_related("utilisateur", "partenaire")
    siennes = gens.filter(utilisateur__email__iexact=email)
    if organisme:
        siennes = siennes.filter(partenaire__nom__iexact=organisme)
    trouvees = list(siennes)
    if not trouvees:
        ou = f" dans « {organisme} »" if organisme else ""
        raise CommandError(
            f"{email} ne fait pas partie de l’équipe{ou} : voyez manage.py lister_equipe"
        )
    if len(trouvees) > 1:
        noms = " ; ".join(str(trouvee.partenaire) for trouvee in trouvees)
        raise CommandError(f"{email} est dans plusieurs organismes, dites --organisme : {noms}")
    return trouvees[0]
