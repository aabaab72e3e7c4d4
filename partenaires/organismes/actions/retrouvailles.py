"""Find an organisation in the directory, and take what one wants of it in its sheet."""

from datetime import datetime

from django.db import transaction

from partenaires.models import Etablissement, Fiche, Partenaire, Utilisateur
from partenaires.organismes import annuaire
from partenaires.socle import droits
from partenaires.socle.refus import Refus

A_LA_MAIN = "Remplissez la fiche à la main : tout s’enregistre de la même façon."
CHAMPS = ("adresse", "code_postal", "ville")  # one address: taken together


class Introuvable(Refus):
    """The directory has no such number, or of a person."""

    phrase = f"L’annuaire ne connaît pas d’organisme à ce numéro. {A_LA_MAIN}"
    champ = "siret"


class Indisponible(Refus):
    """It does not answer, or too late."""

    phrase = f"L’annuaire ne répond pas pour l’instant. {A_LA_MAIN}"


class SansNumero(Refus):
    """Neither SIRET nor RNA."""

    phrase = f"Il n’y a ni SIRET ni RNA à chercher. {A_LA_MAIN}"
    champ = "siret"


class PlusRien(Refus):
    """Nothing was found, or it has no address."""

    phrase = f"Aucune adresse n’a été trouvée pour cet organisme. {A_LA_MAIN}"


def retrouver(partenaire: Partenaire, *, par: Utilisateur, recu_le: datetime) -> Etablissement:
    """Ask the directory, outside any transaction, two seconds at most; keep what it says.

    Raises `SansNumero`, `Introuvable` or `Indisponible`, and keeps what was found before.
    """
    droits.peut_modifier_fiche.exiger(par, partenaire)
    trouve = chercher(partenaire.siret or partenaire.rna)
    etablissement, _est_nouveau = Etablissement.objects.update_or_create(
        partenaire=partenaire,
        defaults={
            **vars(trouve),
            "source": annuaire.SOURCE,
            "trouve_le": recu_le,
            "trouve_par": par,
        },
    )
    return etablissement


def chercher(numero: str) -> annuaire.Trouve:
    """What the directory says of this number; nothing is kept.

    Raises `SansNumero`, `Introuvable` or `Indisponible`.
    """
    if not numero:
        raise SansNumero
    try:
        trouve = annuaire.chercher(numero)
    except annuaire.AnnuaireIndisponible as panne:
        raise Indisponible from panne
    if trouve is None:
        raise Introuvable
    return trouve


@transaction.atomic
def reprendre_l_adresse(partenaire: Partenaire, *, par: Utilisateur, recu_le: datetime) -> None:
    """Write the address found in the sheet, because somebody asked for it.

    Raises `PlusRien`. A page of the sheet that is open meanwhile is told that it changed.
    """
    droits.peut_modifier_fiche.exiger(par, partenaire)
    trouve = Etablissement.objects.filter(partenaire=partenaire).exclude(adresse="").first()
    if trouve is None:
        raise PlusRien
    fiche = Fiche.objects.select_for_update().get(partenaire=partenaire)
    for champ in CHAMPS:
        setattr(fiche, champ, getattr(trouve, champ))
    fiche.version += 1
    fiche.chaine = ""
    fiche.modifiee_le = recu_le
    fiche.modifiee_par = par
    fiche.save()
