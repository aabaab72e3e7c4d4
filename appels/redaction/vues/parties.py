"""The parts of a dossier: each saves with its button, by itself with script, and may stay
incomplete.
"""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.models import Dossier, NomPartie, Partie, Saisie
from appels.redaction import fusion
from appels.redaction.actions import redaction
from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.forms.lieux import LieuFormSet, RepartitionForm
from appels.redaction.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    IndicateurFormSet,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from appels.redaction.vues.porteurs import phrase_non_modifiable
from appels.socle import completude, droits, exports, verrous
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.forms.conflit import en_clair, montrer_les_deux
from partenaires.socle.vues.formulaire import afficher, erreurs_de, version_lue
from quartiers.francais import heure

FORMULAIRES = {
    NomPartie.PROJET: lambda donnees, d: {"form": ProjetForm(donnees, instance=d)},
    NomPartie.DESCRIPTION: lambda donnees, d: {"form": DescriptionForm(donnees, instance=d)},
    NomPartie.LIEUX: lambda donnees, d: {
        "form": PublicForm(donnees, instance=d),
        "lieux": LieuFormSet(donnees, instance=d, prefix="lieux"),
        "repartition": RepartitionForm(donnees, dossier=d),
    },
    NomPartie.MOYENS: lambda donnees, d: {
        "tableau": TableauMoyensForm(donnees, dossier=d),
        "form": MoyensForm(donnees, instance=d),
    },
    NomPartie.EVALUATION: lambda donnees, d: {
        "form": EvaluationForm(donnees, instance=d),
        "indicateurs": IndicateurFormSet(donnees, dossier=d),
    },
    NomPartie.BUDGET: lambda donnees, d: {"budget": BudgetComplet(donnees, d)},
}
ENVOIS_RETENUS = 5  # the last saves by button: a page opened later knows that they arrived
ESSAIS = 5  # how many times another person may save just before us
LES_DEUX = (
    "Quelqu’un a enregistré cette partie pendant que vous écriviez. Rien n’est écrasé : "
    "les deux textes sont ci-dessous. Gardez ce qui convient, puis enregistrez."
)


@dataclass
class Ecriture:
    """A part being saved: its forms, and what the others brought."""

    dossier: Dossier
    nom: NomPartie
    formulaires: dict
    version: int
    recus: dict = field(default_factory=dict)
    conflits: list[str] = field(default_factory=list)
    erreurs: list[dict] = field(default_factory=list)
    auteur: str = ""

    @property
    def membres(self) -> list:
        """The forms and formsets of the part, the budget's unfolded."""
        return [m for f in self.formulaires.values() for m in getattr(f, "membres", (f,))]

    def est_valide(self) -> bool:
        return all([membre.is_valid() for membre in self.membres])

    def frais(self) -> "Ecriture":
        """The same part as it is saved now."""
        dossier = self._relu()
        return Ecriture(dossier, self.nom, FORMULAIRES[self.nom](None, dossier), self.version)

    def montrer(self) -> fusion.Valeurs:
        return fusion.valeurs(self.frais().membres)

    def _relu(self) -> Dossier:
        """The dossier as saved, with what this part reads and nothing more."""
        return Dossier.objects.pour_completude(completude.PAR_PARTIE[self.nom][1]).get(
            pk=self.dossier.pk
        )

    def relire(self, donnees: fusion.Valeurs) -> None:
        """Fill the forms again with these values."""
        dossier = self._relu()
        self.formulaires = FORMULAIRES[self.nom](fusion.en_envoi(donnees), dossier)


