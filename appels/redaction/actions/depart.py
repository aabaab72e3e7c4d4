"""A draft begun without an account: kept by one mail, poured in a dossier once signed in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from appels.models import Appel, ChoixDeLigne, Depart, Dossier, Lieu, NomPartie
from appels.redaction.actions import redaction
from appels.socle import courriels, reveil
from appels.socle.verrous import AppelFerme
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle import comptes
from partenaires.socle.refus import Refus
from quartiers.models import Axe, Quartier

Reponses = dict[str, Any]  # the six answers, as JSON keeps them


class AutreAdresse(Refus):
    """The draft was kept for somebody else's address."""

    phrase = (
        "Ce brouillon attend une autre adresse que celle de votre compte. Déconnectez-vous, puis "
        "suivez de nouveau le lien du courriel."
    )


@dataclass(frozen=True)
class Versement:
    """Where the answers went; `laissees`: in words, those that found no place there, and why."""

    dossier: Dossier
    laissees: list[str] = field(default_factory=list)


@transaction.atomic
def garder(adresse: str, reponses: Reponses, *, appel: Appel | None, recu_le: datetime) -> Depart:
    """Keep the answers and write to the address: the page says the same whoever it is.

    `appel`: the one that the page spoke of. Raises `AppelFerme`: the link would lead to no dossier.
    """
    if appel is None or not appel.est_ouvert(recu_le):
        raise AppelFerme
    depart = Depart.objects.create(
        adresse=adresse, reponses=reponses, appel=appel, garde_le=recu_le
    )
    courriels.ecrire(
        f"depart-{depart.pk}",
        [adresse],
        "brouillon_garde",
        {
            "depart": depart,
            "ferme_le": appel.ferme_le,
            "a_un_compte": comptes.prouve(adresse) is not None,
            "site": settings.URL_PUBLIQUE,
        },
    )
    reveil.apres_commit("appels.envoyer_courriels")
    return depart


@transaction.atomic
def ouvrir_le_compte(depart: Depart, *, prenom: str, nom: str, mot_de_passe: str) -> Utilisateur:
    """The link has proved the address. Raises `CompteFerme`, `CompteExistant`."""
    verrouille = Depart.objects.select_for_update().get(pk=depart.pk)
    if comptes.prouve(verrouille.adresse):
        raise CompteExistant
    return comptes.ouvrir(verrouille.adresse, prenom=prenom, nom=nom, mot_de_passe=mot_de_passe)


class CompteExistant(Refus):
    """Opened meanwhile by the same link."""

    phrase = "Votre compte est déjà ouvert : connectez-vous, vous reviendrez ici."


@transaction.atomic
def verser(
    depart: Depart, appel: Appel, porteur: Partenaire, *, par: Utilisateur, recu_le: datetime
) -> Versement:
    """The draft, begun with the answers; the same one when the link is followed twice, or that of
    another mail which carried the very same answers.

    Raises `AutreAdresse`, `AppelFerme`.
    """
    # All those of the address, in one order: two links followed at once wait for each other
    siens = Depart.objects.select_for_update().filter(adresse=depart.adresse).order_by("pk")
    verrouilles = {sien.pk: sien for sien in siens}
    verrouille = verrouilles[depart.pk]
    if verrouille.adresse.lower() not in comptes.adresses_prouvees(par):
        raise AutreAdresse
    if verrouille.dossier is not None:
        return Versement(verrouille.dossier)
    if not appel.est_ouvert(recu_le):
        raise AppelFerme
    reponses = verrouille.reponses
    dossier = redaction.creer(
        appel,
        porteur,
        intitule=reponses.get("intitule", ""),
        cle=verrouille.cle,
        par=par,
        recu_le=recu_le,
    )
    laissees = _remplir(dossier, reponses)
    for autre in verrouilles.values():
        if autre.dossier_id is None and autre.reponses == reponses:
            autre.dossier = dossier
            autre.reponses = {}
            autre.save()
    return Versement(dossier, laissees)


def _remplir(dossier: Dossier, reponses: Reponses) -> list[str]:
    """Each answer in its part; what the call does not open is left to be chosen, and said."""
    laissees = []
    repondu = Axe.objects.filter(pk=reponses.get("axe") or 0).first()
    if repondu is not None and not dossier.appel.axes.filter(pk=repondu.pk).exists():
        laissees.append(
            f"l’axe « {repondu} », que l’appel {dossier.appel.annee} n’ouvre pas : choisissez-en "
            f"un dans « {NomPartie.PROJET.label} »"
        )
    elif reponses.get("axe") and repondu is None:
        laissees.append(f"l’axe, qui n’existe plus : « {NomPartie.PROJET.label} » le demande")
    else:
        dossier.axe = repondu
    dossier.public_vise = reponses.get("public_vise", "")
    dossier.debut_le = _jour(reponses.get("debut_le"))
    dossier.fin_le = _jour(reponses.get("fin_le"))
    dossier.save()
    quartier = Quartier.objects.filter(code=reponses.get("quartier") or "").first()
    if quartier:
        Lieu.objects.create(dossier=dossier, quartier=quartier)
    elif reponses.get("quartier"):
        laissees.append(f"le quartier, qui n’existe plus : « {NomPartie.LIEUX.label} » le demande")
    if reponses.get("montant") is not None:  # zero is an answer, empty is none
        ChoixDeLigne.objects.create(
            dossier=dossier, cle=ChoixDeLigne.PREVU, montant=reponses["montant"]
        )
    return laissees


def _jour(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None


def oublier(instant: datetime) -> None:
    """What nobody came for, and the addresses of what was poured."""
    Depart.objects.passes(instant).delete()
