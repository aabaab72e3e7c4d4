"""The campaign in one page: asked on the dashboard, or sent on Monday to who chose it."""

import hashlib
from datetime import date, datetime
from typing import BinaryIO

from django.db import models, transaction
from django.template.loader import render_to_string

from appels.instruction import courriels, tableau
from appels.instruction.actions import exports
from appels.models import Appel, Dossier, Export, FormatExport, GenreExport
from appels.models.appel import le_plus_actuel
from appels.socle import fabrique, pdf
from partenaires.concertation import file
from partenaires.models import Appartenance, Utilisateur
from partenaires.socle import droits
from quartiers import geographie, horloge
from quartiers.horloge import a_paris
from quartiers.models import Parution

HEURE = 6  # of Monday, in Paris
LUNDI = "lundi"  # in what an export is made of: it leaves by mail once made


@transaction.atomic
def demander(appel: Appel, *, par: Utilisateur, recu_le: datetime, lundi: str = "") -> Export:
    """The page to come, as this person counts the campaign; `lundi`: the Monday it is sent for."""
    return exports.a_venir(
        Export(
            genre=GenreExport.CAMPAGNE,
            format=FormatExport.PDF,
            appel=appel,
            filtres={LUNDI: lundi} if lundi else {},
            total=1,
            demande_par=par,
            demande_le=recu_le,
        )
    )


@fabrique.ecrit(GenreExport.CAMPAGNE)
def ecrire(export: Export, fichier: BinaryIO) -> None:
    """The same counts as the page, at the instant when it is made."""
    assert export.appel  # a campaign is asked with its call
    personne = export.demande_par
    instant = horloge.maintenant()
    suivis = Dossier.objects.suivis_pour_le_service(personne)
    lecture = tableau.Lecture(
        suivis=suivis,
        deposes=suivis.deposes(),
        geographie=geographie.lire(Parution.actuelle()),
        lecteur=personne,
        paroles=file.attendent(),
    )
    appels = list(Appel.objects.du_portail())
    lu = tableau.tableau(lecture, export.appel, appels, instant)
    html = render_to_string(
        "pdf/campagne.html",
        {
            "appel": export.appel,
            "t": lu,
            "panneaux": [*lu.demandes, lu.avis, lu.entonnoir, lu.charge],
            "date": instant,
            "marque": pdf.marque(),
        },
    )
    identifiant = hashlib.sha256(html.encode()).hexdigest()[:32]
    fichier.write(pdf.rendre(html, identifiant=identifiant, cree_le=instant.isoformat()))
    deposes = lecture.deposes.filter(appel=export.appel)
    export.contenus = list(deposes.order_by("pk").values_list("pk", flat=True))
    export.faites = 1


@exports.ensuite(GenreExport.CAMPAGNE)
def envoyer(export: Export, fichier: BinaryIO) -> None:
    """By mail, once, when it was made for a Monday; to who is still of the service, and still
    wants it."""
    lundi = export.filtres.get(LUNDI)
    personne = export.demande_par
    est_du_service = personne.is_active and droits.est_agent(personne)
    if not lundi or not personne.recoit_la_campagne or not est_du_service:
        return
    courriels.campagne(export, lundi, fichier.read())


def envoyer_le_lundi(instant: datetime) -> int:
    """On Monday, from six in the morning: a page for each agent who chose it; how many.

    A Monday is claimed on the row of the person, so that running it twice, late or on two machines
    asks once. Whoever chose it later in the day has it the same day.
    """
    local = a_paris(instant)
    if local.weekday() != 0 or local.hour < HEURE:
        return 0
    appel = le_plus_actuel([un for un in Appel.objects.du_portail() if un.est_publie], instant)
    if appel is None:
        return 0
    agents = Appartenance.objects.agents().values("utilisateur")
    candidats = Utilisateur.objects.filter(
        pk__in=agents, is_active=True, recoit_la_campagne=True
    ).order_by("pk")
    return sum(
        _demander_pour(personne, appel, local.date(), instant)
        for personne in candidats.filter(_pas_encore(local.date()))
    )


def _pas_encore(lundi: date) -> models.Q:
    return models.Q(campagne_du__isnull=True) | models.Q(campagne_du__lt=lundi)


@transaction.atomic
def _demander_pour(personne: Utilisateur, appel: Appel, lundi: date, instant: datetime) -> bool:
    """Claim the Monday of this person, and ask the page; false when somebody did."""
    libres = Utilisateur.objects.filter(_pas_encore(lundi), pk=personne.pk, recoit_la_campagne=True)
    if not libres.update(campagne_du=lundi):
        return False
    demander(appel, par=personne, recu_le=instant, lundi=lundi.isoformat())
    return True
