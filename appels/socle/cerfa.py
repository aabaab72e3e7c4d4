"""A frozen content as questions and answers, in the order of the CERFA 12156*06 (METIER §1).

For paper and for eyes. Each answer is text; amounts in euros. Two contents compare answer by
answer.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import models

from appels.models import Dossier
from appels.socle import figement
from partenaires.models import Fiche, Genre
from partenaires.socle import plan_comptable
from quartiers.francais import en_euros, jour, nombre, siret

Reponse = tuple[str, str]
DEMANDE = "Votre demande"
EFFECTIFS = "4. Moyens humains de l’organisme"
BUDGET = "6. Le budget du projet"
FINANCEURS = "6. Les financeurs sollicités"
SANS_PERSONNE = (DEMANDE, EFFECTIFS, BUDGET, FINANCEURS)


@dataclass
class Rubrique:
    """A box of the form: its title and the answers given."""

    titre: str
    reponses: list[Reponse] = field(default_factory=list)

    @property
    def est_le_budget(self) -> bool:
        """Drawn as a table on paper."""
        return self.titre == BUDGET


@dataclass(frozen=True)
class Difference:
    """An answer that is not the same in two contents; empty when it was added or removed."""

    rubrique: str
    libelle: str
    avant: str
    apres: str

    def pour_le_journal(self) -> list[str]:
        """[field, before, after]; no value where a text may name somebody.

        Numbers and choices name nobody: their values stay.
        """
        nom = f"{self.rubrique}, {self.libelle}"
        if self.rubrique in SANS_PERSONNE:
            return [nom, self.avant, self.apres]
        return [nom, "", ""]


def rubriques(
    contenu: dict, quartiers: dict[str, str], personnes: dict | None = None
) -> list[Rubrique]:
    """Every answer given, box by box.

    `personnes` when the reader may see who is behind the organisation.
    """
    organisme = contenu["organisme"]
    toutes = [
        Rubrique(DEMANDE, _demande(contenu["projet"])),
        Rubrique("1. Identification de l’organisme", _identite(organisme, personnes or {})),
        Rubrique("2. Relations avec l’administration", _administration(organisme)),
        Rubrique("3. Relations avec d’autres associations", _reseau(organisme, personnes or {})),
        Rubrique(EFFECTIFS, _effectifs(organisme)),
        Rubrique("5. Budget de l’organisme", _comptes(organisme["budget"])),
        Rubrique("6. Le projet", _projet(contenu, quartiers)),
        Rubrique(BUDGET, _budget(contenu)),
        Rubrique(FINANCEURS, _financeurs(contenu)),
        Rubrique("7. Attestations", _attestations(contenu)),
        Rubrique("Pièces jointes", _pieces(contenu)),
    ]
    for rubrique in toutes:
        rubrique.reponses = [reponse for reponse in rubrique.reponses if reponse[1]]
    return [rubrique for rubrique in toutes if rubrique.reponses]


Cle = tuple[str, str, int]  # box, label, rank among the answers of the same label


def differences(avant: dict, apres: dict, quartiers: dict[str, str]) -> list[Difference]:
    """What changed between two contents, in the order of the form.

    Attestations are made anew each time: they are left out.
    """
    anciennes = _a_plat(avant, quartiers)
    nouvelles = _a_plat(apres, quartiers)
    changees = []
    for cle in _dans_l_ordre([*nouvelles, *anciennes]):
        titre, libelle, _rang = cle
        ancienne = anciennes.get(cle, "")
        nouvelle = nouvelles.get(cle, "")
        if ancienne != nouvelle:
            changees.append(Difference(titre, libelle, ancienne, nouvelle))
    return changees


def _dans_l_ordre(cles: list[Cle]) -> list[Cle]:
    """Each key once, box after box; a box stands where it is first met."""
    par_rubrique: dict[str, dict[Cle, None]] = {}
    for cle in cles:
        par_rubrique.setdefault(cle[0], {})[cle] = None
    return list(chain.from_iterable(par_rubrique.values()))


def _a_plat(contenu: dict, quartiers: dict[str, str]) -> dict[Cle, str]:
    """{(box, label, rank among the same label): answer}; the same labels stand together."""
    a_plat: dict[Cle, str] = {}
    for rubrique in rubriques({**contenu, "depot": {}}, quartiers):
        par_libelle: dict[str, list[str]] = {}
        for libelle, texte in rubrique.reponses:
            par_libelle.setdefault(libelle, []).append(texte)
        for libelle, textes in par_libelle.items():
            for rang, texte in enumerate(textes):
                a_plat[rubrique.titre, libelle, rang] = texte
    return a_plat


def _demande(projet: dict) -> list[Reponse]:
    return _champs(Dossier, projet, "forme", "frequence", "periodicite", "politique_ville")


def _administration(organisme: dict) -> list[Reponse]:
    """Recognised, taxed, audited, approved: as frozen at the deposit."""
    reponses = _champs(
        Fiche,
        organisme,
        "utilite_publique",
        "utilite_publique_le",
        "impots_commerciaux",
        "commissaire_aux_comptes",
    )
    for nature, par, le, numero in organisme["agrements"]:
        reponses.append(("Agrément", _suite(nature, par, _jour(le), numero)))
    return reponses


def _reseau(organisme: dict, personnes: dict) -> list[Reponse]:
    return [
        *_champs(Fiche, organisme, "reseau"),
        *_champs(Fiche, personnes, "adherents_personnes_morales"),
    ]


def _effectifs(organisme: dict) -> list[Reponse]:
    """Volunteers, employees, members: as frozen at the deposit."""
    return _champs(
        Fiche,
        organisme,
        "benevoles",
        "volontaires",
        "salaries",
        "emplois_aides",
        "salaries_etpt",
        "mis_a_disposition",
        "adherents",
        "adherents_femmes",
        "adherents_hommes",
    )


def _identite(organisme: dict, personnes: dict) -> list[Reponse]:
    """Who the organisation is, and who speaks for it; people apart, they may be erased."""
    return [
        ("Nom", organisme["nom"]),
        ("Sigle", organisme["sigle"]),
        ("Nature", Genre(organisme["genre"]).label),
        ("Commune", organisme["commune"]),
        ("Numéro SIRET", siret(organisme["siret"]) if organisme["siret"] else ""),
        ("Numéro RNA", organisme["rna"]),
        *_champs(
            Fiche,
            organisme,
            "service_porteur",
            "recepisse_prefecture",
            "publication_jo_le",
            "registre_alsace_moselle",
            "objet_social",
            "site_web",
        ),
        ("Adresse du siège", _mots(personnes, "adresse", "code_postal", "ville")),
        *_champs(Fiche, personnes, "correspondance", "autorite_signataire"),
        ("Représentante ou représentant", _personne(personnes, "representant")),
        ("Personne chargée de la demande", _personne(personnes, "contact")),
    ]


def _personne(personnes: dict, role: str) -> str:
    return _suite(
        _mots(personnes, f"{role}_prenom", f"{role}_nom"),
        personnes.get(f"{role}_fonction"),
        personnes.get(f"{role}_telephone"),
        personnes.get(f"{role}_email"),
    )


def _projet(contenu: dict, quartiers: dict[str, str]) -> list[Reponse]:
    """The project as the form has it, from its title to its indicators."""
    projet = contenu["projet"]
    return [
        *_champs(Dossier, projet, "intitule", "resume_public"),
        ("Axe principal", projet["axe"]),
        ("Objectifs du contrat visés", " ; ".join(projet["objectifs_contrat"])),
        ("Thèmes", ", ".join(projet["themes"])),
        *_champs(
            Dossier,
            projet,
            "debut_le",
            "fin_le",
            "besoin",
            "objectifs",
            "description",
            "methode",
            "partenariats",
            "egalite",
            "participation",
            "informations_complementaires",
        ),
        *(("Lieu", _lieu(lieu)) for lieu in contenu["lieux"]),
        *_protege(projet),
        *_champs(Dossier, projet, "public_vise", "beneficiaires"),
        *(
            (public, nombre(combien))
            for public, combien in figement.publics_en_clair(contenu, quartiers)
        ),
        *(
            (f"Part du projet, {quartier}", f"{pourcent}\u00a0%")
            for quartier, pourcent in figement.parts_en_clair(contenu, quartiers)
        ),
        *((libelle, _moyen(combien, etpt)) for libelle, combien, etpt in contenu["moyens"]),
        *_champs(
            Dossier,
            projet,
            "moyens_materiels",
            "recrutement_etpt",
            "evaluation",
            "resultats_attendus",
        ),
        *(
            (f"Indicateur : {libelle}", valeur or "sans valeur attendue")
            for libelle, valeur in contenu["indicateurs"]
        ),
    ]


def _protege(projet: dict) -> list[Reponse]:
    """Said when a place must stay secret."""
    return [("Lieu à protéger", "Oui")] if projet.get("lieu_protege") else []


def _budget(contenu: dict) -> list[Reponse]:
    """The accounts but those of the funders, who have their own box; then the totals."""
    totaux = contenu["budget"]["totaux"]
    lignes = contenu["budget"]["lignes"]
    return [
        *((ligne["libelle"], en_euros(ligne["montant"])) for ligne in lignes),
        ("Total des charges", en_euros(totaux["charges"])),
        ("Total des produits", en_euros(totaux["produits"])),
        ("Contributions volontaires en nature", en_euros(totaux["emplois_volontaires"])),
        ("Total général", en_euros(totaux["general"])),
    ]


def _comptes(lignes: list) -> list[Reponse]:
    comptes = plan_comptable.comptes_organisme()
    return [
        (f"{comptes[code].numero} {comptes[code].libelle}", en_euros(montant))
        for code, montant in lignes
    ]


def _financeurs(contenu: dict) -> list[Reponse]:
    demandes = contenu["budget"]["financements"]
    return [(demande["financeur"], _financeur(demande)) for demande in demandes]


def _financeur(demande: dict) -> str:
    details = [f"{en_euros(demande['montant'] or 0)}, {demande['etat'].lower()}"]
    if demande["droit_commun"] is not None:
        details.append(f"droit commun {en_euros(demande['droit_commun'])}")
    if demande["credits_contrat"] is not None:
        details.append(f"crédits du contrat {en_euros(demande['credits_contrat'])}")
    if demande["commentaire"]:
        details.append(demande["commentaire"])
    return " ; ".join(details)


def _attestations(contenu: dict) -> list[Reponse]:
    attestations = contenu["depot"].get("attestations", ())
    return [
        (f"Déclaration {rang}", texte)
        for rang, (_cle, _version, texte) in enumerate(attestations, start=1)
    ]


def _champs(modele: type[models.Model], valeurs: dict, *noms: str) -> list[Reponse]:
    """The label of each field with its value in words."""
    reponses = []
    for nom in noms:
        champ: Any = modele._meta.get_field(nom)  # the name and the choices stand on the model
        libelle = _majuscule(str(champ.verbose_name))
        reponses.append((libelle, _clair(champ, valeurs.get(nom))))
    return reponses


def reponse(valeurs: dict, nom: str, modele: type[models.Model] = Dossier) -> Reponse:
    """(label, answer in words) of one field, of the project unless said."""
    return _champs(modele, valeurs, nom)[0]


def _clair(champ: models.Field, valeur: Any) -> str:
    """A frozen value in words; empty for what was not said."""
    if valeur is None or valeur == "":
        return ""
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(champ, models.DateField):
        return _jour(valeur)
    if isinstance(valeur, int):
        return nombre(valeur)
    if isinstance(champ, models.DecimalField):
        return nombre(Decimal(valeur))  # frozen as « 0.40 »
    return str(valeur)


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _jour(iso: str | None) -> str:
    return jour(date.fromisoformat(iso)) if iso else ""


def _suite(*textes: str | None) -> str:
    """Those that say something, one after the other."""
    return ", ".join(texte for texte in textes if texte)


def _mots(valeurs: dict, *noms: str) -> str:
    """The values of these names that say something, in one line."""
    return " ".join(valeurs[nom] for nom in noms if valeurs.get(nom))


def _lieu(lieu: dict) -> str:
    quartier = ""
    if lieu["quartier"]:
        quartier = f"quartier {lieu['nom_quartier']} ({lieu['quartier']})"
    return _suite(lieu["intitule"], lieu["adresse"], lieu["commune"], quartier)


def _moyen(combien: int | None, etpt: str | None) -> str:
    personnes = nombre(combien) if combien is not None else ""
    return _suite(personnes, f"{nombre(Decimal(etpt))} ETPT" if etpt else "")


def _pieces(contenu: dict) -> list[Reponse]:
    return [(piece["document"], _piece(piece)) for piece in contenu["pieces"]]


def _piece(piece: dict) -> str:
    """A bank document has no name here: the fingerprint tells whether it changed."""
    return piece["nom"] or f"fichier chiffré, empreinte {piece['sha256'][:12]}"
