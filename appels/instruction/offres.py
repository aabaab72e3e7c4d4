"""What the filters of the work list offer: every choice in one query."""

from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from appels.models import Appel, FinanceurAppel, Theme, Vue
from partenaires.models import Appartenance, Utilisateur
from quartiers.models import Axe, Commune, Quartier


def pour(utilisateur: Utilisateur) -> dict[str, list[tuple[str, str]]]:
    """{filter: [(value, words)]}, sorted by words; calls with the last year first; « vue »: the
    lists that one kept.
    """
    nom = Coalesce(
        NullIf(
            Trim(Concat("utilisateur__prenom", models.Value(" "), "utilisateur__nom")),
            models.Value(""),
        ),
        "utilisateur__email",
    )
    sources = [
        _ligne("axe", Axe.objects.all(), "nom"),
        _ligne("theme", Theme.objects.all(), "libelle"),
        _ligne("quartier", Quartier.objects.all(), "nom_court"),
        _ligne("commune", Commune.objects.all(), "nom"),
        _ligne("appel", Appel.objects.all(), Cast("annee", models.CharField())),
        _ligne("financeur", FinanceurAppel.objects.all(), "partenaire__nom", "partenaire"),
        _ligne("charge", Appartenance.objects.agents(), nom, "utilisateur"),
        _ligne("vue", Vue.objects.pour(utilisateur), "nom", "requete"),
    ]
    offres = {}
    for genre, cle, mots in sources[0].union(*sources[1:]):
        offres.setdefault(genre, []).append((cle, mots))
    return {
        genre: sorted(choix, key=lambda c: c[1], reverse=genre == "appel")
        for genre, choix in offres.items()
    }


def _ligne(genre: str, objets, mots, cle: str = "pk"):
    return objets.order_by().values_list(
        models.Value(genre, models.CharField()),
        Cast(cle, models.CharField()),
        Cast(mots, models.CharField()),
    )
