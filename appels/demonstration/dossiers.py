"""A dossier filled part by part with fictitious words, and its documents."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf

from appels.demonstration import recits
from appels.demonstration.projets.recit import Recit
from appels.models import (
    Beneficiaires,
    Dossier,
    Financement,
    Indicateur,
    Lieu,
    LigneBudget,
    MoyenHumain,
    NomPartie,
    Theme,
)
from appels.redaction.actions import parties, pieces
from partenaires.models import Genre
from partenaires.socle import fichiers, noms
from quartiers import horloge
from quartiers.models import Axe, Quartier

# The example of the IBAN registry.
IBAN = "FR1420041010050500013M02606"
BIC = "PSSTFRPPLIL"


def remplir(
    dossier: Dossier,
    instant: datetime,
    jusqu_a: NomPartie | None = None,
    recit: Recit | None = None,
) -> Dossier:
    """Write the parts in order, up to one of them; without a story, with plain words."""
    ecritures = ECRITURES | (recits.ecritures(recit) if recit else {})
    for nom, ecrire in ecritures.items():
        parties.enregistrer(
            dossier,
            nom,
            ecrire,
            version_lue=0,
            par=dossier.cree_par,
            recu_le=instant - timedelta(days=15),
        )
        if nom == jusqu_a:
            return dossier
    joindre_les_pieces(dossier, instant)
    return dossier


def _organisme(dossier: Dossier) -> None:
    dossier.fiche_confirmee_le = horloge.maintenant()
    dossier.save(update_fields=["fiche_confirmee_le"])


def _projet(dossier: Dossier) -> None:
    """The part « Projet » of a fictitious dossier: an axis each in turn, a year of dates."""
    axe = Axe.objects.all()[dossier.pk % 4]
    debut = datetime(dossier.appel.annee, 2, 1).date()  # noqa: DTZ001 (a date, no instant)
    champs = {
        "axe": axe,
        "forme": "numeraire",
        "frequence": "premiere",
        "periodicite": "ponctuelle",
        "politique_ville": True,
        "debut_le": debut,
        "fin_le": debut.replace(month=11, day=30),
    }
    recits.poser(dossier, champs)
    dossier.objectifs_contrat.set(axe.objectifs.all()[:2])
    dossier.themes.set(Theme.objects.all()[:2])


def _description(dossier: Dossier) -> None:
    phrase = "Texte fictif écrit pour la démonstration : {} du projet, en quelques phrases simples."
    noms = {
        "besoin": "le besoin",
        "objectifs": "les objectifs",
        "description": "les actions",
        "methode": "la méthode",
        "egalite": "la place des femmes et des hommes",
        "participation": "la participation",
    }
    recits.poser(dossier, {champ: phrase.format(mots) for champ, mots in noms.items()})


def _lieux(dossier: Dossier) -> None:
    """One fictitious place, and sixty people said by quartier, by age and by sex."""
    quartier = Quartier.objects.all()[dossier.pk % 6]
    lieu = Lieu(
        dossier=dossier,
        intitule="Salle fictive",
        quartier=quartier,
        commune=quartier.communes.first(),
        adresse=f"{dossier.pk} place de l’Exemple",
    )
    lieu.situer()
    lieu.save()
    recits.poser(
        dossier, {"public_vise": "Habitantes et habitants, de tous âges.", "beneficiaires": 60}
    )
    repartition = {
        ("qpv", quartier.code): 45,
        ("qpv", "hors_qpv"): 15,
        ("age", "26-64"): 40,
        ("age", "12-15"): 20,
        ("sexe", "femmes"): 34,
        ("sexe", "hommes"): 26,
    }
    Beneficiaires.objects.bulk_create(
        Beneficiaires(dossier=dossier, dimension=dimension, cle=cle, nombre=nombre)
        for (dimension, cle), nombre in repartition.items()
    )


def _moyens(dossier: Dossier) -> None:
    MoyenHumain.objects.create(
        dossier=dossier, categorie="benevoles", nombre=8, etpt=Decimal("0.4")
    )


def _evaluation(dossier: Dossier) -> None:
    recits.poser(
        dossier,
        {
            "evaluation": "Une réunion fictive par trimestre.",
            "resultats_attendus": "Soixante personnes.",
        },
    )
    Indicateur.objects.create(
        dossier=dossier, libelle="Personnes présentes", cible=60, unite="personnes"
    )


def _budget(dossier: Dossier) -> None:
    """A budget that balances, in cents, and what it asks of each kind of funder."""
    lignes = {
        "604": 180_000,
        "601": 215_000,
        "613": 60_000,
        "616": 18_000,
        "622": 240_000,
        "641": 330_000,
        "645": 115_000,
        "864": 360_000,
        "870": 360_000,
        "756": 25_000,
        "insufprevisionnel": 133_000,
    }
    LigneBudget.objects.bulk_create(
        LigneBudget(dossier=dossier, code=code, montant=montant) for code, montant in lignes.items()
    )
    demandes: dict[str, int] = {
        Genre.ETAT: 400_000,
        Genre.CUA: 300_000,
        Genre.CAF: 200_000,
        Genre.REGION: 100_000,
    }
    for financeur in dossier.appel.financeurs.select_related("partenaire"):
        if montant := demandes.get(financeur.partenaire.genre):
            Financement.objects.create(
                dossier=dossier,
                partenaire=financeur.partenaire,
                sous_poste=financeur.sous_poste,
                montant=montant,
            )


ECRITURES = {
    NomPartie.ORGANISME: _organisme,
    NomPartie.PROJET: _projet,
    NomPartie.DESCRIPTION: _description,
    NomPartie.LIEUX: _lieux,
    NomPartie.MOYENS: _moyens,
    NomPartie.EVALUATION: _evaluation,
    NomPartie.BUDGET: _budget,
}


def pdf_fictif(titre: str) -> bytes:
    """A small real PDF, empty but for its title."""
    tampon = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = titre
        document.save(tampon)
    return tampon.getvalue()


def joindre_les_pieces(dossier: Dossier, instant: datetime) -> None:
    """Every document asked of this kind of organisation, and the bank coordinates."""
    quand = instant - timedelta(days=14)
    for document in dossier.appel.documents.filter(genre__in=["", dossier.porteur.genre]):
        contenu = pdf_fictif(f"{document.libelle} (fictif)")
        nom = noms.nom_propre(document.libelle, "pdf")
        recu = fichiers.decrire(nom, "application/pdf", contenu)  # made by us: not opened again
        pieces.ajouter(dossier, document, recu, par=dossier.cree_par, recu_le=quand)
    pieces.poser_coordonnees(
        dossier,
        titulaire=dossier.porteur.nom,
        iban=IBAN,
        bic=BIC,
        par=dossier.cree_par,
        recu_le=quand,
    )
