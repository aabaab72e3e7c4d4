"""« Suis-je dans un QPV ? »: a point, however it is given."""

from dataclasses import dataclass, replace
from math import isfinite
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest

from partenaires.socle.champs import CoordonneeField
from quartiers import geometrie
from quartiers.situation import Situation, est_aux_alentours, sont_echangees

# The image from a small phone to a wide screen: CSS pixels, which a click is counted in
TAILLES = {"p": (288, 288), "m": (352, 352), "g": (640, 640), "x": (1104, 620)}
UNITES = {"p": 700, "m": 700, "g": 1000, "x": 1800}  # of the width of each drawing
ETENDUES = (9000, 2400, 800)  # metres on a side, by zoom
CENTRE = (2.772, 50.2915)  # of the first map
ECHANGEES = (
    "La latitude vaut environ 50,29 et la longitude environ 2,77 : vous les avez "
    "sans doute échangées."
)


@dataclass(frozen=True)
class SurCarte:
    """The square of ground that the map shows: its centre in degrees, and how close."""

    longitude: float
    latitude: float
    zoom: int

    forme: str = "p"  # of TAILLES

    LUS = ("lat", "lon", "zoom", "forme")  # of its address

    @classmethod
    def lue(cls, valeurs: dict[str, str]) -> "SurCarte":
        """From an address; raises `BadRequest` when it makes no sense."""
        try:
            zoom = int(valeurs["zoom"] or 0)
            lon = float(valeurs["lon"] or CENTRE[0])
            lat = float(valeurs["lat"] or CENTRE[1])
        except ValueError as erreur:
            raise BadRequest("La carte demandée ne se lit pas.") from erreur
        est_un_point = isfinite(lon) and isfinite(lat) and est_aux_alentours(lon, lat)
        forme = valeurs.get("forme") or "p"
        if not est_un_point or zoom not in range(len(ETENDUES)) or forme not in TAILLES:
            raise BadRequest("La carte demandée est hors du territoire.")
        return cls(lon, lat, zoom, forme)

    @classmethod
    def de(cls, form: "SituerForm", situation: Situation | None) -> "SurCarte":
        """What to show next: closer around the point found, else the whole territory."""
        if situation is None or not est_aux_alentours(situation.longitude, situation.latitude):
            return cls(*CENTRE, 0)
        zoom = form.cleaned_data["zoom"] or 0
        if form.clic():
            zoom = min(zoom + 1, len(ETENDUES) - 1)
        return cls(situation.longitude, situation.latitude, max(zoom, 1))

    @property
    def est_zoomee(self) -> bool:
        return self.zoom > 0

    @property
    def cadre(self) -> geometrie.Boite:
        carree = geometrie.boite_autour((self.longitude, self.latitude), ETENDUES[self.zoom])
        largeur, hauteur = TAILLES[self.forme]
        return geometrie.au_rapport(carree, largeur / hauteur)

    @property
    def unites(self) -> int:
        """Of the width of the drawing."""
        return UNITES[self.forme]

    @property
    def champs(self) -> dict[str, str]:
        """The hidden fields that make a click mean a point."""
        return {
            "clon": f"{self.longitude:.6f}",
            "clat": f"{self.latitude:.6f}",
            "zoom": str(self.zoom),
        }

    @property
    def images(self) -> list[tuple[str, int, int, str]]:
        """(name, width, height, query) of each size; the two smallest are one drawing."""
        point = {"lat": f"{self.latitude:.6f}", "lon": f"{self.longitude:.6f}", "zoom": self.zoom}
        dessins = {"p": "p", "m": "p", "g": "g", "x": "x"}
        return [
            (nom, largeur, hauteur, urlencode({**point, "forme": dessins[nom]}))
            for nom, (largeur, hauteur) in TAILLES.items()
        ]

    def point(self, x: int, y: int) -> geometrie.Point:
        """The point of the ground under a pixel of the image."""
        return geometrie.Projection(self.cadre, TAILLES[self.forme][0]).degres(x, y)

    @property
    def voisines(self) -> list[tuple[str, str]]:
        """(name, query): move by a quarter of the map, closer, farther, by keyboard."""
        ouest, sud, est, nord = self.cadre
        largeur = (est - ouest) / 4
        hauteur = (nord - sud) / 4
        vues = {
            "Vers le nord": self._decalee(vers_le_nord=hauteur),
            "Vers le sud": self._decalee(vers_le_nord=-hauteur),
            "Vers l’ouest": self._decalee(vers_l_est=-largeur),
            "Vers l’est": self._decalee(vers_l_est=largeur),
            "Plus près": replace(self, zoom=self.zoom + 1),
            "Plus loin": replace(self, zoom=self.zoom - 1),
        }
        return [(nom, vue.requete) for nom, vue in vues.items() if vue.existe]

    def _decalee(self, *, vers_l_est: float = 0, vers_le_nord: float = 0) -> "SurCarte":
        return replace(
            self, longitude=self.longitude + vers_l_est, latitude=self.latitude + vers_le_nord
        )

    @property
    def existe(self) -> bool:
        return 0 <= self.zoom < len(ETENDUES) and est_aux_alentours(self.longitude, self.latitude)

    @property
    def requete(self) -> str:
        """As the form reads it: a point typed in French, and how close."""
        return urlencode(
            {
                "lat": f"{self.latitude:.6f}".replace(".", ","),
                "lon": f"{self.longitude:.6f}".replace(".", ","),
                "zoom": self.zoom,
            }
        )


