"""Mail is a row written in the transaction of its act; the post task sends it later."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import make_msgid
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from post_office.models import PRIORITY, STATUS, Email

from partenaires.models import (
    Appartenance,
    Cadence,
    Designation,
    Envoi,
    Invitation,
    LigneResume,
    Passation,
    Rectification,
    Service,
    Utilisateur,
)
from partenaires.socle import demonstration, liens
from quartiers import horloge


def ecrire(
    acte: str,
    destinataires: Iterable[str],
    gabarit: str,
    contexte: dict,
    *,
    urgent: bool = True,
    priorite: int = PRIORITY.medium,
    tels_quels: Mapping[str, str] | None = None,
    repondre_a: str = "",
    desabonner: str = "",
) -> list[Envoi]:
    """One mail a recipient from `courriels/<gabarit>_objet.txt` and `_corps.txt`.

    Never twice for an act. What is not urgent waits for the daily summary, but of those who want it
    at once. `priorite`: what leaves first when many wait. `tels_quels`: what `composer` keeps.
    `repondre_a`: where an answer goes, the service when it is empty. `desabonner`: the page that
    stops such mails by one POST (RFC 8058).
    """
    adresses = list(dict.fromkeys(destinataires))
    objet, corps = composer(gabarit, contexte, tels_quels=tels_quels, adresses=adresses)
    html = _en_html(objet, corps)
    entetes = _entetes(repondre_a or Service.actuel().email, desabonner)
    patients = {} if urgent else _patients(adresses)
    for patient in patients.values():
        LigneResume.objects.get_or_create(
            acte=acte,
            destinataire=patient,
            defaults={
                "objet": objet[:300],
                "corps": corps,
                "ecrite_le": horloge.maintenant(),
                "dossier": getattr(contexte.get("dossier"), "pk", None),
            },
        )
    return [
        _poser(acte, adresse, objet, corps, html, priorite, entetes)
        for adresse in adresses
        if adresse not in patients
    ]


def _patients(adresses: list[str]) -> dict[str, Utilisateur]:
    """Among these addresses, the people who read one summary a day."""
    patients = Utilisateur.objects.filter(email__in=adresses, cadence=Cadence.QUOTIDIENNE)
    return {patient.email: patient for patient in patients}


def composer(
    gabarit: str,
    contexte: dict,
    *,
    tels_quels: Mapping[str, str] | None = None,
    adresses: Iterable[str] = (),
) -> tuple[str, str]:
    """(subject on one line, body), where nothing but our own pages is an address.

    `site` is known by a mark, as what `tels_quels` names: {mark: text already safe}. The addresses
    it goes to stay whole. All the rest was typed by somebody: see `liens`.
    """
    site = liens.marque()
    contexte = {**contexte, "site": site}
    gardes = {**(tels_quels or {}), site: settings.URL_PUBLIQUE}
    objet = render_to_string(f"courriels/{gabarit}_objet.txt", contexte)
    corps = render_to_string(f"courriels/{gabarit}_corps.txt", contexte)
    return (
        une_ligne(liens.sans_lien(objet)),
        liens.rendre_sur(corps, gardes, adresses).strip() + "\n",
    )


def _en_html(objet: str, corps: str) -> str:
    return render_to_string(
        "courriels/enveloppe.html", {"objet": objet, "corps": liens.en_html(corps)}
    )


def _poser(
    acte: str,
    adresse: str,
    objet: str,
    corps: str,
    html: str,
    priorite: int,
    entetes: dict[str, str],
) -> Envoi:
    deja = Envoi.objects.filter(acte=acte, destinataire=adresse).first()
    if deja:
        return deja
    courriel = _enregistrer(adresse, objet, corps, html, priorite, entetes)
    return Envoi.objects.create(
        acte=acte, destinataire=adresse, courriel=courriel, ecrit_le=horloge.maintenant()
    )


def _entetes(repondre_a: str, desabonner: str = "") -> dict[str, str]:
    """A machine wrote it (RFC 3834): no « out of office » answers it; a person knows where to."""
    entetes = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if repondre_a:
        entetes["Reply-To"] = repondre_a
    if desabonner:
        entetes["List-Unsubscribe"] = f"<{settings.URL_PUBLIQUE}{desabonner}>"
        entetes["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return entetes


def _enregistrer(
    adresse: str, objet: str, corps: str, html: str, priorite: int, entetes: dict[str, str]
) -> Email:
    """A queued row with its Message-ID fixed once; texts are kept as they are, no templates."""
    return Email.objects.create(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[adresse],
        subject=demonstration.titre(objet),
        message=demonstration.texte(corps),
        html_message=demonstration.html(html),
        status=STATUS.queued,
        priority=priorite,
        message_id=make_msgid(domain=settings.POST_OFFICE["MESSAGE_ID_FQDN"]),
        headers=entetes,
    )


def une_ligne(texte: str) -> str:
    """A subject cannot add a header: every control character becomes a space."""
    return re.sub(r"[\x00-\x20\x7f\x85\u2028\u2029]+", " ", texte).strip()


class BoiteEnvoi(BaseEmailBackend):
    """What `send_mail` of Django and allauth writes goes to the same outbox, before the rest.

    Account and security: somebody waits in front of a page.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        entetes = _entetes(Service.actuel().email)
        for message in email_messages:
            objet = une_ligne(liens.sans_lien(str(message.subject)))
            corps = liens.sauf_nos_pages(str(message.body))
            for adresse in message.to:
                html = _en_html(objet, corps)
                _enregistrer(adresse, objet, corps, html, PRIORITY.high, entetes)
        return len(email_messages)


