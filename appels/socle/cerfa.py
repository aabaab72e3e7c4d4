"""A frozen content as questions and answers in the order of the CERFA 12156*06 (METIER §1): for
paper and for eyes.

Each answer is text; amounts in euros. Two contents compare answer by answer.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db import models

from appels.models import Dossier
from appels.socle import figement
from partenaires.models import Fiche, Genre
from partenaires.socle import plan_comptable
from quartiers.francais import en_euros, jour, nombre, siret

Reponse = tuple[str, str]
BUDGET = "6. Le budget du projet"
DEMANDE, EFFECTIFS, FINANCEURS = (
    "Votre demande",
    "4. Moyens humains de l’organisme",
    "6. Les financeurs sollicités",
)
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
        """[field, before, after]; the values only where they are numbers and choices, which name
        nobody.
        """
        nom = f"{self.rubrique}, {self.libelle}"
        return [nom, self.avant, self.apres] if self.rubrique in SANS_PERSONNE else [nom, "", ""]


def rubriques(
    contenu: dict, quartiers: dict[str, str], personnes: dict | None = None
) -> list[Rubrique]:
    """Every answer given, box by box; `personnes` when the reader may see who is behind the
    organisation.
    """
    organisme, projet = contenu["organisme"], contenu["projet"]
    blocs = [
        (DEMANDE, _demande(projet)),
        ("1. Identification de l’organisme", _identite(organisme, personnes or {})),
        (
            "2. Relations avec l’administration",
            [
                *_champs(
                    Fiche,
                    organisme,
                    "utilite_publique",
                    "utilite_publique_le",
                    "impots_commerciaux",
                    "commissaire_aux_comptes",
                ),
                *(
                    ("Agrément", ", ".join(filter(None, [nature, par, _jour(le), numero])))
                    for nature, par, le, numero in organisme["agrements"]
                ),
            ],
        ),
        (
            "3. Relations avec d’autres associations",
            [
                *_champs(Fiche, organisme, "reseau"),
                *_champs(Fiche, personnes or {}, "adherents_personnes_morales"),
            ],
        ),
        (
            EFFECTIFS,
            _champs(
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
            ),
        ),
        ("5. Budget de l’organisme", _comptes(organisme["budget"])),
        ("6. Le projet", _projet(contenu, quartiers)),
        (BUDGET, _budget(contenu)),
        (FINANCEURS, [(f["financeur"], _financeur(f)) for f in contenu["budget"]["financements"]]),
        (
            "7. Attestations",
            [
                (f"Déclaration {rang}", texte)
                for rang, (_, _, texte) in enumerate(contenu["depot"].get("attestations", ()), 1)
            ],
        ),
        ("Pièces jointes", [(piece["document"], _piece(piece)) for piece in contenu["pieces"]]),
    ]
    rangees = [
        Rubrique(titre, [(libelle, texte) for libelle, texte in reponses if texte])
        for titre, reponses in blocs
    ]
    return [rubrique for rubrique in rangees if rubrique.reponses]


def differences(avant: dict, apres: dict, quartiers: dict[str, str]) -> list[Difference]:
    """What changed between two contents, in the order of the form; attestations are made anew each
    time.
    """
    anciennes, nouvelles = _a_plat(avant, quartiers), _a_plat(apres, quartiers)
    cles = list(dict.fromkeys([*nouvelles, *anciennes]))
    rangs = {titre: rang for rang, titre in enumerate(dict.fromkeys(titre for titre, _, _ in cles))}
    return [
        Difference(
            titre,
            libelle,
            anciennes.get((titre, libelle, n), ""),
            nouvelles.get((titre, libelle, n), ""),
        )
        for titre, libelle, n in sorted(cles, key=lambda cle: rangs[cle[0]])
        if anciennes.get((titre, libelle, n), "") != nouvelles.get((titre, libelle, n), "")
    ]


def _a_plat(contenu: dict, quartiers: dict[str, str]) -> dict[tuple[str, str, int], str]:
    """{(box, label, rank among the same label): answer}."""
    plat = {}
    for rubrique in rubriques({**contenu, "depot": {}}, quartiers):
        for libelle, groupe in groupby(
            sorted(rubrique.reponses, key=lambda r: r[0]), key=lambda r: r[0]
        ):
            plat |= {
                (rubrique.titre, libelle, rang): texte for rang, (_, texte) in enumerate(groupe)
            }
    ordre = [
        (r.titre, libelle)
        for r in rubriques({**contenu, "depot": {}}, quartiers)
        for libelle, _ in r.reponses
    ]
    return dict(sorted(plat.items(), key=lambda couple: ordre.index(couple[0][:2])))


def _demande(projet: dict) -> list[Reponse]:
    return _champs(Dossier, projet, "forme", "frequence", "periodicite", "politique_ville")


def _identite(organisme: dict, personnes: dict) -> list[Reponse]:
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
        (
            "Adresse du siège",
            " ".join(filter(None, (personnes.get(n) for n in ("adresse", "code_postal", "ville")))),
        ),
        *_champs(Fiche, personnes, "correspondance", "autorite_signataire"),
        ("Représentante ou représentant", _personne(personnes, "representant")),
        ("Personne chargée de la demande", _personne(personnes, "contact")),
    ]


def _personne(personnes: dict, role: str) -> str:
    nom = " ".join(filter(None, (personnes.get(f"{role}_prenom"), personnes.get(f"{role}_nom"))))
    return ", ".join(
        filter(
            None, [nom, *(personnes.get(f"{role}_{n}") for n in ("fonction", "telephone", "email"))]
        )
    )


def _projet(contenu: dict, quartiers: dict[str, str]) -> list[Reponse]:
    projet = contenu["projet"]
    return [
        *_champs(Dossier, projet, "intitule"),
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
        *_champs(Dossier, projet, "public_vise", "beneficiaires"),
        *(
            (figement.public_en_clair(dimension, cle, quartiers), nombre(n))
            for dimension, cle, n in contenu["publics"]
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


def _budget(contenu: dict) -> list[Reponse]:
    """The accounts but those of the funders, who have their own box; then the totals."""
    totaux, codes = contenu["budget"]["totaux"], contenu["budget"]["lignes"]
    return [
        *((ligne["libelle"], en_euros(ligne["montant"])) for ligne in codes),
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


def _financeur(demande: dict) -> str:
    detail = [f"{en_euros(demande['montant'] or 0)}, {demande['etat'].lower()}"]
    detail += [
        f"{nom} {en_euros(demande[cle])}"
        for cle, nom in (
            ("droit_commun", "droit commun"),
            ("credits_contrat", "crédits du contrat"),
        )
        if demande[cle] is not None
    ]
    return " ; ".join([*detail, *filter(None, [demande["commentaire"]])])


def _champs(modele: type[models.Model], valeurs: dict, *noms: str) -> list[Reponse]:
    """The label of each field with its value in words."""
    champs = [(modele._meta.get_field(nom), valeurs.get(nom)) for nom in noms]
    return [(_majuscule(champ.verbose_name), _clair(champ, valeur)) for champ, valeur in champs]


def _clair(champ: models.Field, valeur) -> str:
    if valeur is None or valeur == "":
        return ""
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(champ, models.DateField):
        return _jour(valeur)
    return nombre(valeur) if isinstance(valeur, int) else str(valeur)


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _jour(iso: str | None) -> str:
    return jour(date.fromisoformat(iso)) if iso else ""


def _lieu(lieu: dict) -> str:
    quartier = f"quartier {lieu['nom_quartier']} ({lieu['quartier']})" if lieu["quartier"] else ""
    return ", ".join(filter(None, (lieu["intitule"], lieu["adresse"], lieu["commune"], quartier)))


def _moyen(combien: int | None, etpt: str | None) -> str:
    return ", ".join(
        filter(
            None, (nombre(combien) if combien is not None else "", f"{etpt} ETPT" if etpt else "")
        )
    )


def _piece(piece: dict) -> str:
    """A bank document has no name here: the fingerprint tells whether it changed."""
    return piece["nom"] or f"fichier chiffré, empreinte {piece['sha256'][:12]}"
