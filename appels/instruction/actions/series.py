"""One action from year to year: an agent takes a dossier out, joins it, or puts two series in one.

Each is logged with its reason, and can be undone as long as nothing else moved these dossiers.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from appels.models import Dossier, GesteSurSerie, MouvementDeSerie, Serie
from appels.socle import soutiens
from appels.socle.empechement import exiger_chacun, verrouiller_pour_instruire
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers.models import Parution


class DejaSeul(Refus):
    """The dossier is the only one of its series: there is nothing to leave."""

    phrase = "Ce dossier est le seul de sa série : il n’y a rien à détacher."


class MemeSerie(Refus):
    """It is there already."""

    phrase = "Ces dossiers sont déjà dans cette série : rien n’a changé."
    champ = "serie"


class AutreOrganisme(Refus):
    """A series belongs to one organisation."""

    phrase = "Cette série est celle d’un autre organisme : choisissez-en une du même organisme."
    champ = "serie"


class BougeDepuis(Refus):
    """Another move came after: undo that one first."""

    phrase = (
        "Un de ces dossiers a changé de série depuis : annulez d’abord ce mouvement-là. Rien n’a "
        "changé."
    )


class DejaAnnule(Refus):
    """Somebody undid it meanwhile."""

    phrase = "Ce mouvement est déjà annulé : rien n’a changé."


@transaction.atomic
def detacher(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> Serie:
    """The dossier begins a series of its own. Raises `DejaSeul`."""
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    de = verrouille.serie
    if de is None or not de.dossiers.exclude(pk=verrouille.pk).exists():
        raise DejaSeul
    seule = Serie.objects.create(
        porteur=verrouille.porteur,
        premiere_annee=verrouille.appel.annee,
        titre=verrouille.intitule,
    )
    _deplacer(GesteSurSerie.DETACHER, de, seule, [verrouille.pk], motif, par, recu_le)
    return seule


@transaction.atomic
def rattacher(
    dossier: Dossier, vers: Serie, *, motif: str, par: Utilisateur, recu_le: datetime
) -> None:
    """The dossier is one more year of another action. Raises `MemeSerie` or `AutreOrganisme`."""
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    de = _exiger_une_autre(verrouille, vers)
    _deplacer(GesteSurSerie.RATTACHER, de, vers, [verrouille.pk], motif, par, recu_le)


@transaction.atomic
def reunir(
    dossier: Dossier, vers: Serie, *, motif: str, par: Utilisateur, recu_le: datetime
) -> int:
    """All the series of this dossier goes into another one; how many dossiers went.

    Raises `MemeSerie`, `AutreOrganisme` or `BougeDepuis`; `Empeche` when one of them is closed to
    this person.
    """
    de = dossier.serie
    if de is None:
        rattacher(dossier, vers, motif=motif, par=par, recu_le=recu_le)
        return 1
    cles = list(de.dossiers.order_by("pk").values_list("pk", flat=True))
    tenus = _tenir(cles)
    exiger_chacun(par, tenus)
    if any(tenu.serie_id != de.pk for tenu in tenus):
        raise BougeDepuis
    _exiger_une_autre(tenus[0], vers)
    _deplacer(GesteSurSerie.REUNIR, de, vers, cles, motif, par, recu_le)
    return len(cles)


@transaction.atomic
def annuler(mouvement: MouvementDeSerie, *, par: Utilisateur, recu_le: datetime) -> None:
    """These dossiers, and no other, go back. Raises `DejaAnnule` or `BougeDepuis`."""
    tenus = _tenir(mouvement.dossiers)
    exiger_chacun(par, tenus)
    actuel = MouvementDeSerie.objects.select_for_update(of=("self",)).get(pk=mouvement.pk)
    if actuel.annule_le:
        raise DejaAnnule
    if any(tenu.serie_id != actuel.vers_id for tenu in tenus):
        raise BougeDepuis
    Dossier.objects.filter(pk__in=actuel.dossiers).update(serie=actuel.de)
    _suivre(actuel.de, actuel.vers, recu_le)
    actuel.annule_le = recu_le
    actuel.annule_par = par
    actuel.save(update_fields=["annule_le", "annule_par"])
    Parution.avancer(recu_le)


def _tenir(cles: list[int]) -> list[Dossier]:
    """These dossiers, locked in one order, so that nobody waits for somebody who waits."""
    return list(
        Dossier.objects.select_for_update(of=("self",))
        .select_related("appel", "porteur", "serie")
        .filter(pk__in=cles)
        .order_by("pk")
    )


def _exiger_une_autre(dossier: Dossier, vers: Serie) -> Serie:
    """The series that it leaves, formed now for a dossier that had none."""
    if vers.porteur_id != dossier.porteur_id:
        raise AutreOrganisme
    if dossier.serie_id == vers.pk:
        raise MemeSerie
    if dossier.serie is None:
        dossier.serie = Serie.objects.create(
            porteur=dossier.porteur, premiere_annee=dossier.appel.annee, titre=dossier.intitule
        )
        dossier.save(update_fields=["serie"])
    return dossier.serie


def _deplacer(
    geste: GesteSurSerie,
    de: Serie,
    vers: Serie,
    cles: list[int],
    motif: str,
    par: Utilisateur,
    le: datetime,
) -> None:
    """These dossiers change series; a page that shows years together follows."""
    Dossier.objects.filter(pk__in=cles).update(serie=vers)
    MouvementDeSerie.objects.create(
        geste=geste, de=de, vers=vers, dossiers=cles, motif=motif, par=par, le=le
    )
    _suivre(de, vers, le)
    Parution.avancer(le)


def _suivre(de: Serie, vers: Serie, le: datetime) -> None:
    """Each begins with the first of its years; a place kept secret in one of them is secret in
    those that it is with now, and in no others."""
    for serie in (de, vers):
        annee = serie.dossiers.aggregate(annee=Min("appel__annee"))["annee"]
        if annee and annee != serie.premiere_annee:
            serie.premiere_annee = annee
            serie.save(update_fields=["premiere_annee"])
    annees = Dossier.objects.filter(serie__in=[de, vers])
    soutiens.suivre(list(annees.values_list("pk", flat=True)), le)