class SituerForm(forms.Form):
    """An address, coordinates typed, or a click on the square image."""

    adresse = forms.CharField(
        label="Votre rue, avec ou sans le numéro",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        help_text="Par exemple « 12 rue des Lilas, Arras ».",
    )
    # Asked once the street is known, when its answer depends on it
    numero = forms.CharField(
        label="Votre numéro", max_length=12, required=False, help_text="Par exemple « 12 bis »."
    )
    lat = CoordonneeField(
        borne=90, label="Latitude", required=False, help_text="Par exemple 50,2925."
    )
    lon = CoordonneeField(
        borne=180, label="Longitude", required=False, help_text="Par exemple 2,7771."
    )
    zoom = forms.IntegerField(
        required=False, min_value=0, max_value=len(ETENDUES) - 1, widget=forms.HiddenInput
    )
    clat = forms.FloatField(required=False, widget=forms.HiddenInput)
    clon = forms.FloatField(required=False, widget=forms.HiddenInput)
    # Of an image button, one for each of TAILLES
    CLICS = tuple(f"{nom}.{axe}" for nom in TAILLES for axe in "xy")
    LUS = ("adresse", "numero", "lat", "lon", "zoom", "clat", "clon", *CLICS, "dossier")

    def clean(self) -> dict:
        """Both numbers or none, in their order."""
        donnees = super().clean() or {}
        if self.errors:
            return donnees
        lat = donnees["lat"]
        lon = donnees["lon"]
        if (lat is None) != (lon is None):
            manquant = "lon" if lon is None else "lat"
            self.add_error(manquant, "Un point demande sa latitude et sa longitude.")
        elif lat is not None and sont_echangees(lon, lat):
            self.add_error("lat", ECHANGEES)
        return donnees

    def est_posee(self) -> bool:
        """Something is asked: not an empty search, nor the dossier that one comes from."""
        ecrits = (self.data.get(nom, "").strip() for nom in ("adresse", "lat", "lon"))
        return any(ecrits) or any(nom in self.data for nom in self.CLICS)

    def adresse_entiere(self) -> str:
        """The street with its number, given with it or after."""
        donnees = self.cleaned_data
        return f"{donnees['numero']} {donnees['adresse']}".strip()

    def clic(self) -> tuple[int, int, str] | None:
        """(x, y, size) of a click; None when there was none (a keyboard sends 0, 0)."""
        for nom, (largeur, hauteur) in TAILLES.items():
            x = self._pixel(f"{nom}.x", largeur)
            y = self._pixel(f"{nom}.y", hauteur)
            if x is not None and y is not None and (x or y):
                return x, y, nom
        return None

    def _pixel(self, nom: str, cote: int) -> int | None:
        """A number of the image, as a browser sends it; None for anything else."""
        texte = self.data.get(nom, "")
        if not (texte.isascii() and texte.isdigit() and len(texte) <= 6):
            return None
        return int(texte) if int(texte) <= cote else None

    def point(self) -> geometrie.Point | None:
        """(longitude, latitude) in degrees: the click first, then the numbers typed."""
        donnees = self.cleaned_data
        if clic := self.clic():
            x, y, forme = clic
            vue = SurCarte.lue(
                {
                    "lat": str(donnees["clat"] or ""),
                    "lon": str(donnees["clon"] or ""),
                    "zoom": str(donnees["zoom"] or 0),
                    "forme": forme,
                }
            )
            return vue.point(x, y)
        if donnees["lat"] is None:
            return None
        return float(donnees["lon"]), float(donnees["lat"])

    def dossier(self) -> int | None:
        """The dossier that waits for this place; its rights are checked when the place is added."""
        pk = self.data.get("dossier", "")
        return int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
