"""One function a mail: rows written in the transaction of the act, sent later."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from post_office.models import Attachment

from appels.models import (
    Appel,
    Cote,
    Dossier,
    Mention,
    Message,
    Piece,
    Prolongation,
    Rappel,
    Recepisse,
    Version,
)
from appels.models.dossiers import lit_en_membre as lit
from appels.socle import suivi
from appels.socle.completude import Manque
from appels.socle.droits import REDIGENT
from appels.socle.retraits import Retire
from partenaires.models import Appartenance, Envoi, Partenaire, Role, Utilisateur
from partenaires.socle import courriels
from quartiers.horloge import a_paris
from quartiers.models import Sceau


def ecrire(
    acte: str,
    destinataires: Iterable[str],
    gabarit: str,
    contexte: dict[str, Any],
    *,
    urgent: bool = True,
) -> list[Envoi]:
    """One mail a recipient, never twice for an act, and the dossiers that it names."""
    envois = courriels.ecrire(acte, destinataires, gabarit, contexte, urgent=urgent)
    nommes = {dossier.pk for valeur in contexte.values() for dossier in _nommes(valeur)}
    mentions = [Mention(envoi=envoi, dossier_id=pk) for envoi in envois for pk in sorted(nommes)]
    Mention.objects.bulk_create(mentions, ignore_conflicts=True)
    return envois


def _nommes(valeur: object) -> Iterator[Dossier]:
    """The dossiers of a value that a template says: itself, what belongs to one, a list of them."""
    if isinstance(valeur, Dossier):
        yield valeur
    elif isinstance(valeur, list | tuple):
        for element in valeur:
            yield from _nommes(element)
    elif isinstance(getattr(valeur, "dossier", None), Dossier):
        yield valeur.dossier  # type: ignore[attr-defined]


def signature(dossier: Dossier, signataire: Utilisateur, *, par: Utilisateur) -> None:
    """The dossier is ready but not deposited: the signatory must attest."""
    demandee_le = dossier.signature_demandee_le
    acte = f"signature-{dossier.pk}-{demandee_le.isoformat() if demandee_le else ''}"
    avant_le = dossier.echeance(demandee_le) if demandee_le else dossier.ferme_le
    ecrire(
        acte,
        [signataire.email],
        "signature",
        {"dossier": dossier, "par": par, "avant_le": avant_le},
    )


def enregistrement(version: Version) -> None:
    """At once, to the address that deposited (CRPA R112-11-2 and R112-11-3)."""
    ecrire(
        f"enregistrement-{version.dossier_id}-{version.figee_le.isoformat()}",
        destinataires(version),
        "enregistrement",
        {
            "dossier": version.dossier,
            "version": version,
            "suivi": suivi.pour_l_organisme(version.dossier, version.figee_le),
        },
    )


def destinataires(version: Version) -> list[str]:
    """Who deposited; for a request received on paper, the organisation's representative too."""
    adresses = [version.figee_par.email]
    if version.dossier.est_sur_papier:
        adresses += _representant(version.dossier)
    return [adresse for adresse in adresses if adresse]


def _representant(dossier: Dossier) -> list[str]:
    """The address of who represents the organisation, once its sheet is begun; it may be empty."""
    fiche = getattr(dossier.porteur, "fiche", None)
    return [fiche.representant_email] if fiche else []


def retrait(dossier: Dossier, *, par: Utilisateur, le: datetime) -> None:
    """To who deposited and to who withdraws: what was done, what remains."""
    ecrire(
        f"retrait-{dossier.pk}",
        qui_lit(dossier, [dossier.depose_par, par]),
        "retrait",
        {"dossier": dossier, "par": par, "le": le},
    )


def lecteurs(dossier: Dossier, *roles: Role) -> list[str]:
    """The members who hold one of these roles and may read it; nobody who has left.

    A member may be kept from one: begun by a claimant whom the service refused, or before a
    claimant was verified. No mail tells it either.
    """
    return sorted(_lecteurs([dossier], roles)[dossier.pk])


def _lecteurs(dossiers: Sequence[Dossier], roles: Iterable[str]) -> dict[int, set[str]]:
    """{dossier: addresses}; two queries, however many dossiers and members."""
    membres = (
        Appartenance.objects.actives()
        .avec_role(*roles)
        .filter(
            partenaire__in={dossier.porteur_id for dossier in dossiers}, utilisateur__is_active=True
        )
        .select_related("utilisateur", "garant")
    )
    par_porteur: dict[int, list[Appartenance]] = defaultdict(list)
    for membre in membres:
        par_porteur[membre.partenaire_id].append(membre)
    lus = {}
    for dossier in Dossier.objects.avec_son_auteur_ecarte([dossier.pk for dossier in dossiers]):
        lecteurs = (membre for membre in par_porteur[dossier.porteur_id] if lit(membre, dossier))
        lus[dossier.pk] = {membre.utilisateur.email for membre in lecteurs}
    return lus


