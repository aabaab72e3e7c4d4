"""Every answer to check before attesting, each with the very field where it is written."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from appels.models import Appel, Dossier
from appels.models.contenu import CategorieMoyen
from appels.redaction.guide import HEURES_BENEVOLES
from appels.socle import budget, cerfa, figement, retraits
from appels.socle.balises.appel import lien_de_la_fiche
from partenaires.models import ChampRectifie, Fiche, Partenaire, Utilisateur
from partenaires.organismes.forms.fiche import ESSENTIELS, FicheForm
from partenaires.socle import droits as droits_partenaires
from partenaires.socle import plan_comptable
from quartiers.francais import en_euros, jour, nombre, siret

ATTESTES = {*figement.FICHE_PUBLIQUE, *figement.FICHE_PERSONNES}  # of the sheet
RECTIFIABLES = list(ChampRectifie)
CATEGORIES = {str(categorie.label): categorie.value for categorie in CategorieMoyen}
Vers = Callable[..., str]  # the address of a field of the sheet; empty when nothing leads there


@dataclass(frozen=True)
class Reponse:
    """A question, what is answered, where one changes it; no way there, `lien` is empty."""

    libelle: str
    valeur: str
    lien: str
    de_qui: str = ""  # heard after the question, where its words alone are those of another


@dataclass(frozen=True)
class Groupe:
    """Answers under one title; none over the first ones."""

    titre: str
    reponses: list[Reponse]


def de_l_organisme(
    dossier: Dossier, contenu: dict[str, Any], personne: Utilisateur
) -> list[Groupe]:
    """What is frozen of the organisation: who it is, its sheet, its approvals, its own budget."""
    porteur = dossier.porteur
    fiche = getattr(porteur, "fiche", None) or Fiche(partenaire=porteur)
    est_modifiable = droits_partenaires.peut_modifier_fiche(personne, porteur)

    def vers(champ: str, ancre: str = "") -> str:
        if not est_modifiable:
            return ""
        return lien_de_la_fiche(dossier, champ, ancre or f"id_{champ}", a_verifier=True)

    groupes = [
        Groupe("", list(_identite(porteur, personne, vers))),
        *_sujets(fiche, vers),
        Groupe("Agréments administratifs", list(_agrements(contenu["organisme"], vers))),
        Groupe("Budget de l’organisme", list(_comptes(contenu["organisme"], vers))),
    ]
    return [groupe for groupe in groupes if groupe.reponses]


def _identite(porteur: Partenaire, personne: Utilisateur, vers: Vers) -> Iterator[Reponse]:
    """A name or a number is asked to the service; a number never given is written on the sheet."""
    demande = ""
    if droits_partenaires.est_membre(personne, porteur.pk):
        demande = reverse("partenaires:rectifier", args=[porteur.pk])
    peut_demander = droits_partenaires.peut_administrer(personne, porteur)

    def lien(champ: ChampRectifie) -> str:
        ancre = f"id_champ_{RECTIFIABLES.index(champ)}" if peut_demander else "id_qui_demande"
        return demande and f"{demande}#{ancre}"

    yield Reponse("Nom", porteur.nom, lien(ChampRectifie.NOM))
    numero = siret(porteur.siret) if porteur.siret else ""
    yield Reponse("SIRET", numero, lien(ChampRectifie.SIRET) if numero else vers("siret"))
    if porteur.est_association:
        yield Reponse("RNA", porteur.rna, lien(ChampRectifie.RNA))
    if porteur.commune:
        yield Reponse("Commune", str(porteur.commune), demande and f"{demande}#id_commune")


def _sujets(fiche: Fiche, vers: Vers) -> Iterator[Groupe]:
    """What a deposit asks, answered or not; the rest once it is."""
    form = FicheForm(instance=fiche)
    valeurs = json.loads(figement.canonique({nom: getattr(fiche, nom) for nom in ATTESTES}))
    groupes = [*form.essentiels, *((pli.titre, pli.champs) for pli in form.plis)]
    for titre, champs in groupes:
        reponses = []
        for champ in [champ for champ in champs if champ.name in ATTESTES]:
            libelle, mots = cerfa.reponse(valeurs, champ.name, Fiche)
            if mots or champ.name in ESSENTIELS:
                ancre = champ.id_for_label or f"{champ.auto_id}_0"
                lien = vers(champ.name, ancre)
                reponses.append(Reponse(libelle, mots, lien, de_qui=titre))
        yield Groupe(titre, reponses)


def _agrements(organisme: dict[str, Any], vers: Vers) -> Iterator[Reponse]:
    for rang, (nature, par, le, numero) in enumerate(organisme["agrements"]):
        jour_dit = jour(date.fromisoformat(le)) if le else ""
        mots = ", ".join(dit for dit in (nature, par, jour_dit, numero) if dit)
        yield Reponse(f"Agrément {rang + 1}", mots, vers(f"agrements-{rang}-nature"))


def _comptes(organisme: dict[str, Any], vers: Vers) -> Iterator[Reponse]:
    comptes = plan_comptable.comptes_organisme()
    for code, montant in organisme["budget"]:
        libelle = f"{comptes[code].numero} {comptes[code].libelle}".strip()
        yield Reponse(libelle, en_euros(montant), vers(f"o-{code}"))


def des_lieux(contenu: dict[str, Any], quartiers: dict[str, str], page: str) -> list[Groupe]:
    """Each place, what is said of it one by one, then the people; `page`: where it is written."""
    lieux = [
        Groupe(
            f"Lieu {rang + 1}",
            [
                Reponse(libelle, mots, f"{page}#id_lieux-{rang}-{champ}", f"lieu {rang + 1}")
                for libelle, mots, champ in _lieu(lieu)
            ],
        )
        for rang, lieu in enumerate(contenu["lieux"])
    ]
    sans_lieu = Groupe("", [Reponse("Lieux", "", f"{page}#id_lieux-0-intitule")])
    projet = contenu["projet"]
    personnes = [
        Reponse(*cerfa.reponse(projet, nom), f"{page}#id_{nom}")
        for nom in ("public_vise", "beneficiaires")
    ]
    protege = "Oui" if projet["lieu_protege"] else "Non"
    return [
        *(lieux or [sans_lieu]),
        Groupe(
            "Les personnes et les quartiers",
            [
                Reponse("Un des lieux doit rester secret", protege, f"{page}#id_lieu_protege"),
                *personnes,
                *_publics(contenu, quartiers, page),
                *_parts(contenu, quartiers, page),
            ],
        ),
    ]


def _lieu(lieu: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(question, answer, field)."""
    est_publie = "Oui" if lieu["publiable"] else "Non"
    yield "Nom du lieu", lieu["intitule"], "intitule"
    yield "Adresse", lieu["adresse"], "adresse"
    yield "Adresse publiée si le projet est soutenu", est_publie, "publiable"
    yield "Commune", lieu["commune"], "commune"
    quartier = f"{lieu['nom_quartier']} ({lieu['quartier']})" if lieu["quartier"] else ""
    yield (
        "Quartier prioritaire",
        "\n".join(dit for dit in (quartier, lieu["constat"]) if dit),
        "quartier",
    )
    if None not in (lieu["latitude"], lieu["longitude"]):
        point = f"{nombre(Decimal(lieu['latitude']))} ; {nombre(Decimal(lieu['longitude']))}"
        yield "Point sur la carte", point, "latitude"


