"""The mails of letters, publications and grants given up: neither outcome nor amount travels."""

from datetime import datetime

from django.db.models import QuerySet

from appels.models import Appel, Diffusion, Dossier, GenreDiffusion, Lettre
from appels.socle import suivi
from appels.socle.courriels import agents_charges, ecrire, par_lecteurs, qui_lit
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from quartiers.horloge import a_paris


def lettres_a_ouvrir(diffusion: Diffusion, lettres: list[Lettre], instant: datetime) -> None:
    """To one organisation, all that left for it together: neither outcome nor amount by mail.

    Each of its writers, the dossiers that they read.
    """
    dossiers = {lettre.financement.dossier_id: lettre.financement.dossier for lettre in lettres}
    porteur = lettres[0].financement.dossier.porteur
    for adresses, lus in par_lecteurs(dossiers.values()):
        les_leurs = [lettre for lettre in lettres if lettre.financement.dossier_id in lus]
        ecrire(
            f"lettres-{diffusion.pk}-{porteur.pk}",
            adresses,
            "lettres_a_ouvrir",
            {
                "porteur": porteur,
                "nombre": len(les_leurs),
                "dossiers": [
                    (
                        dossier,
                        suivi.pour_l_organisme(dossier, instant),
                        [lettre for lettre in les_leurs if lettre.financement.dossier_id == pk],
                    )
                    for pk, dossier in dossiers.items()
                    if pk in lus
                ],
            },
        )


def diffusion_faite(diffusion: Diffusion, prevues: int, laissees: list[list[str]]) -> None:
    """To the heads of the service: what was done at the instant chosen, what was left aside."""
    ecrire(
        f"diffusion-{diffusion.pk}",
        responsables(),
        "diffusion_faite",
        {
            "diffusion": diffusion,
            "faites": prevues - len(laissees),
            "prevues": prevues,
            "laissees": laissees,
            "est_publique": diffusion.genre == GenreDiffusion.PUBLICATION,
        },
    )


def renonciation(
    dossier: Dossier, financeurs: list[str], *, par: Utilisateur, le: datetime
) -> None:
    """To the agent in charge, or to the heads who read it: a grant was given up."""
    charges = [dossier.confie_a] if dossier.confie_a else _responsables()
    ecrire(
        f"renonciation-{dossier.pk}-{le.isoformat()}",
        qui_lit(dossier, charges) or agents_charges(dossier),
        "renonciation",
        {"dossier": dossier, "financeurs": financeurs, "par": par},
    )


def responsables() -> list[str]:
    """The addresses of the heads of the service."""
    return sorted(personne.email for personne in _responsables())


def _responsables() -> QuerySet[Utilisateur]:
    """The heads of the service, each once."""
    appartenances = Appartenance.objects.agents().avec_role(Role.RESPONSABLE)
    return Utilisateur.objects.filter(is_active=True, pk__in=appartenances.values("utilisateur"))


def avis_demandes(
    appel: Appel,
    financeur: Partenaire,
    personne: Utilisateur,
    combien: int,
    le: datetime,
    lot: str,
) -> None:
    """The same about some dossiers, those that the service ticked; once a day for the same ones."""
    ecrire(
        f"avis-demandes-{appel.pk}-{financeur.pk}-{a_paris(le):%Y-%m-%d}-{lot}",
        [personne.email],
        "avis_attendus",
        {"appel": appel, "financeur": financeur, "combien": combien},
    )
