"""The parts of a dossier: each saves with its button, by itself with script, and may stay
incomplete. The answers to the script are those of `docs/enregistrement.md`.
"""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.models import NomPartie
from appels.redaction.actions import parties
from appels.redaction.forms.partie import FORMULAIRES, PartieSaisie
from appels.socle import completude, droits
from appels.socle.verrous import NonModifiable
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.forms.conflit import montrer_les_deux
from partenaires.socle.vues.formulaire import afficher, erreurs_de, saisie, version_lue
from quartiers.francais import heure

ENVOIS_RETENUS = 5  # the last saves by button: a page opened later knows that they arrived
TROP_CHANGEE = (
    "Cette partie a beaucoup changé ailleurs. Enregistrez avec le bouton : les deux textes seront "
    "montrés."
)


@require_http_methods(["GET", "HEAD", "POST"])
def partie(request, pk, nom):
    """One part: read, saved by a button (a page comes back) or by itself (JSON comes back)."""
    if nom not in FORMULAIRES:
        raise Http404
    nom = NomPartie(nom)
    dossier = mon_dossier(request, pk, completude.PAR_PARTIE[nom][1])
    if request.method != "POST":
        if not droits.peut_rediger(request.user, dossier, request.recu_le, nom):
            return redirect("appels:relecture", pk=pk)
        return _page(request, PartieSaisie(dossier, nom), version=_version(dossier, nom))
    droits.redige.exiger(request.user, dossier)
    typee = PartieSaisie(dossier, nom, saisie(request))
    if request.headers.get("Accept", "").startswith("application/json"):
        return _enregistrer_seule(request, typee)
    return _enregistrer_au_bouton(request, typee)


def _version(dossier, nom: NomPartie) -> int:
    """The version of a part as it was just read; 0 when nobody wrote it."""
    return next((partie.version for partie in dossier.parties.all() if partie.nom == nom), 0)


def _page(request, typee: PartieSaisie, *, version: int, **de_plus):
    """The part with its forms; what was typed stays."""
    contexte = {
        **typee.formulaires,
        "dossier": typee.dossier,
        "nom": typee.nom,
        "version": version,
        "envois": " ".join(request.session.get("envois", [])),
        "manques": [],
        **de_plus,
    }
    if request.method != "POST":
        contexte["manques"] = completude.manques_de(typee.dossier, typee.nom)
    if typee.nom == NomPartie.BUDGET:
        budget = typee.formulaires["budget"]
        contexte["tableau"] = budget.tableau()
        contexte["ouvrir_ligne"] = "ligne" in request.GET or budget.ligne.has_changed()
    gabarit = f"appels/redaction/parties/{typee.nom}.html"
    return afficher(request, gabarit, contexte, *typee.membres)


def _enregistrer_au_bouton(request, typee: PartieSaisie):
    """Save and redirect; on a conflict or a closed call, the page keeps what was typed."""
    lue = version_lue(request)
    if not typee.est_valide():
        return _page(request, typee, version=lue)
    try:
        bilan = parties.enregistrer_ensemble(
            typee, version_lue=lue, par=request.user, recu_le=request.recu_le, en_partie=False
        )
    except NonModifiable as refus:
        typee.membres[0].add_error(None, refus.phrase)
        return _page(request, typee, version=lue)
    except parties.VersionPerimee as conflit:
        return _page(request, typee, **_les_deux_textes(typee, conflit))
    _retenir_l_envoi(request)
    messages.success(request, _phrase(bilan))
    return redirect(_suite(request, typee))


def _phrase(bilan: parties.Enregistrement) -> str:
    phrase = f"« {NomPartie(bilan.partie.nom).label} » est enregistré."
    if bilan.recus:
        phrase += f" Ce que {bilan.auteur} a changé pendant ce temps est gardé aussi."
    return phrase


def _retenir_l_envoi(request) -> None:
    """A page opened later knows that this save arrived."""
    envois = [*request.session.get("envois", []), request.POST.get("envoi", "")[:40]]
    request.session["envois"] = envois[-ENVOIS_RETENUS:]


def _suite(request, typee: PartieSaisie) -> str:
    """Where the button leads."""
    if "rester" in request.POST:
        return reverse("appels:partie", args=[typee.dossier.pk, typee.nom.value])
    if "ajouter_ligne" in request.POST:
        chemin = reverse("appels:partie", args=[typee.dossier.pk, typee.nom.value])
        return f"{chemin}?ligne=1#id_ligne-code"
    return reverse("appels:dossier", args=[typee.dossier.pk])


def _les_deux_textes(typee: PartieSaisie, conflit: parties.VersionPerimee) -> dict:
    """What was typed and what is saved, side by side."""
    presents = typee.enregistree().formulaires
    autres_lignes = []
    for cle, formulaire in typee.formulaires.items():
        autres_lignes += montrer_les_deux(formulaire, presents[cle], conflit.auteur)
    typee.membres[0].add_error(None, conflit.phrase)
    return {
        "autres_lignes": autres_lignes,
        "auteur_autre": conflit.auteur,
        "version": conflit.partie.version,
    }


def _enregistrer_seule(request, typee: PartieSaisie):
    """Autosave: what is readable is saved; the answer says what is not, and what others brought."""
    erreurs = []
    if not typee.est_valide():
        erreurs = [erreur for membre in typee.membres for erreur in erreurs_de(membre)]
        typee.sans_les_illisibles()
        if not typee.est_valide():
            return JsonResponse({"erreurs": erreurs}, status=422)
    try:
        bilan = parties.enregistrer_ensemble(
            typee,
            version_lue=version_lue(request),
            par=request.user,
            recu_le=request.recu_le,
            en_partie=True,
        )
    except NonModifiable as refus:
        return JsonResponse({"phrase": refus.phrase}, status=409)
    except parties.VersionPerimee:
        return JsonResponse({"phrase": TROP_CHANGEE}, status=409)
    reponse = {
        "version": bilan.partie.version,
        "le": heure(request.recu_le, secondes=True),
        "erreurs": erreurs,
        "recus": bilan.recus,
        "auteur": bilan.auteur,
    }
    if not bilan.conflits:
        return JsonResponse(reponse)
    return JsonResponse({**reponse, "conflits": _conflits(typee, bilan.conflits)}, status=409)


def _conflits(typee: PartieSaisie, cles: list[str]) -> list[dict]:
    """Each field changed by both: its name, what the others wrote, to read and to take."""
    presente = typee.enregistree()
    valeurs = presente.valeurs()
    en_clair = presente.en_clair()
    conflits = []
    for cle in cles:
        if cle in en_clair:
            libelle, texte = en_clair[cle]
            autre = valeurs[cle]
        else:
            libelle, texte, autre = "Les lignes du tableau", "", None
        conflits.append({"cle": cle, "libelle": libelle, "autre": autre, "texte": texte})
    return conflits
