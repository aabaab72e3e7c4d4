"""What may leave, or become public, at an instant; what is held, and why."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from appels.decision import accords
from appels.models import Barriere, Diffusion, Dossier, Lettre, Publication
from appels.socle import barrieres, droits, empechement
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import date_et_heure

UN_AN = timedelta(days=366)
FERME = "déport, organisme ou périmètre de qui l’envoie"
CORRIGEE = "corrigée depuis"
SANS_RESPONSABLE = "qui l’a demandé n’est plus responsable du service"


class PasDansLePasse(Refus):
    """The instant chosen is not to come."""

    phrase = "Choisissez un instant à venir, ou laissez vide pour maintenant. Rien n’est parti."
    champ = "jour"


class TropLoin(Refus):
    """A slip of the finger in the year: nothing would leave, and nobody would see why."""

    phrase = "Cet instant est dans plus d’un an : vérifiez l’année. Rien n’est parti."
    champ = "jour"


def exiger_a_venir(prevue_le: datetime | None, recu_le: datetime) -> None:
    """To come, within a year, or now. Raises `PasDansLePasse` or `TropLoin`."""
    if prevue_le is None:
        return
    if prevue_le <= recu_le:
        raise PasDansLePasse
    if prevue_le > recu_le + UN_AN:
        raise TropLoin


def encore_prevue(diffusion: Diffusion) -> Diffusion | None:
    """The same, locked, while nobody did it nor cancelled it."""
    return (
        Diffusion.objects.prevues()
        .select_for_update(of=("self",))
        .filter(pk=diffusion.pk)
        .select_related("appel", "par")
        .first()
    )


def retenues(
    lettres: list[Lettre],
    *,
    par: Utilisateur | None = None,
    dans: Diffusion | None = None,
    versions: Mapping[int, int] | None = None,
) -> dict[int, str]:
    """{letter: why it does not leave}.

    `par`: who lets it go, None when nobody does yet; `dans`: the departure that takes it, None for
    a new one. `versions`: {letter: the version that whoever lets it go has read}.
    """
    if dans and not droits.peut_liberer_les_lettres(dans.par):
        return {lettre.pk: SANS_RESPONSABLE for lettre in lettres}
    dossiers = {lettre.financement.dossier_id: lettre.financement.dossier for lettre in lettres}
    barres = barrieres.non_recevables(list(dossiers.values()))
    fermes = _fermes(dossiers.values(), par)
    en_suspens = accords.sans_accord(lettres)
    trouvees = {}
    for lettre in lettres:
        lue = (versions or {}).get(lettre.pk, lettre.version)
        pourquoi = _pourquoi(lettre, lue, barres, dans)
        if not pourquoi and lettre.pk in en_suspens:
            pourquoi = accords.MANQUE
        if lettre.financement.dossier_id in fermes:
            pourquoi = FERME
        if pourquoi:
            trouvees[lettre.pk] = pourquoi
    return trouvees


def _fermes(dossiers: Iterable[Dossier], par: Utilisateur | None) -> set[int]:
    """The keys of those on which this person may not act."""
    if par is None:
        return set()
    _, ecartes = empechement.ecarter_les_empeches(list(dossiers), par=par)
    return {dossier.pk for dossier in ecartes}


def _pourquoi(lettre: Lettre, lue: int, barres: set[int], dans: Diffusion | None) -> str:
    """Empty when the letter may leave; `lue`: the version that was read."""
    if lettre.liberee_le:
        return "déjà envoyée"
    if lettre.ecartee_le:
        return "écartée"
    if lettre.diffusion and lettre.diffusion != dans:
        return f"déjà prévue le {date_et_heure(lettre.diffusion.prevue_le)}"
    if lettre.est_perimee:
        return "la décision a changé"
    if lettre.version != lue:
        return CORRIGEE
    if not lettre.etabli_le:
        return "son PDF n’est pas prêt"
    if not lettre.financement.dossier.est_en_course:
        return "le dossier n’est plus en course"
    if lettre.financement.dossier_id in barres:
        return barrieres.RAISONS[Barriere.RECEVABILITE]
    return ""


def en_clair(lettres: Iterable[Lettre], retenues: dict[int, str]) -> list[list[str]]:
    """[[number of the dossier, funder, why]] of those that are held."""
    return [
        [lettre.financement.dossier.numero or "", lettre.financement.nom, retenues[lettre.pk]]
        for lettre in lettres
        if lettre.pk in retenues
    ]


def publications_retenues(publications: list[Publication], dans: Diffusion) -> dict[int, str]:
    """{publication: why it does not become public at the instant chosen}."""
    if not droits.peut_publier_les_decisions(dans.par):
        return {publication.pk: SANS_RESPONSABLE for publication in publications}
    fermes = _fermes({une.prise.financement.dossier for une in publications}, dans.par)
    trouvees = {}
    for publication in publications:
        if publication.prise.financement.dossier_id in fermes:
            trouvees[publication.pk] = FERME
        elif publication.retiree_le:
            trouvees[publication.pk] = "retirée"
        elif not publication.prise.est_courante:
            trouvees[publication.pk] = "la décision a changé"
        elif not publication.prise.financement.dossier.est_en_course:
            trouvees[publication.pk] = "le dossier n’est plus en course"
    return trouvees
