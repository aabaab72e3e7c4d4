"""A street, with or without its number, from an index of invented streets."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from quartiers import voies
from quartiers.models import Commune, NumeroDeVoie, Parution, Quartier, Voie
from quartiers.situation import situer

pytestmark = pytest.mark.django_db
TETE = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_"
    "commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;"
    "nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles"
)
DEDANS = (2.7487, 50.2948)  # well inside Blancs Monts
DEHORS = (2.7900, 50.2700)


def ligne(numero, rep, voie, insee="62041", commune="Arras", point=DEDANS) -> str:
    lon, lat = point
    cellules = ["", "", numero, rep, voie, "62000", insee, commune, "", "", "", "", lon, lat]
    return ";".join(str(cellule) for cellule in [*cellules, *[""] * 9])


INVENTEES = [
    ligne(1, "", "Rue des Essais Inventés"),
    ligne(2, "bis", "Rue des Essais Inventés"),
    ligne(1, "", "Avenue Partagée Fictive"),
    ligne(90, "", "Avenue Partagée Fictive", point=DEHORS),
    ligne(3, "", "Boulevard du Dehors Imaginaire", "62004", "Achicourt", DEHORS),
    ligne(7, "", "Rue des Essais Inventés", "62004", "Achicourt", DEHORS),
    ligne(5, "", "Rue d’une Autre Commune", "62119", "Béthune", (2.64, 50.53)),
]


@pytest.fixture
def charger(tmp_path: Path):
    """Load these lines; (what is said, what is wrong)."""

    def executer(lignes=INVENTEES, tete=TETE, nom="adresses.csv") -> tuple[str, str]:
        octets = "\r\n".join([tete, *lignes, ""]).encode()
        fichier = tmp_path / nom
        fichier.write_bytes(gzip.compress(octets) if nom.endswith(".gz") else octets)
        sortie, erreurs = StringIO(), StringIO()
        call_command("charger_voies", str(fichier), stdout=sortie, stderr=erreurs)
        return sortie.getvalue(), erreurs.getvalue()

    return executer


def etat() -> list[tuple]:
    return list(
        NumeroDeVoie.objects.order_by("voie__commune", "voie__recherche", "numero").values_list(
            "voie__nom", "voie__commune__nom", "numero", "repetition", "longitude", "metres"
        )
    )


def repondre(texte: str) -> list[tuple[str, str]]:
    trouvees = voies.chercher(voies.lire(texte, Commune.objects.all()))
    return [(str(trouvee.voie), trouvee.verdict) for trouvee in trouvees]


def test_le_meme_fichier_deux_fois_donne_le_meme_index(charger):
    assert voies.est_charge(Parution.actuelle()) is False
    dit, defauts = charger()
    assert dit == "4 voies et 6 numéros chargés ; 1 ligne d’autres communes laissées.\n".replace(
        " ", "\u00a0", 1
    ).replace("et 6 ", "et 6\u00a0").replace("1 ligne", "1\u00a0ligne")
    assert defauts == ""
    assert voies.est_charge(Parution.actuelle()) is True
    premier = etat()
    charger(nom="adresses.csv.gz")
    assert etat() == premier
    assert len(premier) == 6


DEFAUTS = {
    "colonnes": "1;2",
    "numéro": ligne("douze", "", "Rue des Essais Inventés"),
    "numéro négatif": ligne("-1", "", "Rue des Essais Inventés"),
    "sans nom": ligne(8, "", " ' "),
    "nom trop long": ligne(8, "", "x" * 151),
    "illisible": ligne(8, "", "Rue des Essais Inventés", point=("x", 50)),
    "échangées": ligne(8, "", "Rue des Essais Inventés", point=DEDANS[::-1]),
    "loin": ligne(8, "", "Rue des Essais Inventés", point=(2.35, 48.85)),
    "nan": ligne(8, "", "Rue des Essais Inventés", point=("nan", 50.29)),
    "deux fois": INVENTEES[0],
}


def test_chaque_defaut_est_dit_a_sa_ligne_et_le_reste_charge(charger):
    _, defauts = charger([*INVENTEES, *DEFAUTS.values()])
    assert [phrase.split(" : ")[0] for phrase in defauts.splitlines()] == [
        f"Ligne {9 + rang}" for rang in range(len(DEFAUTS))
    ]
    assert defauts.splitlines()[6].endswith("la longitude et la latitude sont échangées.")
    assert len(etat()) == 6
    _, defauts = charger([*INVENTEES, *[DEFAUTS["loin"]] * 30])
    assert defauts.splitlines()[-1] == "Et 10\u00a0autres défauts."


@pytest.mark.parametrize(
    ("lignes", "tete"),
    [
        (INVENTEES, "numero;rep;nom_voie"),
        (INVENTEES[6:], TETE),
        ([], TETE),
        (["\x80\xff"], "é"),
    ],
)
def test_un_fichier_inutile_laisse_l_index_comme_il_est(charger, tmp_path, lignes, tete):
    charger()
    avant = etat()
    with pytest.raises(CommandError):
        charger(lignes, tete)
    binaire = tmp_path / "binaire.csv"
    binaire.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError):
        call_command("charger_voies", str(binaire))
    with pytest.raises(CommandError):
        call_command("charger_voies", str(tmp_path / "absent.csv"))
    assert etat() == avant


def test_la_reponse_gardee_est_celle_du_point(charger):
    charger()
    for numero in NumeroDeVoie.objects.select_related("quartier"):
        lue = situer(numero.longitude, numero.latitude)
        assert (lue.proche, lue.quartier is not None, int(lue.metres)) == (
            numero.quartier,
            numero.est_dedans,
            numero.metres,
        )


ECRITS = {
    "rue des essais inventés, Arras": [("Rue des Essais Inventés, Arras", "dedans")],
    "1 RUE DES ESSAIS INVENTES 62000 ARRAS": [("Rue des Essais Inventés, Arras", "dedans")],
    "2bis rue des esais inventés arras": [("Rue des Essais Inventés, Arras", "dedans")],
    "Arras, 1 rue des Essais Inventés": [("Rue des Essais Inventés, Arras", "dedans")],
    "62000 Arras, rue des Essais Inventés": [("Rue des Essais Inventés, Arras", "dedans")],
    "Arras (62000) rue des essais inventés": [("Rue des Essais Inventés, Arras", "dedans")],
    "arras 90 avenue partagée": [("Avenue Partagée Fictive, Arras", "dehors")],
    "Achicourt rue des Essais Inventés": [("Rue des Essais Inventés, Achicourt", "dehors")],
    "essais inventés": [
        ("Rue des Essais Inventés, Arras", "dedans"),
        ("Rue des Essais Inventés, Achicourt", "dehors"),
    ],
    "bd du dehors imaginaire": [("Boulevard du Dehors Imaginaire, Achicourt", "dehors")],
    "avenue partagée": [("Avenue Partagée Fictive, Arras", "partagee")],
    "1 avenue partagée": [("Avenue Partagée Fictive, Arras", "dedans")],
    "90 avenue partagée": [("Avenue Partagée Fictive, Arras", "dehors")],
    "33 avenue partagée": [("Avenue Partagée Fictive, Arras", "partagee")],
    "rue qui n’existe pas": [],
    "12": [],
    "": [],
}


@pytest.mark.parametrize("ecrit", ECRITS)
def test_une_rue_comme_on_l_ecrit(charger, ecrit):
    charger()
    assert sorted(repondre(ecrit)) == sorted(ECRITS[ecrit])


# Streets that bear the name of a commune: where one is, never where one goes.
VERS = [
    ligne(1, "", "Rue d’Achicourt"),
    ligne(2, "", "Rue de Beaurains"),
    ligne(3, "", "Rue du Moulin Fictif de Beaurains"),
    ligne(3, "", "Rue Saint-Nicolas", "62004", "Achicourt", DEHORS),
    ligne(4, "", "Rue du Moulin Fictif", "62099", "Beaurains", DEHORS),
    ligne(5, "", "Rue Quelconque Fictive", "62004", "Achicourt", DEHORS),
]
ECRITS_VERS = {
    "rue d’Achicourt": ["Rue d’Achicourt, Arras"],
    "1 rue d’Achicourt": ["Rue d’Achicourt, Arras"],
    "rue d’Achicourt 62000": ["Rue d’Achicourt, Arras"],
    "12, rue d’Achicourt": ["Rue d’Achicourt, Arras"],
    "rue de Beaurains": ["Rue de Beaurains, Arras", "Rue du Moulin Fictif de Beaurains, Arras"],
    "rue de Beaurains, Arras": [
        "Rue de Beaurains, Arras",
        "Rue du Moulin Fictif de Beaurains, Arras",
    ],
    "rue de Beaurains 62000 Arras": [
        "Rue de Beaurains, Arras",
        "Rue du Moulin Fictif de Beaurains, Arras",
    ],
    "rue de Beaurains, 62217 Beaurains": [],
    "Beaurains, rue de Beaurains": [],
    "Arras rue de Beaurains": [
        "Rue de Beaurains, Arras",
        "Rue du Moulin Fictif de Beaurains, Arras",
    ],
    "rue Saint-Nicolas": ["Rue Saint-Nicolas, Achicourt"],
    "3 rue st nicolas, Achicourt": ["Rue Saint-Nicolas, Achicourt"],
    "rue du moulin fictif beaurains": [
        "Rue du Moulin Fictif de Beaurains, Arras",
        "Rue du Moulin Fictif, Beaurains",
    ],
    "rue du moulin fictif, beaurains": ["Rue du Moulin Fictif, Beaurains"],
    "rue quelconque fictive achicourt": ["Rue Quelconque Fictive, Achicourt"],
    "rue quelconque fictive, 62217": ["Rue Quelconque Fictive, Achicourt"],
}


@pytest.mark.parametrize("ecrit", ECRITS_VERS)
def test_une_rue_qui_porte_le_nom_d_une_commune(charger, ecrit):
    charger(VERS)
    assert sorted(nom for nom, _ in repondre(ecrit)) == ECRITS_VERS[ecrit]


def test_une_longue_liste_reste_bornee(charger, django_assert_num_queries):
    charger([ligne(rang, "", f"Rue Numérotée {chr(97 + rang)}") for rang in range(20)])
    demande = voies.lire("rue numérotée", Commune.objects.all())
    with django_assert_num_queries(3):
        assert len(voies.chercher(demande)) == voies.VOIES_MAX
    assert Voie.objects.count() == 20
    assert Quartier.objects.count() == 6