def equipe(dossier: Dossier) -> list[str]:
    """The writers of the organisation who read the dossier.

    Its representative too for a request on paper, and where nobody writes.
    """
    return _equipes([dossier])[dossier.pk]


def _equipes(dossiers: Sequence[Dossier]) -> dict[int, list[str]]:
    """{dossier: the addresses of its team}."""
    connus = {dossier.pk: dossier for dossier in dossiers}
    equipes = {}
    for pk, adresses in _lecteurs(dossiers, REDIGENT).items():
        dossier = connus[pk]
        if dossier.est_sur_papier or (not adresses and not _est_tenu(dossier)):
            adresses |= set(_representant(dossier))
        equipes[pk] = sorted(adresse for adresse in adresses if adresse)
    return equipes


def _est_tenu(dossier: Dossier) -> bool:
    """Somebody writes for the organisation, who may read this dossier or not."""
    tenants = dossier.porteur.appartenances.actives().avec_role(*REDIGENT)
    return tenants.filter(utilisateur__is_active=True).exists()


def par_lecteurs(dossiers: Iterable[Dossier]) -> list[tuple[list[str], set[int]]]:
    """(addresses, the dossiers that all of them read): one mail names no other."""
    lus: dict[str, set[int]] = defaultdict(set)
    for pk, adresses in _equipes(list(dossiers)).items():
        for adresse in adresses:
            lus[adresse].add(pk)
    groupes: dict[frozenset[int], list[str]] = defaultdict(list)
    for adresse, cles in lus.items():
        groupes[frozenset(cles)].append(adresse)
    return [(sorted(adresses), set(cles)) for cles, adresses in groupes.items()]


def appel_change(
    appel: Appel,
    adresses: list[str],
    brouillons: list[tuple[Dossier, list[Retire]]],
    *,
    message: str,
) -> None:
    """What its drafts hold and the call no longer offers, to one organisation; once a list."""
    dits = "|".join(
        f"{brouillon.pk}:{retire.nom}" for brouillon, retires in brouillons for retire in retires
    )
    acte = f"appel-change-{appel.pk}-{sha256(f'{dits}|{message}'.encode()).hexdigest()[:24]}"
    contexte = {"appel": appel, "brouillons": brouillons, "message": message}
    ecrire(acte, adresses, "appel_change", contexte)


def composer_appel_change(
    appel: Appel, brouillons: list[tuple[Dossier, list[Retire]]]
) -> tuple[str, str]:
    """(subject, body) of the same mail, to be read before it leaves."""
    contexte = {"appel": appel, "brouillons": brouillons, "message": ""}
    return courriels.composer("appel_change", contexte)


def qui_lit(dossier: Dossier, gens: Iterable[Utilisateur | None]) -> list[str]:
    """The addresses of those who still read it: who left, closed their account, is limited
    elsewhere or stepped aside hears nothing more of a dossier.
    """
    return sorted(
        {
            personne.email
            for personne in gens
            if personne
            and personne.is_active
            and Dossier.objects.visibles_par(personne).filter(pk=dossier.pk).exists()
        }
    )


def agents_charges(dossier: Dossier, *autres: Utilisateur) -> list[str]:
    """The addresses of who has it in charge, and of these; of who reads it when none is left."""
    agents = _personnes(Appartenance.objects.agents())
    charges = agents.filter(pk__in=[un.pk for un in (dossier.confie_a, *autres) if un])
    return _adresses_des_lecteurs(dossier, charges) or _adresses_des_lecteurs(dossier, agents)


def irrecevable(dossier: Dossier, *, motif: str, le: datetime) -> None:
    """Not receivable, and why."""
    ecrire(
        f"irrecevable-{dossier.pk}-{le.isoformat()}",
        equipe(dossier),
        "irrecevable",
        {"dossier": dossier, "motif": motif, "le": le},
    )


def reexamen(dossier: Dossier, *, motif: str, le: datetime) -> None:
    """The service takes back that it was not receivable."""
    ecrire(
        f"reexamen-{dossier.pk}-{le.isoformat()}",
        equipe(dossier),
        "reexamen",
        {"dossier": dossier, "motif": motif},
    )


def message(message: Message) -> None:
    """A message waits: to the organisation, or to the agent in charge, else to the service."""
    dossier = message.dossier
    adresses = equipe(dossier) if message.cote == Cote.SERVICE else agents_charges(dossier)
    ecrire(
        f"message-{message.pk}",
        sorted(adresses),
        "message",
        {"dossier": dossier, "message": message},
        urgent=message.cote == Cote.SERVICE,
    )


def _adresses_des_lecteurs(dossier: Dossier, agents: Iterable[Utilisateur]) -> list[str]:
    """Of those agents who read a dossier: within their perimeter, neither stepped aside nor
    members.
    """
    return sorted(
        agent.email
        for agent in agents
        if Dossier.objects.lus_pour_le_service(agent).filter(pk=dossier.pk).exists()
    )