@require_http_methods(["GET", "HEAD", "POST"])
def partie(request, pk, nom):
    """One part: read, saved by a button (a page comes back) or by itself (JSON comes back)."""
    if nom not in FORMULAIRES:
        raise Http404
    nom = NomPartie(nom)
    dossier = mon_dossier(request, pk, completude.PAR_PARTIE[nom][1])
    envoye = request.method == "POST"
    if not droits.peut_rediger(request.user, dossier, request.recu_le, nom) and not envoye:
        return redirect("appels:relecture", pk=pk)
    if envoye and not droits.redige(request.user, dossier):
        raise PermissionDenied
    version = next((p.version for p in dossier.parties.all() if p.nom == nom), 0)
    ecriture = Ecriture(
        dossier,
        nom,
        FORMULAIRES[nom](request.POST if envoye else None, dossier),
        version_lue(request) if envoye else version,
    )
    if envoye and request.headers.get("Accept", "").startswith("application/json"):
        return _seule(request, ecriture)
    contexte = {}
    if envoye and ecriture.est_valide():
        reponse = _au_bouton(request, ecriture, contexte)
        if reponse is not None:
            return reponse
    return _page(request, ecriture, contexte)


def _page(request, ecriture: Ecriture, contexte: dict):
    """The part with its forms; what was typed stays."""
    contexte |= {
        **ecriture.formulaires,
        "dossier": ecriture.dossier,
        "nom": ecriture.nom,
        "version": contexte.get("version", ecriture.version),
        "envois": " ".join(request.session.get("envois", [])),
    }
    contexte["manques"] = (
        completude.manques_de(ecriture.dossier, ecriture.nom) if request.method != "POST" else []
    )
    if ecriture.nom == NomPartie.BUDGET:
        budget = ecriture.formulaires["budget"]
        contexte["tableau"] = exports.page_du_budget(budget)
        contexte["ouvrir_ligne"] = "ligne" in request.GET or budget.ligne.has_changed()
    return afficher(
        request, f"appels/redaction/parties/{ecriture.nom}.html", contexte, *ecriture.membres
    )


def _enregistrer(request, ecriture: Ecriture, *, en_partie: bool) -> Partie:
    """Save, put together with what others saved meanwhile.

    Raises `NonModifiable`, or `VersionPerimee` when both sides changed the same field; with
    `en_partie`, the other fields are saved all the same and `conflits` names these.
    """
    for _ in range(ESSAIS):
        try:
            return redaction.enregistrer_partie(
                ecriture.dossier,
                ecriture.nom,
                lambda d: [f.ecrire(d) for f in ecriture.formulaires.values()],
                version_lue=ecriture.version,
                par=request.user,
                recu_le=request.recu_le,
                montrer=ecriture.montrer,
            )
        except redaction.VersionPerimee as perimee:
            actuelle = perimee.partie
            if not _reunir(ecriture, actuelle, en_partie):
                raise
    raise redaction.VersionPerimee(actuelle)


def _reunir(ecriture: Ecriture, actuelle: Partie, en_partie: bool) -> bool:
    """True when the forms now hold what both sides changed, ready to be saved on the current
    version.
    """
    ecriture.auteur = str(actuelle.enregistree_par) if actuelle.pk else ""
    bases = (
        Saisie.objects.filter(partie=actuelle, version=ecriture.version)
        if actuelle.pk
        else Saisie.objects.none()
    )
    base = bases.values_list("valeurs", flat=True).first()
    if base is None:
        return False
    eux, prefixes = ecriture.montrer(), fusion.tables(ecriture.membres)
    reunie = fusion.fusionner(base, eux, fusion.valeurs(ecriture.membres), prefixes)
    if reunie.conflits and not en_partie:
        return False
    ecriture.relire(reunie.donnees)
    ecriture.version = actuelle.version
    ecriture.recus |= reunie.recus
    ecriture.conflits = sorted({*ecriture.conflits, *reunie.conflits})
    return ecriture.est_valide()


