"""The worked examples of « Données et API »: the page shows them, the suite runs them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exemple:
    """A question, the address that answers, and where the answer is read in it."""

    question: str
    adresse: str
    lecture: tuple[str | int, ...]
    dit: str

    @property
    def chemin(self) -> str:
        """« resultats[0].population »."""
        ecrit = ""
        for pas in self.lecture:
            ecrit += f"[{pas}]" if isinstance(pas, int) else f".{pas}"
        return ecrit.removeprefix(".")


EXEMPLES = [
    Exemple(
        "Combien de personnes vivent dans chaque quartier ?",
        "quartiers",
        ("resultats", 0, "population"),
        "La population, avec son année et sa source dans les champs voisins.",
    ),
    Exemple(
        "Qu’est-ce qui est soutenu dans un quartier ?",
        "projets?quartier=QN06260M",
        ("resultats",),
        "Les projets de ce quartier. Les filtres sont ceux de la page des projets.",
    ),
    Exemple(
        "Comment lire toute la liste, page après page ?",
        "projets?taille=20",
        ("suivante",),
        "L’adresse de la page suivante, à suivre jusqu’à ce qu’elle soit vide (null).",
    ),
    Exemple(
        "Comment dessiner les quartiers sur une carte ?",
        "quartiers.geojson",
        ("features", 0, "geometry"),
        "Le contour de chacun, à ouvrir dans QGIS, Leaflet ou MapLibre.",
    ),
    Exemple(
        "Combien accorde chaque financeur ?",
        "financeurs",
        ("resultats",),
        "Pour chacun, le nombre de projets et le montant en euros ; son fichier SCDL s’il en a un.",
    ),
]
FICHIERS = [  # (name of the address, format, what it holds)
    ("appels:projets_csv", "CSV", "Les projets soutenus, une ligne par projet et par financeur"),
    ("appels:projets_geojson", "GeoJSON", "Les mêmes projets, un point par quartier"),
    ("appels:projets_json", "JSON", "Les mêmes projets, pour un programme"),
    ("appels:quartiers_csv", "CSV", "Les quartiers, leur population et leurs sources"),
    ("appels:quartiers_geojson", "GeoJSON", "Les contours des quartiers"),
    ("appels:appels_json", "JSON", "Les dates des appels à projets"),
    ("appels:calendrier_ics", "iCalendar", "Les mêmes dates, pour un agenda"),
    ("appels:fil", "Atom", "Les nouvelles des appels à projets"),
]
