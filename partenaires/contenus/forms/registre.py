"""The register of what agents edit: for each content, its form, its fields and the page that shows
it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

from django.db import models
from django.urls import reverse

from partenaires.contenus.forms import contenus as formes
from partenaires.models import Partenaire
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
    vierge: dict[str, Callable] = field(
        default_factory=dict
    )  # what a new row needs and the form does not ask
    retrait: dict = field(default_factory=dict)  # how what was created is withdrawn
    autres_champs: tuple[str, ...] = ()
    lignes: Callable[[], models.QuerySet] | None = None
    est_reserve: bool = False  # published by the head of the service only

    @property
    def modele(self) -> type[models.Model]:
        return self.form.Meta.model

    @property
    def champs(self) -> tuple[str, ...]:
        """Every field that a revision keeps."""
        return (*self.form.Meta.fields, *self.autres_champs)

    def objets(self) -> models.QuerySet:
        return self.lignes() if self.lignes else self.modele._default_manager.all()

    def creer(self) -> models.Model:
        """A new row, not saved."""
        return self.modele(**{champ: valeur() for champ, valeur in self.vierge.items()})


def _cle() -> str:
    return uuid4().hex[:16]


def _vers(nom: str, *champs: str) -> Callable[[models.Model], str]:
    """The address of the page that shows a row."""

    def adresse(objet: models.Model) -> str:
        valeur = objet
        for champ in champs:
            valeur = getattr(valeur, champ)
        return reverse(nom, args=[valeur] if champs else [])

    return adresse


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
        aide="Revenus, emploi, part des moins de 25 ans… avec leur source, leur année et "
        "la valeur de la CUA.",
        lignes=lambda: IndicateurQuartier.objects.select_related("quartier"),
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
        lignes=lambda: Objectif.objects.select_related("axe"),
    ),
    "partenaires": Contenu(
        "Partenaires",
        formes.PartenaireForm,
        _vers("appels:partenaires"),
        nouveau="Ajouter un partenaire",
        vierge={"est_signataire": lambda: True},
        retrait={"est_affiche": False},
        autres_champs=("est_signataire",),
        lignes=lambda: Partenaire.objects.du_contrat(),
    ),
    "documents": Contenu(
        "Documents",
        formes.DocumentForm,
        _vers("appels:document", "cle"),
        nouveau="Ajouter un document",
        retrait={"est_publie": False},
        autres_champs=FICHIER,
    ),
    "textes": Contenu(
        "Textes légaux",
        formes.TexteForm,
        lambda texte: reverse(f"appels:{texte.page}"),
        aide="Ce que seule la Communauté Urbaine peut écrire. Publiés par la ou le responsable.",
        est_reserve=True,
    ),
    "service": Contenu(
        "Contact et identité du service",
        formes.ServiceForm,
        _vers("appels:contact"),
        est_reserve=True,
        aide="Tant que l’éditeur, un contact et le contact pour la protection des "
        "données manquent, "
        "chaque page dit « Démonstration ».",
    ),
}


def lisible(modele: type[models.Model], champ: str, valeur) -> str:
    """A value of a revision in words."""
    colonne = modele._meta.get_field(champ)
    if valeur is None or valeur == "":
        return "(vide)"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(colonne, models.DecimalField):
        return nombre(Decimal(valeur))
    if colonne.is_relation:
        return str(colonne.related_model._default_manager.filter(pk=valeur).first() or "(supprimé)")
    return str(dict(colonne.flatchoices).get(valeur, valeur))


def differences(contenu: Contenu, avant: dict, apres: dict) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, for what changes."""
    return [
        (
            str(contenu.modele._meta.get_field(champ).verbose_name),
            lisible(contenu.modele, champ, avant.get(champ)),
            lisible(contenu.modele, champ, apres[champ]),
        )
        for champ in contenu.champs
        if champ in apres and avant.get(champ) != apres[champ] and champ not in SANS_LES_MONTRER
    ]