def _publics(contenu: dict[str, Any], quartiers: dict[str, str], page: str) -> Iterator[Reponse]:
    """How many people, by quartier, by age, by sex."""
    for dimension, cle, combien in figement.publics_ranges(contenu):
        mots = figement.public_en_clair(dimension, cle, quartiers)
        yield Reponse(mots, nombre(combien), f"{page}#id_{dimension}-{cle}")


def _parts(contenu: dict[str, Any], quartiers: dict[str, str], page: str) -> Iterator[Reponse]:
    """The share of each quartier."""
    for cle, pourcent in contenu["parts"]:
        mots = figement.public_en_clair("qpv", cle, quartiers)
        yield Reponse(f"Part du projet, {mots}", f"{pourcent}\u00a0%", f"{page}#id_part-{cle}")


def des_moyens(appel: Appel, contenu: dict[str, Any], page: str) -> list[Groupe]:
    """The human means, a number and its full-time equivalent; then what the call asks of others."""
    reponses = []
    for categorie, personnes, etpt in contenu["moyens"]:
        for champ, mots, combien in (("nombre", "nombre", personnes), ("etpt", "ETPT", etpt)):
            if combien is not None:
                lien = f"{page}#id_{CATEGORIES[categorie]}-{champ}"
                reponses.append(Reponse(f"{categorie}, {mots}", nombre(Decimal(combien)), lien))
    if not reponses:
        reponses.append(Reponse("Moyens humains", "", f"{page}#id_benevoles-nombre"))
    for nom in ("moyens_materiels", "recrutement_etpt"):
        libelle, mots = cerfa.reponse(contenu["projet"], nom)
        if mots or retraits.est_posee(appel, nom):
            reponses.append(Reponse(libelle, mots, f"{page}#id_{nom}"))
    return [Groupe("", reponses)]