def _au_bouton(request, ecriture: Ecriture, contexte: dict):
    """Save and redirect; on a conflict or a closed call, None: the page keeps what was typed."""
    premier = ecriture.membres[0]
    try:
        _enregistrer(request, ecriture, en_partie=False)
    except verrous.NonModifiable:
        premier.add_error(None, phrase_non_modifiable(ecriture.dossier, request))
        return None
    except redaction.VersionPerimee as conflit:
        _montrer_le_conflit(ecriture, conflit.partie, contexte)
        ecriture.membres[0].add_error(None, LES_DEUX)
        return None
    envois = [*request.session.get("envois", []), request.POST.get("envoi", "")[:40]]
    request.session["envois"] = envois[-ENVOIS_RETENUS:]
    dit = f"« {ecriture.nom.label} » est enregistré."
    if ecriture.recus:
        dit += f" Ce que {ecriture.auteur} a changé pendant ce temps est gardé aussi."
    messages.success(request, dit)
    chemin = reverse("appels:partie", args=[ecriture.dossier.pk, ecriture.nom.value])
    if "rester" in request.POST:
        return redirect(chemin)
    if "ajouter_ligne" in request.POST:
        return redirect(f"{chemin}?ligne=1#id_ligne-code")
    return redirect("appels:dossier", pk=ecriture.dossier.pk)


def _montrer_le_conflit(ecriture: Ecriture, partie: Partie, contexte: dict) -> None:
    frais = ecriture.frais().formulaires
    auteur = str(partie.enregistree_par) if partie.pk else "une autre personne"
    contexte["autres_lignes"] = [
        ligne
        for cle, f in ecriture.formulaires.items()
        for ligne in montrer_les_deux(f, frais[cle], auteur)
    ]
    contexte["auteur_autre"] = auteur
    contexte["version"] = partie.version


def _seule(request, ecriture: Ecriture):
    """Autosave: what is readable is saved; the answer says what is not, and what others brought."""
    if not ecriture.est_valide() and not _sans_les_illisibles(ecriture):
        return JsonResponse({"erreurs": ecriture.erreurs}, status=422)
    try:
        partie = _enregistrer(request, ecriture, en_partie=True)
    except verrous.NonModifiable:
        return JsonResponse(
            {"phrase": phrase_non_modifiable(ecriture.dossier, request)}, status=409
        )
    except redaction.VersionPerimee:
        return JsonResponse(
            {
                "phrase": "Cette partie a beaucoup changé ailleurs. Enregistrez avec le bouton : "
                "les deux textes seront montrés."
            },
            status=409,
        )
    dit = {
        "version": partie.version,
        "le": heure(request.recu_le, secondes=True),
        "erreurs": ecriture.erreurs,
        "recus": ecriture.recus,
        "auteur": ecriture.auteur,
    }
    if not ecriture.conflits:
        return JsonResponse(dit)
    return JsonResponse({**dit, "conflits": _conflits(ecriture)}, status=409)


def _sans_les_illisibles(ecriture: Ecriture) -> bool:
    """Keep what is saved for the fields that cannot be read; False when a table is wrong."""
    donnees, eux = fusion.valeurs(ecriture.membres), ecriture.montrer()
    for membre in ecriture.membres:
        ecriture.erreurs += erreurs_de(membre)
        if not isinstance(membre, BaseFormSet):
            donnees |= {
                cle: eux.get(cle, "")
                for cle in map(membre.add_prefix, membre.errors)
                if cle in donnees
            }
    ecriture.relire(donnees)
    return ecriture.est_valide()


def _conflits(ecriture: Ecriture) -> list[dict]:
    """Each field changed by both: its name, what the others wrote, to read and to take."""
    frais = ecriture.frais().membres
    champs = {
        m.add_prefix(nom): m[nom]
        for m in frais
        if not isinstance(m, BaseFormSet)
        for nom in m.fields
    }
    valeurs = fusion.valeurs(frais)
    return [
        {
            "cle": cle,
            "libelle": str(champs[cle].label),
            "autre": valeurs[cle],
            "texte": en_clair(champs[cle]),
        }
        if cle in champs
        else {"cle": cle, "libelle": "Les lignes du tableau", "autre": None, "texte": ""}
        for cle in ecriture.conflits
    ]
