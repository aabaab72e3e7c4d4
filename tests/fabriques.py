"""One plain function a model: rows that are valid, and nothing more."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from allauth.account.models import EmailAddress

from appels.decision import lettres as regles
from appels.decision.actions import lettres, publications
from appels.demonstration import dossiers, exemple
from appels.depot import attestations
from appels.depot.actions import depot
from appels.instruction.actions import campagne, examen
from appels.models import (
    Appel,
    DocumentDemande,
    Dossier,
    Financement,
    FinanceurAppel,
    Lettre,
)
from partenaires.models import (
    Appartenance,
    Cadence,
    Fiche,
    Genre,
    Partenaire,
    Role,
    Service,
    Utilisateur,
)
from quartiers.models import Axe, Document, Parution

OUVERTURE = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
FERMETURE = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)  # noon in Paris
PENDANT = datetime(2026, 11, 10, 9, 30, 7, tzinfo=UTC)
MOT_DE_PASSE = "une phrase assez longue"
suite = count(10_001)  # a name never holds what reads as a year


def creer_utilisateur(email: str = "", **champs) -> Utilisateur:
    email = email or f"personne{next(suite)}@example.org"
    champs = {"cadence": Cadence.IMMEDIATE, **champs}  # a mail a message, so that tests see each
    utilisateur = Utilisateur.objects.create_user(email, MOT_DE_PASSE, **champs)
    EmailAddress.objects.create(
        user=utilisateur, email=utilisateur.email, verified=True, primary=True
    )
    return utilisateur


def creer_association(**champs) -> Partenaire:
    rang = next(suite)
    champs = {
        "nom": f"Association d’essai {rang}",
        "siret": exemple.siret_fictif(rang),
        "rna": f"W{rang:09d}",
        **champs,
    }
    organisme = Partenaire.objects.create(genre=Genre.ASSOCIATION, cree_le=OUVERTURE, **champs)
    Fiche.objects.create(
        partenaire=organisme,
        objet_social="Essai",
        adresse="1 rue de l’Essai",
        code_postal="62000",
        ville="Arras",
        representant_prenom="Ada",
        representant_nom="Essai",
        representant_fonction="Présidente",
        representant_telephone="0321000000",
        representant_email="ada@example.org",
    )
    return organisme


def creer_membre(organisme: Partenaire, *roles: Role, **champs) -> Utilisateur:
    """A member with these roles; a writer when none is said."""
    utilisateur = champs.pop("utilisateur", None) or creer_utilisateur()
    Appartenance.objects.create(
        utilisateur=utilisateur,
        partenaire=organisme,
        roles=set(roles) or {Role.REDACTEUR},
        qualite="Présidence",
        **{"demandee_le": OUVERTURE, "acceptee_le": OUVERTURE, **champs},
    )
    return utilisateur


def creer_signataire(organisme: Partenaire) -> Utilisateur:
    return creer_membre(organisme, Role.SIGNATAIRE)


def creer_agent(role: Role = Role.AGENT) -> Utilisateur:
    return creer_membre(Partenaire.objects.get(genre=Genre.CUA), role)


def creer_financeur(genre: Genre = Genre.CAF) -> Utilisateur:
    return creer_membre(Partenaire.objects.get(genre=genre), Role.AVIS_FINANCEUR)


def creer_appel(annee: int = 2027, **champs) -> Appel:
    appel = Appel.objects.create(
        annee=annee,
        **{
            "titre": f"Appel à projets {annee}",
            "est_publie": True,
            "ouvre_le": OUVERTURE,
            "ferme_le": FERMETURE,
            **champs,
        },
    )
    appel.axes.set(Axe.objects.all())
    DocumentDemande.objects.create(
        appel=appel,
        libelle="Relevé d’identité bancaire (RIB)",
        exigence="obligatoire",
        est_bancaire=True,
    )
    DocumentDemande.objects.create(
        appel=appel, libelle="Comptes approuvés", exigence="recevabilite"
    )
    for rang, (genre, sous_poste) in enumerate(
        [("etat", "74etat"), ("cua", "74epci"), ("caf", "74orgasoc"), ("region", "74region")]
    ):
        FinanceurAppel.objects.create(
            appel=appel,
            sous_poste=sous_poste,
            position=rang,
            partenaire=Partenaire.objects.get(genre=genre, est_signataire=True),
        )
    campagne.completer_les_regles(appel)
    Parution.avancer(PENDANT)
    return appel


def creer_document(**champs) -> Document:
    """A published document with its file and its words."""
    document = Document(
        **{
            "cle": f"document-{next(suite)}",
            "titre": "Règlement d’essai",
            "est_publie": True,
            "texte": "Article 1. Essai.",
            "date": OUVERTURE.date(),
            **champs,
        }
    )
    document.ranger("reglement.pdf", "application/pdf", dossiers.pdf_fictif("Règlement"))
    document.save()
    Parution.avancer(PENDANT)
    return document


def admettre(dossier: Dossier) -> Dossier:
    """Receivable, so that its funders may decide."""
    examen.admettre(dossier, par=creer_agent(), recu_le=PENDANT)
    dossier.refresh_from_db()
    return dossier


def creer_accord(dossier: Dossier, genre: Genre = Genre.CAF, montant: int = 100_000) -> Financement:
    """What a funder grants to a dossier that asks it, in cents."""
    accord = dossier.financements.get(partenaire__genre=genre)
    accord.decision = "accorde"
    accord.montant_vote = montant
    accord.decide_le = PENDANT.date()
    accord.prononcer(par=creer_agent(), le=PENDANT)
    return accord


def creer_lettre(financement: Financement, **champs) -> Lettre:
    """The letter that tells a decision, released unless said otherwise."""
    par = creer_agent(Role.RESPONSABLE)
    textes = {"objet": "Votre demande", "corps": "Décision.", "signataire": "A", "qualite": "B"}
    decision = financement.decision
    gabarit = lettres.ecrire_un_gabarit(decision, None, textes, par=par, recu_le=PENDANT)
    return Lettre.objects.create(
        financement=financement,
        gabarit=gabarit,
        mentions=regles.mentions(financement, Service.actuel()),
        prise=financement.prises.courantes().get(),
        **{
            "objet": "Votre demande",
            "corps": "Décision.",
            "preparee_le": PENDANT,
            "preparee_par": par,
            "etabli_le": PENDANT,
            "liberee_le": PENDANT,
            "liberee_par": par,
            **champs,
        },
    )


def publier_les_decisions(appel: Appel) -> None:
    """Every grant of a call, its letter gone, read by everybody."""
    accords = Financement.objects.accordes().filter(dossier__appel=appel)
    for accord in accords.exclude(lettres__liberee_le__isnull=False):
        creer_lettre(accord)
    cles = [prise.pk for prise in publications.publiables(appel)]
    publications.publier(appel, cles, len(cles), par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)


def poser_tribunal(appel: Appel) -> Appel:
    """Where to appeal, without which no letter is prepared."""
    appel.tribunal = "Ville fictive"
    appel.save(update_fields=["tribunal"])
    return appel


def poser_service(**champs) -> Service:
    """The identity of the service, as published."""
    Service.objects.update(**champs)
    Parution.avancer(PENDANT)
    return Service.actuel()


def creer_dossier(
    appel: Appel | None = None, porteur: Partenaire | None = None, **champs
) -> Dossier:
    porteur = porteur or creer_association()
    par = champs.pop("par", None) or creer_membre(porteur)
    return Dossier.objects.create(
        appel=appel or Appel.objects.first() or creer_appel(),
        porteur=porteur,
        cle_creation=uuid4(),
        cree_par=par,
        **{"cree_le": OUVERTURE + timedelta(days=1), "intitule": "Jardins d’essai", **champs},
    )


def creer_dossier_complet(
    appel: Appel | None = None, porteur: Partenaire | None = None, **champs
) -> Dossier:
    """Nothing missing: it can be deposited."""
    return dossiers.remplir(creer_dossier(appel, porteur, **champs), PENDANT + timedelta(days=1))


def deposer(
    dossier: Dossier, par: Utilisateur | None = None, recu_le: datetime = PENDANT
) -> Dossier:
    """Deposit as a signatory, through the real action."""
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    return depot.deposer(
        dossier,
        lu=lu,
        qualite="Présidente",
        declarations=attestations.declarations(dossier, "moins"),
        par=par or creer_signataire(dossier.porteur),
        recu_le=recu_le,
    )