def des_demandes(dossier: Dossier, page: str) -> list[Groupe]:
    """What is asked of each funder, and what becomes of it."""
    reponses = []
    for repere, demande in budget.reperes_des_demandes(dossier.financements.all()):
        dits = (
            ("montant", "montant demandé", en_euros(demande.montant or 0)),
            ("etat", "où en est la demande", demande.get_etat_display()),
            ("droit_commun", "droit commun", en_euros(demande.droit_commun)),
            ("credits_contrat", "crédits du contrat", en_euros(demande.credits_contrat)),
            ("commentaire", "commentaire", demande.commentaire),
        )
        for champ, libelle, mots in dits:
            if mots:
                lien = f"{page}#id_{repere}-{champ}"
                reponses.append(Reponse(f"{demande.nom}, {libelle}", mots, lien))
    return [Groupe("Demandes aux financeurs", reponses)] if reponses else []


def situer(plan: list[dict[str, Any]], dossier: Dossier) -> list[dict[str, Any]]:
    """The lines of the plan, each with its `champ`: funders, accounts, lines of one's own, hours.

    `plan`: what `figement.lignes_du_plan` gives of this very dossier.
    """
    champs = list(_champs_des_lignes(dossier))
    demandes = [repere for repere, _ in budget.reperes_des_demandes(dossier.financements.all())]
    return [
        {
            **bloc,
            "lignes": [
                {**ligne, "champ": _champ_de(ligne, champs, demandes)} for ligne in bloc["lignes"]
            ],
        }
        for bloc in plan
    ]


def _champ_de(ligne: dict[str, Any], champs: list[str], demandes: list[str]) -> str:
    if ligne["est_demande"]:
        return f"{demandes[ligne['rang']]}-montant"
    return champs[ligne["rang"]]


def _champs_des_lignes(dossier: Dossier) -> Iterator[str]:
    """The field of each saved line, in their order."""
    benevolat = getattr(dossier, "benevolat", None)
    est_valorise = benevolat is not None and None not in (benevolat.heures, benevolat.valeur)
    ajoutees = 0
    for ligne in dossier.lignes.all():
        if ligne.libelle:
            yield f"a-{ajoutees}-montant"
            ajoutees += 1
        elif est_valorise and ligne.code in HEURES_BENEVOLES:
            yield "b-heures"
        else:
            yield f"c-{ligne.code}"
