"""The parts of a dossier: each saves with its button, by itself with script.

A part may stay incomplete. The answers to the script are those of `docs/enregistrement.md`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.models import Dossier, NomPartie, Ouvrage
from appels.redaction import mots
from appels.redaction.actions import parties
from appels.redaction.forms import ajustements
from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.forms.page_du_budget import VUE_CERFA, PageDuBudget
from appels.redaction.forms.partie import FORMULAIRES, PartieSaisie
from appels.redaction.vues import retour
from appels.socle import completude, droits, ecritures
from appels.socle.balises.appel import RETOUR, lien_de_la_partie
from appels.socle.requete import Requete
from appels.socle.retraits import PlusPropose
from appels.socle.verrous import NonModifiable
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle import fusion
from partenaires.socle.forms.conflit import montrer_les_deux
from partenaires.socle.vues import saisie_seule
from partenaires.socle.vues.formulaire import afficher, saisie, version_lue

RESTER = {"rester", "ajouter", "ajuster", "remettre"}  # buttons that lead no further
TROP_CHANGEE = (
    "Cette partie a beaucoup changé ailleurs. Enregistrez avec le bouton : les deux textes seront "
    "montrés."
)


@require_http_methods(["GET", "HEAD", "POST"])
def partie(request: Requete, pk: int, nom: str) -> HttpResponse:
    """One part: read, saved by a button (a page comes back) or by itself (JSON comes back)."""
    if nom not in FORMULAIRES:
        raise Http404
    la_partie = NomPartie(nom)
    if request.method == "POST":
        if request.headers.get("Accept", "").startswith("application/json"):
            return _enregistrer_seule(request, pk, la_partie)
        return _enregistrer_au_bouton(request, pk, la_partie)
    dossier = mon_dossier(request, pk, completude.PAR_PARTIE[la_partie][1])
    if not droits.peut_rediger(request.user, dossier, request.recu_le, la_partie):
        return redirect("appels:relecture", pk=pk)
    ecritures.noter(request, dossier, Ouvrage.PARTIE, nom)
    vue = PartieSaisie(dossier, la_partie)
    return _page(request, vue, version=_version(dossier, la_partie))


def _version(dossier: Dossier, nom: NomPartie) -> int:
    """The version of a part as it was just read; 0 when nobody wrote it."""
    versions = {partie.nom: partie.version for partie in dossier.parties.all()}
    return versions.get(nom, 0)


def _page(request: Requete, typee: PartieSaisie, *, version: int, **de_plus: Any) -> HttpResponse:
    """The part with its forms; what was typed stays."""
    contexte: dict[str, Any] = {
        **typee.formulaires,
        "dossier": typee.dossier,
        "nom": typee.nom,
        "version": version,
        "manques": [],
        "suivante": _suivante(request, typee),
        "a_verifier": retour.est_a_verifier(request, typee.dossier),
        **de_plus,
    }
    mots.aider(typee.simples, request.parution)
    if request.method != "POST" and version:
        contexte["manques"] = completude.manques_de(typee.dossier, typee.nom)
    budget = typee.formulaires.get("budget")
    if isinstance(budget, BudgetComplet):
        contexte["page"] = PageDuBudget(
            budget,
            typee.dossier,
            vue=request.GET.get("vue", ""),
            mots=mots.les_mots(request.parution),
            ouvrir_ligne="ligne" in request.GET or budget.ligne.has_changed(),
            ajuste=request.GET.get("ajuste", ""),
        )
    gabarit = f"appels/redaction/parties/{typee.nom}.html"
    return afficher(request, gabarit, contexte, *typee.membres)


@contextmanager
def _typee(request: Requete, pk: int, nom: NomPartie) -> Iterator[PartieSaisie]:
    """What was typed of a part, over a dossier held until the end of the saving."""
    with parties.tenir(pk, nom, version_lue(request), par=request.user) as dossier:
        droits.redige.exiger(request.user, dossier)
        ecritures.prolonger(request, dossier, Ouvrage.PARTIE, nom.value)
        yield PartieSaisie(dossier, nom, saisie(request))


def _enregistrer_au_bouton(request: Requete, pk: int, nom: NomPartie) -> HttpResponse:
    """Save and redirect; on a conflict or a closed call, the page keeps what was typed."""
    lue = version_lue(request)
    bilan = None
    try:
        with _typee(request, pk, nom) as typee:
            typee, ajuste = ajustements.ajuster(typee, request.POST)
            if typee.est_valide():
                bilan = parties.enregistrer_ensemble(
                    typee,
                    version_lue=lue,
                    par=request.user,
                    recu_le=request.recu_le,
                    en_partie=False,
                    chaine=saisie_seule.marque_de_la_page(request),
                )
    except (NonModifiable, PlusPropose) as refus:
        typee.dire(refus.phrase)
    except parties.VersionPerimee as conflit:
        return _page(request, typee, **_les_deux_textes(typee, conflit))
    if bilan is None:
        return _page(request, typee, version=lue)
    messages.success(request, _phrase(bilan, ajuste))
    if not RESTER & set(request.POST):
        ecritures.finir(request, typee.dossier, Ouvrage.PARTIE, typee.nom.value)
    if ajuste:
        return redirect(_au_montant(_la_meme_page(request, typee), ajuste))
    if "ajuster" in request.POST:
        messages.warning(request, ajustements.AUTRE_ECART)
    return redirect(_suite(request, typee))


def _phrase(bilan: parties.Enregistrement, ajuste: ajustements.Ajustement | None) -> str:
    phrase = f"« {NomPartie(bilan.partie.nom).label} » est enregistré."
    if bilan.recus:
        phrase += f" Ce que {bilan.auteur} a changé pendant ce temps est gardé aussi."
    if ajuste:
        phrase += f" {ajuste.phrase}"
    return phrase


def _au_montant(page: str, ajuste: ajustements.Ajustement) -> str:
    """The page at the amount that the press changed, with what was there before."""
    lien = "&" if "?" in page else "?"
    return f"{page}{lien}ajuste={ajuste.champ}:{ajuste.avant}#id_{ajuste.champ}"


def _suivante(request: Requete, typee: PartieSaisie) -> NomPartie | None:
    """The next part that this person may write; None for the last one."""
    ordre = list(NomPartie)
    for nom in ordre[ordre.index(typee.nom) + 1 :]:
        if droits.peut_rediger(request.user, typee.dossier, request.recu_le, nom):
            return nom
    return None


# Where the button « … et ajouter … » leads: the empty row, ready to be typed in.
LIGNES_VIDES = {
    "ligne": "?ligne=1#id_ligne-code",
    "financeur": "#id_nouveau-cle",
    "lieu": "?ligne=1#id_lieux-{rang}-intitule",
    "indicateur": "?ligne=1#id_indicateurs-{rang}-mesure",
}


def _la_meme_page(request: Requete, typee: PartieSaisie) -> str:
    """The part as it is read now: the whole plan, opened from the check page."""
    connus = {"vue": VUE_CERFA, "retour": RETOUR}
    gardes = {nom: valeur for nom, valeur in connus.items() if request.GET.get(nom) == valeur}
    page = reverse("appels:partie", args=[typee.dossier.pk, typee.nom.value])
    return f"{page}?{urlencode(gardes)}" if gardes else page


def _suite(request: Requete, typee: PartieSaisie) -> str:
    """Where the button leads."""
    ici = _la_meme_page(request, typee)
    if request.POST.get("ajouter") == "carte":  # the page is saved: its text stays
        return f"{reverse('appels:situer')}?dossier={typee.dossier.pk}"
    ajout = LIGNES_VIDES.get(request.POST.get("ajouter", ""))
    if ajout:
        valeurs = typee.enregistree().valeurs()
        rangs = [fusion.combien_de_lignes(valeurs, prefixe) for prefixe in typee.tables()]
        if "?" in ici:
            ajout = ajout.replace("?", "&")
        return ici + ajout.format(rang=max(rangs))
    suivante = _suivante(request, typee)
    if RESTER & set(request.POST):
        return ici
    if "verifier" in request.POST and droits.peut_deposer(request.user, typee.dossier):
        return reverse("appels:deposer", args=[typee.dossier.pk])
    if suivante is None or "sommaire" in request.POST:
        return reverse("appels:dossier", args=[typee.dossier.pk])
    return lien_de_la_partie(suivante, typee.dossier)


def _les_deux_textes(typee: PartieSaisie, conflit: parties.VersionPerimee) -> dict[str, Any]:
    """What was typed and what is saved, side by side."""
    presents = typee.enregistree().formulaires
    autres_lignes = []
    for cle, formulaire in typee.formulaires.items():
        autres_lignes += montrer_les_deux(formulaire, presents[cle], conflit.auteur)
    typee.dire(conflit.phrase)
    return {
        "autres_lignes": autres_lignes,
        "auteur_autre": conflit.auteur,
        "version": conflit.partie.version,
    }


def _enregistrer_seule(request: Requete, pk: int, nom: NomPartie) -> JsonResponse:
    """Autosave: what is readable is saved; the answer says what is not, and what others brought."""
    try:
        with _typee(request, pk, nom) as typee:
            erreurs = saisie_seule.mettre_de_cote(typee)
            if not typee.est_valide():
                return saisie_seule.illisible(erreurs)
            bilan = parties.enregistrer_ensemble(
                typee,
                version_lue=version_lue(request),
                par=request.user,
                recu_le=request.recu_le,
                en_partie=True,
                chaine=saisie_seule.marque_de_la_page(request),
            )
    except (NonModifiable, PlusPropose) as refus:
        return saisie_seule.refusee(refus.phrase)
    except parties.VersionPerimee:
        return saisie_seule.refusee(TROP_CHANGEE)
    return saisie_seule.enregistree(typee, bilan, erreurs, le=request.recu_le)
