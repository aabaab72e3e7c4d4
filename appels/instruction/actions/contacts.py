"""Who to write to about the dossiers ticked: a workbook made by the worker, for one person."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from appels.instruction.actions import en_nombre, exports
from appels.models import Dossier, Export, FormatExport, GenreExport
from appels.socle import fabrique
from appels.socle.classeur import Classeur, Entete, Genre, Valeur
from partenaires.models import Fiche, Partenaire, Utilisateur
from quartiers.francais import siret

ENTETES = (
    Entete("Organisme", largeur=30),
    Entete("SIRET", largeur=20),
    Entete("Dossiers", largeur=20),
    Entete("Qualité", largeur=24),
    Entete("Nom", largeur=24),
    Entete("Téléphone", largeur=18),
    Entete("Adresse électronique", Genre.TEXTE, 34),
)


@transaction.atomic
def demander(cles: Iterable[int], *, par: Utilisateur, recu_le: datetime) -> en_nombre.CompteRendu:
    """The file to come, of the dossiers on which this person acts; the others left aside."""
    deposes = Dossier.objects.deposes().filter(pk__in=list(cles))
    prevu = en_nombre.prevoir(deposes.order_by("pk"), None, par=par)
    if prevu.touches:
        exports.a_venir(
            Export(
                genre=GenreExport.CONTACTS,
                format=FormatExport.XLSX,
                demande_par=par,
                demande_le=recu_le,
                filtres={"choix": [dossier.pk for dossier in prevu.touches]},
                total=prevu.nombre,
            )
        )
    return prevu


@fabrique.ecrit(GenreExport.CONTACTS)
def ecrire(export: Export, fichier: BinaryIO) -> None:
    """A line for each person that the sheet of an organisation names, and each of its accounts.

    For the service alone: funders read neither telephones nor addresses.
    """
    lisibles = Dossier.objects.lus_pour_le_service(export.demande_par).deposes()
    dossiers = lisibles.filter(pk__in=export.filtres["choix"]).select_related("porteur__fiche")
    numeros: dict[Partenaire, list[str]] = {}
    export.contenus = []
    for dossier in dossiers.order_by("porteur__nom", "porteur", "numero"):
        export.contenus.append(dossier.pk)
        numeros.setdefault(dossier.porteur, []).append(str(dossier.numero))
    classeur = Classeur("Contacts des porteurs")
    feuille = classeur.feuille("Contacts", ENTETES, figees=1)
    for organisme, siens in numeros.items():
        tete: list[Valeur] = [organisme.nom, siret(organisme.siret), ", ".join(siens)]
        for personne in _personnes(organisme):
            feuille.ajouter([*tete, *personne])
    classeur.enregistrer(fichier)
    exports.avancer(export, len(export.contenus))


def _personnes(organisme: Partenaire) -> Iterator[list[Valeur]]:
    """[quality, name, telephone, address]: what the sheet says, then who has an account there."""
    dites: set[str] = set()
    fiche: Fiche | None = getattr(organisme, "fiche", None)
    if fiche:
        for qualite, prefixe in (("Représentant légal", "representant"), ("Contact", "contact")):
            prenom, nom, telephone, adresse = (
                getattr(fiche, f"{prefixe}_{champ}")
                for champ in ("prenom", "nom", "telephone", "email")
            )
            if adresse or telephone:
                dites.add(adresse.lower())
                yield [qualite, f"{prenom} {nom}".strip(), telephone, adresse]
    actives = organisme.appartenances.actives().filter(utilisateur__is_active=True)
    for appartenance in actives.select_related("utilisateur").order_by("utilisateur__email"):
        personne = appartenance.utilisateur
        if personne.email.lower() not in dites:
            dites.add(personne.email.lower())
            yield ["Compte du portail", str(personne), "", personne.email]
