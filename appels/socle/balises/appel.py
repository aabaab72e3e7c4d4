"""What the templates say of the call and of a form."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from appels.models import Appel, DocumentDemande, Dossier, NomPartie, Partie
from appels.socle import cerfa, droits, suivi
from appels.socle.completude import Manque
from quartiers.francais import accorder, date_et_heure, heure
from quartiers.horloge import a_paris

register = template.Library()

INCONNU = (
    "Les dates du prochain appel à projets sont à venir : contactez le service Cohésion Sociale."
)


@register.simple_tag
def phrase_appel(appel: Appel | None, instant: datetime) -> str:
    """The state of the call in words, decided by the clock."""
    if appel is None or appel.ouvre_le is None or appel.ferme_le is None:
        return INCONNU
    if appel.est_ouvert(instant):
        return format_html(
            "L’appel {} est ouvert jusqu’au <strong>{}</strong>, heure de Paris.",
            appel.repere,
            date_et_heure(appel.ferme_le),
        )
    if appel.est_clos(instant):
        return format_html(
            "L’appel {} est clos depuis le {}, heure de Paris.",
            appel.repere,
            date_et_heure(appel.ferme_le),
        )
    return format_html(
        "L’appel {} ouvrira le <strong>{}</strong>, heure de Paris.",
        appel.repere,
        date_et_heure(appel.ouvre_le),
    )


@register.simple_tag
def reste(appel: Appel, instant: datetime) -> str:
    """« Il reste 15 jours. » or hours near the end; empty when the call is not open."""
    if not appel.est_ouvert(instant):
        return ""
    return il_reste(appel.ferme_le, instant)


@register.simple_tag
def il_reste(borne: datetime | None, instant: datetime) -> str:
    """The same before any deadline; empty once it has passed."""
    if borne is None or borne <= instant:
        return ""
    duree = borne - instant
    if duree.days >= 2:
        return f"Il reste {accorder(duree.days, 'jour')}."
    heures = int(duree.total_seconds() // 3600)
    if heures:
        return f"Il reste {accorder(heures, 'heure')}."
    return "Il reste moins d’une heure."


@register.filter
def recepisse_de(appel: Appel) -> str:
    """What the paper of a deposit is called, the same everywhere: see `Regime`."""
    return "accusé de réception" if appel.est_guichet else "récépissé"


@register.simple_tag
def pieces_demandees(documents: list[DocumentDemande]) -> str:
    """« 1 pièce sera demandée : Statuts. »."""
    combien = accorder(len(documents), "pièce sera demandée", "pièces seront demandées")
    return f"{combien} : {', '.join(str(document) for document in documents)}."


RETOUR = "deposer"  # `?retour=` of a part opened to change what one is about to attest
A_VERIFIER = f"?retour={RETOUR}"
GROUPES_DE_CHOIX = {
    "axe",
    "forme",
    "frequence",
    "periodicite",
    "politique_ville",
}


@register.simple_tag
def lien_du_manque(manque: Manque, dossier: Dossier, a_verifier: bool = False) -> str:
    """The address of the very field that is missing; `a_verifier`: back to the check page then."""
    champ = f"{manque.champ}_0" if manque.champ in GROUPES_DE_CHOIX else manque.champ
    if manque.partie == NomPartie.ORGANISME and champ != "confirmee":
        return lien_de_la_fiche(dossier, champ, f"id_{champ}", a_verifier)
    return f"{lien_de_la_partie(manque.partie, dossier, a_verifier)}#id_{champ}"


def lien_de_la_fiche(dossier: Dossier, champ: str, ancre: str, a_verifier: bool = False) -> str:
    """The sheet of the organisation at one field, its folded section open; then back here.

    `a_verifier`: and from here, once confirmed, to the check page.
    """
    fiche = reverse("partenaires:fiche", args=[dossier.porteur_id])
    retour = reverse("appels:organisme", args=[dossier.pk])
    if a_verifier:
        retour = quote(retour + A_VERIFIER)
    return f"{fiche}?retour={retour}&ouvrir={champ}#{ancre}"


@register.simple_tag
def rang_de_la_partie(nom: NomPartie) -> str:
    """« partie 3 sur 8 »."""
    noms = list(NomPartie)
    return f"partie {noms.index(nom) + 1} sur {len(noms)}"


@register.simple_tag
def enregistree(dossier: Dossier, nom: NomPartie) -> Partie | None:
    """The part as it was last saved; None while it never was."""
    for partie in dossier.parties.all():
        if partie.nom == nom:
            return partie
    return None


@register.filter
def garde_a(partie: Partie, instant: datetime) -> str:
    """« enregistré à 10 h 42 » today, « le 12/11 » this year, « le 12/11/2026 » before."""
    gardee, ce_jour = a_paris(partie.enregistree_le), a_paris(instant)
    if gardee.date() == ce_jour.date():
        return f"enregistré à {heure(partie.enregistree_le)}"
    if gardee.year == ce_jour.year:
        return f"enregistré le {gardee:%d/%m}"
    return f"enregistré le {gardee:%d/%m/%Y}"


@register.filter
def echeance_de(dossier: Dossier, instant: datetime) -> datetime | None:
    """The nearest date for a draft; None once it has passed."""
    echeance = dossier.echeance(instant)
    return echeance if echeance and echeance > instant else None


@register.simple_tag
def lien_de_la_partie(nom: NomPartie, dossier: Dossier, a_verifier: bool = False) -> str:
    """The page of a part; `a_verifier`: which leads to the check page then."""
    page = reverse("appels:partie", args=[dossier.pk, nom])
    if nom in (NomPartie.ORGANISME, NomPartie.PIECES):
        page = reverse(f"appels:{nom}", args=[dossier.pk])
    return page + A_VERIFIER if a_verifier else page


@register.simple_tag
def temoin(etat: str) -> str:
    """The class of a segment of the progress bar."""
    return {"plein": "part", "demi": "mi"}.get(etat, "tout")


@register.filter
def fois(nombre: int, pas: int) -> int:
    """A place in a drawing."""
    return nombre * pas


@register.filter
def jour_iso(texte: str) -> date:
    """An ISO date read back from a frozen version."""
    return date.fromisoformat(texte)


@register.filter
def mots(texte: str) -> list[str]:
    """The names written in a template, to draw one after the other."""
    return texte.split()


@register.simple_tag
def reponse(projet: dict, nom: str) -> cerfa.Reponse:
    """(label, answer in words) of a field of a frozen project."""
    return cerfa.reponse(projet, nom)


@register.simple_tag
def retenue(retenus: dict[str, str], sha256: str) -> str:
    """Why a file is not given yet, after its weight."""
    return {"": "", "attente": ", en cours de contrôle"}.get(
        retenus.get(sha256, ""), ", refusé par l’antivirus"
    )


@register.simple_tag
def suivi_de(dossier: Dossier, instant: datetime) -> suivi.Suivi:
    """What an applicant reads of a dossier: its plain state, who acts, by when."""
    return suivi.pour_l_organisme(dossier, instant)


@register.simple_tag(takes_context=True)
def suite_de_la_liste(context: template.RequestContext) -> str:
    """What the address of an act ends with on a page opened from a list; empty elsewhere.

    Read from the address of the page: see `appels/instruction/vues/fil.py`.
    """
    adresse = context.request.GET
    portes = QueryDict(mutable=True)
    for nom in ("liste", "rang"):
        if adresse.get(nom):
            portes[nom] = adresse[nom]
    return f"?{portes.urlencode()}" if portes else ""


@register.simple_tag(takes_context=True)
def retour_a_la_liste(context: template.RequestContext) -> str:
    """The list that a page was opened from, or the whole list."""
    requete = context.request.GET.get("liste", "")
    fin = f"?{requete}" if requete else ""
    return reverse("appels:instruction") + fin


@register.simple_tag(takes_context=True)
def page_du_dossier(context: template.RequestContext, dossier: Dossier) -> str:
    """Where this person works on a dossier: its examination, the opinion of a funder, or what its
    organisation reads; the list still at hand.
    """
    requete: Any = context.request
    personne = requete.user
    vue = "appels:relecture"
    if dossier.est_depose and droits.lit_pour_le_service(personne, dossier):
        vue = "appels:examen"
    elif dossier.est_depose and droits.lit_pour_un_financeur(personne, dossier):
        vue = "appels:avis"
    return reverse(vue, args=[dossier.pk]) + suite_de_la_liste(context)
