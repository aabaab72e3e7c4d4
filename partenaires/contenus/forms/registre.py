"""The register of what agents edit.

For each content: its form, its fields and the page that shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import reverse

from partenaires.contenus import revisions
from partenaires.contenus.forms import contenus as formes
from partenaires.models import Partenaire, Texte
from quartiers.francais import nombre
from quartiers.models import IndicateurQuartier, Objectif

SANS_LES_MONTRER = ("fichier", "cle", "mime", "taille")  # the name of the file says it
FICHIER = ("cle", "fichier", "nom_fichier", "mime", "taille")


@dataclass(frozen=True)
class Contenu:
    """One kind of content."""

    titre: str
    form: type[formes.ContenuForm]
    page: Callable[[models.Model], str]
    nouveau: str = ""  # the words of the button; empty when agents create none
    aide: str = ""
    # What a new row needs and the form does not ask: values, or what gives them
    vierge: dict[str, Any] = field(default_factory=dict)
    retrait: dict[str, Any] = field(default_factory=dict)  # how what was created is withdrawn
    autres_champs: tuple[str, ...] = ()
    # The rows to edit; None: all of them. Its repr would read the database.
    lignes: models.QuerySet | None = field(default=None, repr=False)
    est_reserve: bool = False  # published by the head of the service only

    @property
    def modele(self) -> type[models.Model]:
        return self.form.Meta.model

    @property
    def champs(self) -> tuple[str, ...]:
        """Every field that a revision keeps."""
        return (*self.form.Meta.fields, *self.autres_champs)

    def objets(self) -> models.QuerySet:
        if self.lignes is None:
            return self.modele._default_manager.all()
        return self.lignes.all()

    def creer(self) -> models.Model:
        """A new row, not saved."""
        valeurs = {
            champ: valeur() if callable(valeur) else valeur for champ, valeur in self.vierge.items()
        }
        return self.modele(**valeurs)


def _cle() -> str:
    return uuid4().hex[:16]


def _vers(nom: str, *champs: str) -> Callable[[models.Model], str]:
    """The address of the page that shows a row."""

    def adresse(objet: models.Model) -> str:
        valeur: Any = objet
        for champ in champs:
            valeur = getattr(valeur, champ)
        return reverse(nom, args=[valeur] if champs else [])

    return adresse


def _page_du_texte(texte: models.Model) -> str:
    assert isinstance(texte, Texte)
    return reverse(f"appels:{texte.page}")


def _page_de_l_aide(_objet: models.Model) -> str:
    return reverse("appels:aide_role", args=["associations"])


CONTENUS = {
    "chiffres": Contenu(
        "Chiffres clés",
        formes.ChiffreForm,
        _vers("appels:chiffres"),
        nouveau="Ajouter un chiffre",
        vierge={"cle": _cle},
        retrait={"est_affiche": False},
    ),
    "indicateurs": Contenu(
        "Indicateurs des quartiers",
        formes.IndicateurForm,
        _vers("appels:quartier", "quartier", "code"),
        nouveau="Ajouter un indicateur",
        retrait={"est_publie": False},
        aide="Revenus, emploi, part des moins de 25 ans… avec leur source, leur année et la valeur "
        "de la CUA.",
        lignes=IndicateurQuartier.objects.select_related("quartier"),
    ),
    "sources": Contenu(
        "Sources",
        formes.SourceForm,
        _vers("appels:chiffres"),
        nouveau="Ajouter une source",
        vierge={"cle": _cle},
    ),
    "axes": Contenu("Axes du contrat", formes.AxeForm, _vers("appels:axe", "cle")),
    "objectifs": Contenu(
        "Objectifs des axes",
        formes.ObjectifForm,
        _vers("appels:axe", "axe", "cle"),
        nouveau="Ajouter un objectif",
        retrait={"est_publie": False},
        lignes=Objectif.objects.select_related("axe"),
    ),
    "mesures": Contenu(
        "Mesures proposées aux projets",
        formes.MesureForm,
        _vers("appels:questions"),
        nouveau="Ajouter une mesure",
        retrait={"est_proposee": False},
        aide="Ce que les projets comptent avec les mêmes mots et la même unité, pour comparer ce "
        "qu’ils visent. Une mesure retirée reste dans les dossiers qui l’ont choisie.",
    ),
    "partenaires": Contenu(
        "Partenaires",
        formes.PartenaireForm,
        _vers("appels:partenaires"),
        nouveau="Ajouter un partenaire",
        vierge={"est_signataire": True},
        retrait={"est_affiche": False},
        autres_champs=("est_signataire",),
        lignes=Partenaire.objects.du_contrat(),
    ),
    "documents": Contenu(
        "Documents",
        formes.DocumentForm,
        _vers("appels:document", "cle"),
        nouveau="Ajouter un document",
        retrait={"est_publie": False},
        autres_champs=FICHIER,
    ),
    "mots": Contenu(
        "Mots du budget",
        formes.MotForm,
        _page_de_l_aide,
        nouveau="Ajouter un mot",
        retrait={"est_propose": False},
        aide="Qui écrit un de ces mots dans une ligne du budget se voit proposer son compte.",
    ),
    "aides": Contenu(
        "Aide à côté des questions",
        formes.AideForm,
        _page_de_l_aide,
        aide="La question en mots courants, un conseil, un exemple faible et un bon.",
    ),
    "textes": Contenu(
        "Textes légaux",
        formes.TexteForm,
        _page_du_texte,
        aide="Ce que seule la Communauté Urbaine peut écrire. Publiés par la ou le responsable.",
        est_reserve=True,
    ),
    "service": Contenu(
        "Contact et identité du service",
        formes.ServiceForm,
        _vers("appels:contact"),
        est_reserve=True,
        aide="Tant que l’éditeur, un contact et le contact pour la protection des données "
        "manquent, chaque page dit « Démonstration ».",
    ),
}


def lisible(modele: type[models.Model], champ: str, valeur: object) -> str:
    """A value of a revision in words."""
    if valeur is None or valeur == "":
        return "(vide)"
    objet: Any = modele()
    revisions.poser(objet, {champ: valeur})
    try:
        lue = getattr(objet, champ)
    except ObjectDoesNotExist:
        return "(supprimé)"
    if isinstance(lue, bool):
        return "oui" if lue else "non"
    if isinstance(lue, Decimal):
        return nombre(lue)
    en_clair = getattr(objet, f"get_{champ}_display", None)  # of a field that has choices
    return str(en_clair() if en_clair else lue)


def differences(
    contenu: Contenu, avant: revisions.Valeurs, apres: revisions.Valeurs
) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, for what changes."""
    modele = contenu.modele
    changes = [
        champ
        for champ in contenu.champs
        if champ in apres and avant.get(champ) != apres[champ] and champ not in SANS_LES_MONTRER
    ]
    return [
        (
            str(revisions.colonne(modele, champ).verbose_name),
            lisible(modele, champ, avant.get(champ)),
            lisible(modele, champ, apres[champ]),
        )
        for champ in changes
    ]