def invitation(invitation: Invitation, jeton: str) -> None:
    """The one-time link to join an organisation."""
    ecrire(
        f"invitation-{invitation.pk}",
        [invitation.email],
        "invitation",
        {"invitation": invitation, "jeton": jeton},
        priorite=PRIORITY.high,
    )


def demande_adhesion(appartenance: Appartenance, administrateurs: Iterable[Utilisateur]) -> None:
    """Somebody asks to join: the administrators decide."""
    ecrire(
        f"adhesion-{appartenance.pk}",
        [administrateur.email for administrateur in administrateurs],
        "adhesion",
        {"appartenance": appartenance},
        urgent=False,
    )


def reponse_adhesion(appartenance: Appartenance) -> None:
    """The answer to a request to join."""
    ecrire(
        f"adhesion-reponse-{appartenance.pk}",
        [appartenance.utilisateur.email],
        "adhesion_reponse",
        {"appartenance": appartenance},
        urgent=False,
    )


def depart(appartenance: Appartenance, *, motif: str) -> None:
    """The service noted that this person left an organisation."""
    ecrire(
        f"depart-{appartenance.pk}",
        [appartenance.utilisateur.email],
        "depart",
        {"appartenance": appartenance, "motif": motif},
    )


def acces(appartenance: Appartenance, passation: Passation) -> None:
    """The head of the service changed what this person may do, and why."""
    ecrire(
        f"acces-{passation.pk}",
        [appartenance.utilisateur.email],
        "acces",
        {"appartenance": appartenance, "passation": passation},
    )


def rectification_demandee(rectification: Rectification) -> None:
    """An organisation asks for another name or number: the service looks."""
    agents = Appartenance.objects.agents().filter(utilisateur__is_active=True)
    ecrire(
        f"rectification-{rectification.pk}",
        sorted(set(agents.values_list("utilisateur__email", flat=True))),
        "rectification_demandee",
        {"rectification": rectification},
        urgent=False,
    )


def rectification_tranchee(rectification: Rectification) -> None:
    """Agreed or refused, to who asked."""
    ecrire(
        f"rectification-reponse-{rectification.pk}",
        [rectification.demandee_par.email],
        "rectification_tranchee",
        {"rectification": rectification},
    )


def revendication(
    appartenance: Appartenance, service: Iterable[Utilisateur], anciens: Iterable[Utilisateur]
) -> None:
    """Somebody says that an organisation is theirs: the service looks, its former people hear."""
    ecrire(
        f"revendication-{appartenance.pk}",
        [agent.email for agent in service],
        "revendication",
        {"appartenance": appartenance},
        urgent=False,
    )
    ecrire(
        f"revendication-ancien-{appartenance.pk}",
        [ancien.email for ancien in anciens],
        "revendication_ancien",
        {"appartenance": appartenance},
    )


def qualite_verifiee(appartenance: Appartenance) -> None:
    """The service agrees that this person holds the organisation."""
    ecrire(
        f"qualite-verifiee-{appartenance.pk}",
        [appartenance.utilisateur.email],
        "qualite_verifiee",
        {"appartenance": appartenance},
    )


def qualite_refusee(appartenance: Appartenance) -> None:
    """The service does not, and says why."""
    ecrire(
        f"qualite-refusee-{appartenance.pk}",
        [appartenance.utilisateur.email],
        "qualite_refusee",
        {"appartenance": appartenance},
    )


def suspension(appartenance: Appartenance, *, le: datetime) -> None:
    """What let this person in holds no more: their access waits for an answer."""
    ecrire(
        f"suspension-{appartenance.pk}-{le.isoformat()}",
        [appartenance.utilisateur.email],
        "suspension",
        {"appartenance": appartenance},
    )


def designation(designation: Designation, autres: Iterable[Utilisateur]) -> None:
    """One person of the service proposes to give an organisation: another looks."""
    ecrire(
        f"designation-{designation.pk}",
        [autre.email for autre in autres],
        "designation",
        {"designation": designation},
    )


def contact(service: Service, *, nom: str, email: str, texte: str, page: str, cle: UUID) -> None:
    """A visitor writes to the service; no copy to the address given, which nobody has verified."""
    pour_repondre = liens.marque()  # the form read it: an address, and nothing else
    ecrire(
        f"contact-{cle}",
        [service.email],
        "contact",
        {"nom": nom, "email": pour_repondre, "texte": texte, "page": page},
        tels_quels={pour_repondre: email},
        repondre_a=email,
    )
