"""« Suis-je dans un QPV ? »: a point, however it is given."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict

from quartiers import geometrie
from quartiers.situation import Situation, est_aux_alentours, sont_echangees

COTES = {"p": 288, "g": 640}  # the image on a phone and on a screen: square, in CSS pixels
ETENDUES = (8000, 2400, 800)  # metres on a side, by zoom
CENTRE = (2.777, 50.2915)  # of the first map
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

    @classmethod
    def lue(cls, valeurs: dict[str, str]) -> "SurCarte":
        """From an address; raises `BadRequest` when it makes no sense."""
        try:
            zoom = int(valeurs["zoom"] or 0)
            lon, lat = float(valeurs["lon"] or CENTRE[0]), float(valeurs["lat"] or CENTRE[1])
        except ValueError as erreur:
            raise BadRequest("La carte demandée ne se lit pas.") from erreur
        if zoom not in range(len(ETENDUES)) or not (
            isfinite(lon) and isfinite(lat) and est_aux_alentours(lon, lat)
        ):
            raise BadRequest("La carte demandée est hors du territoire.")
        return cls(lon, lat, zoom)

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
        return geometrie.boite_autour((self.longitude, self.latitude), ETENDUES[self.zoom])

    @property
    def champs(self) -> dict[str, str]:
        """The hidden fields that make a click mean a point."""
        return {
            "clon": f"{self.longitude:.6f}",
            "clat": f"{self.latitude:.6f}",
            "zoom": str(self.zoom),
        }

    @property
    def image(self) -> str:
        """The query of the image."""
        return urlencode(
            {"lat": f"{self.latitude:.6f}", "lon": f"{self.longitude:.6f}", "zoom": self.zoom}
        )

    def point(self, x: int, y: int, cote: int) -> geometrie.Point:
        """The point of the ground under a pixel of the square image."""
        return geometrie.Projection(self.cadre, cote).degres(x, y)

    @property
    def voisines(self) -> list[tuple[str, str]]:
        """(name, query): move by a quarter of the map, closer, farther, by keyboard."""
        ouest, sud, est, nord = self.cadre
        dx, dy = (est - ouest) / 4, (nord - sud) / 4
        pas = [
            ("Vers le nord", 0, dy, 0),
            ("Vers le sud", 0, -dy, 0),
            ("Vers l’ouest", -dx, 0, 0),
            ("Vers l’est", dx, 0, 0),
            ("Plus près", 0, 0, 1),
            ("Plus loin", 0, 0, -1),
        ]
        return [
            (
                nom,
                urlencode(
                    {
                        "lat": f"{self.latitude + vy:.6f}".replace(".", ","),
                        "lon": f"{self.longitude + vx:.6f}".replace(".", ","),
                        "zoom": self.zoom + z,
                    }
                ),
            )
            for nom, vx, vy, z in pas
            if 0 <= self.zoom + z < len(ETENDUES)
            and est_aux_alentours(self.longitude + vx, self.latitude + vy)
        ]


def coordonnee(texte: str, borne: int) -> float | None:
    """Degrees from « 50,2925 » or « 50.2925 »; None when empty; raises `ValidationError`."""
    if not texte:
        return None
    try:
        valeur = Decimal(texte.replace(",", ".").replace("\u00a0", "").replace(" ", "").rstrip("°"))
    except InvalidOperation:
        raise ValidationError("Ce nombre ne se lit pas. Exemple : 50,2925.") from None
    if not valeur.is_finite() or abs(valeur) > borne:
        raise ValidationError(f"Ce nombre doit être compris entre −{borne} et {borne}.")
    return float(valeur)


class SituerForm(forms.Form):
    """An address, coordinates typed, or a click on the square image."""

    adresse = forms.CharField(
        label="Adresse",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    lat = forms.CharField(
        label="Latitude",
        max_length=30,
        required=False,
        help_text="Par exemple 50,2925.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "court"}),
    )
    lon = forms.CharField(
        label="Longitude",
        max_length=30,
        required=False,
        help_text="Par exemple 2,7771.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "court"}),
    )
    zoom = forms.IntegerField(
        required=False, min_value=0, max_value=len(ETENDUES) - 1, widget=forms.HiddenInput
    )
    clat = forms.FloatField(required=False, widget=forms.HiddenInput)
    clon = forms.FloatField(required=False, widget=forms.HiddenInput)
    CLICS = tuple(f"{nom}.{axe}" for nom in COTES for axe in "xy")

    def __init__(self, donnees: QueryDict | None = None):
        super().__init__(donnees)
        if donnees is not None and (
            inconnus := set(donnees) - set(self.fields) - set(self.CLICS) - {"dossier"}
        ):
            raise BadRequest(f"Cette page ne connaît pas « {min(inconnus)[:40]} ».")

    def clean_lat(self):
        return coordonnee(self.cleaned_data["lat"], 90)

    def clean_lon(self):
        return coordonnee(self.cleaned_data["lon"], 180)

    def clean(self):
        dit = super().clean()
        if not self.errors:
            lat, lon = dit.get("lat"), dit.get("lon")
            if (lat is None) != (lon is None):
                self.add_error(
                    "lon" if lon is None else "lat", "Un point demande sa latitude et sa longitude."
                )
            elif lat is not None and sont_echangees(lon, lat):
                self.add_error("lat", ECHANGEES)
        return dit

    def clic(self) -> tuple[int, int, int] | None:
        """(x, y, side) of a click; None when there was none (a keyboard sends 0, 0)."""
        for nom, cote in COTES.items():
            x, y = self.data.get(f"{nom}.x", ""), self.data.get(f"{nom}.y", "")
            if x.isascii() and x.isdigit() and y.isascii() and y.isdigit() and (x, y) != ("0", "0"):
                if int(x[:6]) <= cote and int(y[:6]) <= cote:
                    return int(x), int(y), cote
        return None

    def point(self) -> geometrie.Point | None:
        """(longitude, latitude) in degrees: the click first, then the numbers typed."""
        dit = self.cleaned_data
        if clic := self.clic():
            x, y, cote = clic
            lu = {"lat": dit["clat"] or "", "lon": dit["clon"] or "", "zoom": dit["zoom"] or 0}
            return SurCarte.lue({nom: str(valeur) for nom, valeur in lu.items()}).point(x, y, cote)
        return None if dit["lat"] is None else (dit["lon"], dit["lat"])

    def dossier(self) -> int | None:
        """The dossier that waits for this place; its rights are checked when the place is added."""
        pk = self.data.get("dossier", "")
        return int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
