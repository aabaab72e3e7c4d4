"""The dates of the calls for machines: iCalendar (RFC 5545), JSON; the same rows as the page."""

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from appels.models import Appel
from partenaires.socle import demonstration
from quartiers.horloge import a_paris

NOM = "Appel à projets du Contrat de Ville du Grand Arras"
DOMAINE = settings.URL_PUBLIQUE.split("//")[-1].split("/")[0].split(":")[0]


def etapes(appel: Appel) -> list[tuple[str, str, datetime]]:
    """(key, name, instant) of the dates that the service has given."""
    dates = [("ouverture", "Ouverture", appel.ouvre_le), ("cloture", "Clôture", appel.ferme_le)]
    return [(cle, nom, quand) for cle, nom, quand in dates if quand]


def en_ical(appels: list[Appel], parue_le: datetime) -> bytes:
    """Each date as an event with TZID Europe/Paris; SEQUENCE grows when a date changes."""
    calendrier = Calendar()
    calendrier.add("prodid", "-//Coeur de Quartier//Appel a projets//FR")
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    calendrier.add("x-wr-calname", demonstration.titre(NOM))
    for appel in appels:
        for cle, nom, quand in etapes(appel):
            calendrier.add_component(_evenement(appel, cle, nom, a_paris(quand), parue_le))
        for cle, nom, jour in appel.phases():
            if jour:
                calendrier.add_component(_evenement(appel, cle, nom, jour, parue_le))
    calendrier.add_missing_timezones(first_date=date(2024, 1, 1), last_date=date(2036, 1, 1))
    return calendrier.to_ical()


def _evenement(
    appel: Appel, cle: str, nom: str, quand: datetime | date, parue_le: datetime
) -> Event:
    """An instant on a Paris clock, or a whole day."""
    evenement = Event()
    evenement.add("uid", f"{cle}-{appel.repere}@{DOMAINE}")
    evenement.add("dtstamp", appel.dates_le or parue_le)
    evenement.add("sequence", appel.sequence)
    evenement.add("dtstart", quand)
    evenement.add("summary", demonstration.titre(f"{appel.titre} : {nom.lower()}"))
    evenement.add("url", adresse(appel))
    if demonstration.mention():
        evenement.add("description", demonstration.mention())
    evenement.add("transp", "TRANSPARENT")
    return evenement


def adresse(appel: Appel) -> str:
    """Of its page, whole: what reads it is elsewhere."""
    return f"{settings.URL_PUBLIQUE}{reverse('appels:appel_annee', args=[appel.repere])}"


def en_donnees(appels: list[Appel], instant: datetime) -> list[dict[str, object]]:
    """What a program needs of each published call; instants in ISO 8601 with their Paris offset."""
    return [
        {
            "annee": appel.annee,
            "repere": appel.repere,
            "titre": appel.titre,
            "adresse": adresse(appel),
            "regime": appel.regime,
            "ouvre_le": appel.ouvre_le and a_paris(appel.ouvre_le).isoformat(),
            "ferme_le": appel.ferme_le and a_paris(appel.ferme_le).isoformat(),
            **{f"{cle}_le": jour and jour.isoformat() for cle, _nom, jour in appel.phases()},
            "est_ouvert": appel.est_ouvert(instant),
            "fuseau": "Europe/Paris",
        }
        for appel in appels
    ]
