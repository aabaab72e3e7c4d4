"""The panels of the campaign: each says its conclusion, draws it, and gives its table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from appels.instruction import noms_courts
from appels.instruction.jauges import Jauge, pour_cent
from appels.models import Appel, Enveloppe
from appels.socle.apports import RIEN
from appels.socle.comptages import Comptes
from partenaires.models import Partenaire, Utilisateur
from quartiers.francais import accorder, en_euros, jour_court, nombre
from quartiers.horloge import a_paris
from quartiers.models import Axe

CENTIMES = 100


@dataclass(frozen=True)
class Panneau:
    """A chart whose title is what it shows, and its table."""

    titre: str
    jauges: list[Jauge] = field(default_factory=list)
    entetes: tuple[str, ...] = ()
    lignes: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""
    teintes: dict[str, int] = field(default_factory=dict)  # {quartier: from 1, light, to 5}


def _liste(appel: Appel, filtre: str, valeur: object) -> str:
    return f"{reverse('appels:instruction')}?appel={appel.pk}&{filtre}={valeur}"


def _part(montant: int, tout: int) -> str:
    return f"{nombre(round(100 * montant / tout))} %" if tout else ""


# --- What is asked, by whom and where -------------------------------------------------------------


def par_axe(appel: Appel, comptes: Comptes) -> Panneau:
    """The amount asked in each axis, the greatest first."""
    par_cle = comptes.de("axe")
    axes = Axe.objects.filter(pk__in=[int(cle) for cle in par_cle])
    rangs = [(axe, par_cle[str(axe.pk)]) for axe in axes]
    rangs.sort(key=lambda rang: (-rang[1].demande, rang[0].nom))
    total = sum(somme.demande for _, somme in rangs)
    haut = max([somme.demande for _, somme in rangs], default=0)
    jauges = []
    lignes: list[tuple[str, ...]] = []
    for axe, somme in rangs:
        demande = en_euros(somme.demande)
        jauges.append(
            Jauge(
                noms_courts.de_l_axe(axe.nom),
                demande,
                accorder(somme.nombre, "dossier"),
                pour_cent(somme.demande, haut),
                adresse=_liste(appel, "axe", axe.pk),
                axe=axe.cle,
            )
        )
        lignes.append((axe.nom, demande, _part(somme.demande, total), nombre(somme.nombre)))
    return Panneau(
        _premier("Par axe", jauges),
        jauges,
        ("Axe", "Demandé", "Part", "Dossiers"),
        lignes,
    )


def _premier(titre: str, jauges: list[Jauge]) -> str:
    """« Par axe : Quartier émancipé en tête », or the plain title when nothing is asked."""
    if not jauges or jauges[0].part == "0":
        return titre
    return f"{titre} : {jauges[0].nom} en tête"


def par_quartier(
    appel: Appel, comptes: Comptes, formes: list[dict[str, Any]]
) -> tuple[Panneau, Panneau]:
    """What is asked in each quartier, and what that makes for each of its residents.

    A project of two quartiers counts in both.
    """
    lus = {int(cle): (somme.nombre, somme.demande) for cle, somme in comptes.de("quartier").items()}
    rangs = [(forme, *lus.get(forme["quartier"].pk, (0, 0))) for forme in formes]
    rangs.sort(key=lambda rang: (-rang[2], str(rang[0]["quartier"])))
    haut = max([somme for *_, somme in rangs], default=0)
    jauges = [
        Jauge(
            noms_courts.du_quartier(str(forme["quartier"])),
            en_euros(somme),
            accorder(combien, "dossier"),
            pour_cent(somme, haut),
            adresse=_liste(appel, "quartier", forme["quartier"].pk),
            silhouette=forme,
        )
        for forme, combien, somme in rangs
    ]
    demande = Panneau(
        _premier("Par quartier", jauges),
        jauges,
        ("Quartier", "Demandé", "Dossiers"),
        [
            (str(forme["quartier"]), en_euros(somme), nombre(combien))
            for forme, combien, somme in rangs
        ],
        "Un dossier mené dans deux quartiers compte dans les deux.",
    )
    return demande, _par_habitant(rangs)


def _par_habitant(rangs: list[tuple[dict[str, Any], int, int]]) -> Panneau:
    """Euros a resident, on the figures of population that the pages of the quartiers give."""
    dits = []
    for forme, _, somme in rangs:
        quartier = forme["quartier"]
        habitants = max(quartier.population, 1)
        dits.append((forme, round(somme / CENTIMES / habitants, 1), quartier.population))
    dits.sort(key=lambda dit: (-dit[1], str(dit[0]["quartier"])))
    haut = max([euros for _, euros, _ in dits], default=0)
    jauges = [
        Jauge(
            noms_courts.du_quartier(str(forme["quartier"])),
            f"{nombre(euros)} €",
            "par habitant",
            pour_cent(round(euros * 10), round(haut * 10)),
            silhouette=forme,
        )
        for forme, euros, _ in dits
    ]
    titre = "Demandé par habitant"
    if jauges and haut:
        titre = f"Par habitant : de {jauges[-1].valeur} à {jauges[0].valeur} demandés"
    return Panneau(
        titre,
        jauges,
        ("Quartier", "Par habitant", "Population"),
        [
            (str(forme["quartier"]), f"{nombre(euros)} €", nombre(population))
            for forme, euros, population in dits
        ],
        teintes={
            forme["quartier"].code: 1 + round(4 * euros / haut) if haut else 1
            for forme, euros, _ in dits
        },
    )


# --- What funders are asked, what they have, what they say ----------------------------------------


def enveloppes(en_vigueur: Mapping[int, Enveloppe], comptes: Comptes) -> Panneau:
    """What each funder is asked, against its envelope when it is known."""
    sommes = {int(cle): somme for cle, somme in comptes.de("finance").items()}
    connues = {
        cle: enveloppe.montant
        for cle, enveloppe in en_vigueur.items()
        if enveloppe.montant is not None
    }
    rangs = []
    for cle, partenaire in Partenaire.objects.in_bulk([*sommes, *connues]).items():
        somme = sommes.get(cle, RIEN)
        nom = noms_courts.du_financeur(partenaire)
        rangs.append(Rang(nom, somme.demande, somme.vote, connues.get(cle)))
    rangs.sort(key=lambda rang: (-rang.demande, rang.nom))
    haut = max([max(rang.demande, rang.enveloppe or 0) for rang in rangs], default=0)
    return Panneau(
        _conclure_des_enveloppes(rangs),
        [_jauge_d_enveloppe(rang, haut) for rang in rangs],
        ("Financeur", "Demandé", "Enveloppe", "Rapport", "Voté"),
        [rang.ligne for rang in rangs],
        "Bleu : couvert par l’enveloppe. Gris : demandé au-delà, ou enveloppe inconnue.",
    )


@dataclass(frozen=True)
class Rang:
    """A funder: what it is asked, what it voted, what it has when that is known. Cents."""

    nom: str
    demande: int
    vote: int
    enveloppe: int | None

    @property
    def ligne(self) -> tuple[str, ...]:
        """Its row of the table."""
        rapport = ""
        if self.enveloppe:
            rapport = nombre(round(self.demande / self.enveloppe, 1))
        return (
            self.nom,
            en_euros(self.demande),
            en_euros(self.enveloppe) or "inconnue",
            rapport,
            en_euros(self.vote),
        )


def _jauge_d_enveloppe(rang: Rang, haut: int) -> Jauge:
    couvert = min(rang.demande, rang.enveloppe or 0)
    au_dela = rang.demande - couvert
    dit = "enveloppe inconnue"
    if rang.enveloppe is not None:
        dit = f"pour {en_euros(rang.enveloppe)}"
    return Jauge(
        rang.nom,
        en_euros(rang.demande),
        dit,
        pour_cent(couvert, haut),
        pour_cent(au_dela, haut) if au_dela else "",
        pour_cent(rang.enveloppe, haut) if rang.enveloppe else "",
    )


def _conclure_des_enveloppes(rangs: list[Rang]) -> str:
    """How many are asked more than they have."""
    connues = [rang for rang in rangs if rang.enveloppe is not None]
    if not connues:
        return "Demandé à chaque financeur : aucune enveloppe connue"
    au_dela = [rang for rang in connues if rang.demande > (rang.enveloppe or 0)]
    if not au_dela:
        return "Chaque enveloppe connue couvre ce qui lui est demandé"
    combien = accorder(len(au_dela), "enveloppe", "enveloppes")
    return f"{combien} sur {nombre(len(connues))} : demandé au-delà"


def avis(appel: Appel, comptes: Comptes, instant: datetime) -> tuple[Panneau, int]:
    """Opinions shared by each funder on what is receivable; and how many are missing."""
    rendus_par = comptes.de("rendu")
    dus = comptes.de("du")
    lus = {}  # {funder: given, awaited}
    for cle in {*rendus_par, *dus}:
        donnes = comptes.un("rendu", cle).nombre
        lus[int(cle)] = (donnes, donnes + comptes.un("du", cle).nombre)
    noms = Partenaire.objects.in_bulk(list(lus))
    rangs = [(noms_courts.du_financeur(noms[cle]), *deux) for cle, deux in lus.items()]
    rangs.sort(key=lambda rang: (rang[1] - rang[2], rang[0]))  # the latest first
    rendus = sum(rang[1] for rang in rangs)
    demandes_en_tout = sum(rang[2] for rang in rangs)
    return (
        Panneau(
            f"{accorder(rendus, 'avis rendu', 'avis rendus')} sur {nombre(demandes_en_tout)}",
            [
                Jauge(nom, nombre(donnes), f"sur {nombre(tous)}", pour_cent(donnes, tous))
                for nom, donnes, tous in rangs
            ],
            ("Financeur", "Rendus", "Attendus"),
            [(nom, nombre(donnes), nombre(tous - donnes)) for nom, donnes, tous in rangs],
            _echeance(appel, instant),
        ),
        demandes_en_tout - rendus,
    )


def _echeance(appel: Appel, instant: datetime) -> str:
    if appel.avis_avant is None:
        return "Aucune échéance n’est donnée aux avis."
    reste = (appel.avis_avant - a_paris(instant).date()).days
    le = jour_court(appel.avis_avant)
    if reste < 0:
        return f"Échéance passée depuis {accorder(-reste, 'jour')}, le {le}."
    return f"Échéance le {le}, dans {accorder(reste, 'jour')}."


# --- The funnel and the load ----------------------------------------------------------------------


def entonnoir(appel: Appel, etapes: list[tuple[str, int, str]]) -> Panneau:
    """From the first drafts to the grants: (words, how many, filter of the list or empty)."""
    haut = max([combien for _, combien, _ in etapes], default=0)
    jauges = [
        Jauge(
            mots,
            nombre(combien),
            part=pour_cent(combien, haut),
            adresse=f"{reverse('appels:instruction')}?appel={appel.pk}&{filtre}" if filtre else "",
        )
        for mots, combien, filtre in etapes
    ]
    premier, depose = etapes[0][1], etapes[1][1]
    titre = "De l’idée au vote"
    if premier:
        titre = f"{accorder(depose, 'déposé')} sur {accorder(premier, 'commencé')}"
    return Panneau(
        titre,
        jauges,
        ("Étape", "Dossiers", "Part"),
        [(mots, nombre(combien), _part(combien, haut)) for mots, combien, _ in etapes],
    )


def charge(appel: Appel, comptes: Comptes) -> Panneau:
    """Dossiers in course that each agent has; those that nobody has, last."""
    nombres = {cle: somme.nombre for cle, somme in comptes.de("charge").items()}
    agents = Utilisateur.objects.in_bulk([int(cle) for cle in nombres if cle])
    confies = [(str(agents[int(cle)]), cle) for cle in nombres if cle]
    confies.sort(key=lambda rang: (-nombres[rang[1]], rang[0]))
    seuls = nombres.get("", 0)
    rangs = confies + ([("Personne", "")] if seuls else [])
    haut = max(nombres.values(), default=0)
    titre = "Chaque dossier en cours a son agent"
    if seuls:
        titre = f"{accorder(seuls, 'dossier')} sans agent"
    elif not rangs:
        titre = "Aucun dossier en cours"
    jauges = []
    for nom, cle in rangs:
        adresse = _liste(appel, "charge", cle or "aucun")
        part = pour_cent(nombres[cle], haut)
        jauges.append(Jauge(nom, nombre(nombres[cle]), "en cours", part, adresse=adresse))
    lignes: list[tuple[str, ...]] = [(nom, nombre(nombres[cle])) for nom, cle in rangs]
    return Panneau(titre, jauges, ("Agent", "Dossiers en cours"), lignes)
