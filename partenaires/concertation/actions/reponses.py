"""To answer residents: study, answer and sign, then say step by step what follows."""

from datetime import date, datetime

from django.db import transaction

from partenaires.concertation import courriels, droits, sorties
from partenaires.concertation.etats import franchir
from partenaires.concertation.verrous import HorsDuPerimetre, verrouiller
from partenaires.models import (
    Contribution,
    EtapeSuite,
    EtatParole,
    Reponse,
    Service,
    Suite,
    Utilisateur,
    VerbeParole,
)
from partenaires.models.etats_des_paroles import PUBLIQUES
from partenaires.socle.refus import GARDEE, Conflit, Refus
from quartiers.models import Parution


class SansReponse(Refus):
    """A step follows an answer."""

    phrase = (
        "Une étape se dit d’une contribution publiée : celle-ci ne l’est pas, ou ne l’est plus. "
        "Rien n’est enregistré."
    )


class EtapeRetiree(Refus):
    phrase = "Quelqu’un a retiré cette étape entre-temps : rien n’est enregistré."


class EtapeChangee(Conflit):
    """A colleague moved this step since the page was shown; `present` is the step."""

    def __init__(self, present: Suite):
        super().__init__(
            present,
            f"Entre-temps, {present.par} a enregistré : l’étape est "
            f"« {present.get_etape_display()} ». {GARDEE}",
        )


@transaction.atomic
def etudier(
    contribution: Contribution, *, theme: str, vu: int, par: Utilisateur, recu_le: datetime
) -> None:
    """Somebody of the service looks at what it asks; `theme`: where the synthesis will count it.

    Raises `ParoleChangee`, `PassageImpossible`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    franchir(ligne, VerbeParole.ETUDIER, par=par, le=recu_le)
    _ranger(ligne, theme)


@transaction.atomic
def repondre(
    contribution: Contribution,
    verbe: VerbeParole,
    *,
    texte: str,
    transmise_a: str,
    theme: str,
    vu: int,
    par: Utilisateur,
    recu_le: datetime,
) -> Reponse:
    """The signed answer that ends a contribution; what was only published is studied by that act.

    An answer given again after « Étude reprise » replaces the former one, which the log keeps.
    Raises `ParoleChangee`, `PassageImpossible`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    if ligne.etat == EtatParole.PUBLIEE:
        franchir(ligne, VerbeParole.ETUDIER, par=par, le=recu_le)
    franchir(ligne, verbe, par=par, le=recu_le)
    reponse = Reponse.objects.filter(contribution=ligne).first() or Reponse(contribution=ligne)
    reponse.texte = texte
    reponse.signature = ligne.consultation.signature or str(Service.actuel())
    reponse.transmise_a = transmise_a
    reponse.le = recu_le
    reponse.par = par
    reponse.save()
    _ranger(ligne, theme)
    ligne.reponse = reponse
    courriels.repondue(ligne)
    return reponse


@transaction.atomic
def reprendre(contribution: Contribution, *, vu: int, par: Utilisateur, recu_le: datetime) -> None:
    """The answer is to be given again: it is studied meanwhile.

    Raises `ParoleChangee`, `PassageImpossible`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    franchir(ligne, VerbeParole.REPRENDRE, par=par, le=recu_le)


@transaction.atomic
def poser_une_etape(
    contribution: Contribution,
    *,
    etape: EtapeSuite,
    date: date,
    texte: str,
    vu: int,
    par: Utilisateur,
    recu_le: datetime,
) -> Suite:
    """Say a step of what follows: done, under way, to come.

    The same one sent twice is one. Raises `ParoleChangee`, `SansReponse`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    if ligne.etat not in PUBLIQUES:
        raise SansReponse
    suite, est_neuve = Suite.objects.get_or_create(
        contribution=ligne, etape=etape, date=date, texte=texte, defaults={"par": par}
    )
    if est_neuve:
        Parution.avancer(recu_le)
    return suite


@transaction.atomic
def faire_avancer(
    suite: Suite, etape: EtapeSuite, *, vue: str, par: Utilisateur, recu_le: datetime
) -> None:
    """A step that was to come is under way, or done; the log says by whom.

    `vue`: where the page showed it. Raises `SansReponse`, `HorsDuPerimetre`, `EtapeRetiree`,
    `EtapeChangee`.
    """
    ligne = _etape_tenue(suite, par=par)
    if ligne.etape == etape:
        return
    if ligne.etape != vue:
        raise EtapeChangee(ligne)
    ligne.etape = etape
    ligne.par = par
    ligne.save()
    Parution.avancer(recu_le)


@transaction.atomic
def retirer_une_etape(suite: Suite, *, vue: str, par: Utilisateur, recu_le: datetime) -> None:
    """A step said by mistake leaves the page; the log keeps that it was.

    `vue`: where the page showed it. Raises `SansReponse`, `HorsDuPerimetre`, `EtapeRetiree`,
    `EtapeChangee`.
    """
    ligne = _etape_tenue(suite, par=par)
    if ligne.etape != vue:
        raise EtapeChangee(ligne)
    ligne.delete()
    sorties.noter(ligne.contribution, le=recu_le)


def _etape_tenue(suite: Suite, *, par: Utilisateur) -> Suite:
    """Its row and that of its contribution, held; by somebody who may."""
    contribution = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("quartier", "axe")
        .get(pk=suite.contribution_id)
    )
    if not droits.peut_moderer(par, contribution):
        raise HorsDuPerimetre
    if contribution.etat not in PUBLIQUES:
        raise SansReponse
    lignes = Suite.objects.select_for_update(of=("self",)).select_related("par")
    ligne = lignes.filter(pk=suite.pk).first()
    if ligne is None:
        raise EtapeRetiree
    return ligne


def _ranger(contribution: Contribution, theme: str) -> None:
    if contribution.theme != theme:
        contribution.theme = theme
        contribution.save(update_fields=["theme"])