def _personnes(appartenances: QuerySet[Appartenance]) -> QuerySet[Utilisateur]:
    """The people of these memberships, each once."""
    return Utilisateur.objects.filter(is_active=True, pk__in=appartenances.values("utilisateur"))


def qui_instruit(dossier: Dossier, financeurs: Iterable[int]) -> list[str]:
    """The addresses of the people of these funders who read it."""
    adresses = []
    for personne in _personnes(Appartenance.objects.financeurs().filter(partenaire__in=financeurs)):
        if Dossier.objects.instruits_par(personne).filter(pk=dossier.pk).exists():
            adresses.append(personne.email)
    return adresses


def avis_attendus(
    appel: Appel, financeur: Partenaire, personne: Utilisateur, combien: int, le: datetime
) -> bool:
    """To a person who gives the opinion of a funder, once a day; False when told today already."""
    acte = f"avis-attendus-{appel.pk}-{financeur.pk}-{a_paris(le):%Y-%m-%d}"
    if Envoi.objects.filter(acte=acte, destinataire=personne.email).exists():
        return False
    ecrire(
        acte,
        [personne.email],
        "avis_attendus",
        {"appel": appel, "financeur": financeur, "combien": combien},
    )
    return True


def prolongation(prolongation: Prolongation, adresses: Iterable[str]) -> None:
    """The closing is put off: to everybody who has a draft."""
    ecrire(
        f"prolongation-{prolongation.pk}", adresses, "prolongation", {"prolongation": prolongation}
    )


def recepisse(recepisse: Recepisse, contenu: bytes) -> None:
    """The paper itself, when it is ready."""
    dossier = recepisse.version.dossier
    envois = ecrire(
        f"recepisse-{recepisse.pk}",
        destinataires(recepisse.version),
        "recepisse",
        {"dossier": dossier, "recepisse": recepisse},
    )
    piece = Attachment(name=recepisse.nom, mimetype="application/pdf")
    piece.file.save(f"{recepisse.sha256[:16]}.pdf", ContentFile(contenu))
    for envoi in envois:
        envoi.courriel.attachments.add(piece)


def rappel(rappel: Rappel, manques: list[Manque]) -> None:
    """Not deposited yet: what is missing, until when."""
    acte = f"rappel-{rappel.dossier_id}-{rappel.echeance.isoformat()}-{rappel.palier}"
    ecrire(
        acte,
        rappel.destinataires,
        "rappel",
        {
            "dossier": rappel.dossier,
            "avant_le": rappel.echeance,
            "manques": manques,
            "pour_signature": rappel.pour_signature,
        },
    )


def dauphin(rappel: Rappel) -> None:
    """Deposited here, not received on Dauphin as far as we were told."""
    ecrire(
        f"dauphin-{rappel.dossier_id}-{rappel.palier}",
        rappel.destinataires,
        "dauphin",
        {"dossier": rappel.dossier},
        urgent=False,
    )


def non_depose(rappel: Rappel) -> None:
    """The closing came before the deposit: said once, with what remains."""
    ecrire(
        f"non-depose-{rappel.dossier_id}-{rappel.echeance.isoformat()}",
        rappel.destinataires,
        "non_depose",
        {"dossier": rappel.dossier, "ferme_le": rappel.echeance},
    )


def affectation(
    dossiers: list[Dossier], agent: Utilisateur, *, par: Utilisateur, le: datetime
) -> None:
    """To an agent: the dossiers that somebody else gave in charge."""
    ecrire(
        f"affectation-{agent.pk}-{le.isoformat()}-{dossiers[0].pk}",
        [agent.email],
        "affectation",
        {"dossiers": dossiers, "par": par},
        urgent=False,
    )


def nouvelle_demande(rappel: Rappel) -> None:
    """A deposit: to the funders that it asks and to the service, each within its perimeter."""
    ecrire(
        f"nouvelle-demande-{rappel.pk}",
        rappel.destinataires,
        "nouvelle_demande",
        {"dossier": rappel.dossier},
        urgent=False,
    )


def piece_refusee(piece: Piece) -> None:
    """The antivirus refused a file: who gave it must give another, or who writes since."""
    adresses = qui_lit(piece.dossier, [piece.ajoutee_par]) or equipe(piece.dossier)
    ecrire(f"piece-refusee-{piece.pk}", adresses, "piece_refusee", {"piece": piece})


def sceau(sceau: Sceau) -> None:
    """The head of the day, out of the server: to the heads of the service and where it is kept."""
    responsables = (
        Appartenance.objects.actives()
        .avec_role(Role.RESPONSABLE)
        .filter(utilisateur__is_active=True)
    )
    adresses = {*responsables.values_list("utilisateur__email", flat=True)}
    adresses |= set(settings.ADRESSES_DU_SCEAU)
    ecrire(f"sceau-{sceau.jour}", sorted(adresses), "sceau", {"sceau": sceau})
