"""« Suis-je dans un QPV ? »: what is answered to a form that was filled rightly."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from appels.public.forms.situer import SituerForm
from quartiers import geocodeur
from quartiers.models import Quartier
from quartiers.situation import Situation, situer


@dataclass(frozen=True)
class Reponse:
    """Where one point stands, or the addresses found; `panne`: the geocoder did not answer."""

    situation: Situation | None = None
    adresses: list[tuple[geocodeur.Adresse, Situation]] = field(default_factory=list)
    panne: bool = False

    @property
    def est_vide(self) -> bool:
        return self.situation is None and not self.adresses and not self.panne


def repondre(form: SituerForm, quartiers: Iterable[Quartier]) -> Reponse:
    """The point first; an address is asked of the geocoder only when there is none."""
    if point := form.point():
        return Reponse(situation=situer(*point, quartiers))
    texte = form.cleaned_data["adresse"]
    if not texte:
        return Reponse()
    try:
        trouvees = geocodeur.chercher(texte)
    except geocodeur.GeocodeurIndisponible:
        return Reponse(panne=True)
    adresses = [
        (adresse, situer(adresse.longitude, adresse.latitude, quartiers)) for adresse in trouvees
    ]
    return Reponse(adresses=adresses)
