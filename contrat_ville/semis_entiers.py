"""`python -m contrat_ville.semis_entiers N S`: N deposited dossiers and S public grants, whole.

For `manage.py mesurer --pages`. The demonstration is loaded, then copied in bulk by the database
itself: each copy has the texts, budgets, documents, versions, messages, opinions, scores and
decisions of its model, and an organisation of its own. Copies fill this year's call, then calls of
past years, `PAR_APPEL` in each. Everything in it is visibly fictitious.
"""

import sys
from collections.abc import Iterable
from typing import Any

import django
from django.core.management import call_command

PAR_APPEL = 1000
CHARGEMENTS = (
    "migrate",
    "createcachetable",
    "charger_territoire",
    "charger_partenaires",
    "charger_themes",
    "charger_demonstration",
)
MOTS = [
    "jardin",
    "atelier",
    "théâtre",
    "cuisine",
    "vélo",
    "lecture",
    "musique",
    "écoute",
    "sport",
    "image",
]


def semer(combien: int, subventions: int) -> None:
    """Fill an empty PostgreSQL; what is kept for lists and pages is made by the portal itself."""
    from django.db import connection

    from appels.models import Dossier
    from appels.socle import comptages, condenses, soutiens
    from quartiers import horloge

    modeles = list(
        Dossier.objects.deposes()
        .filter(corrige__isnull=True, corrections__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    copies = max(1, (combien - len(modeles)) // len(modeles))
    publies = max(1, subventions // max(1, _publies(modeles)))
    with connection.cursor() as curseur:
        appels = _appels(len(modeles) * copies)
        _copier(curseur, modeles, copies, min(publies, copies), appels)
        curseur.execute("ANALYZE")
    condenses.recalculer()
    comptages.recalculer()
    comptages.resserrer()
    soutiens.recalculer(horloge.maintenant())
    with connection.cursor() as curseur:
        curseur.execute("VACUUM ANALYZE")


def _publies(modeles: list[int]) -> int:
    """How many grants one copy of these models makes public."""
    from appels.models import Publication

    publiques = Publication.objects.publiques()
    return publiques.filter(prise__financement__dossier__in=modeles).count()


def _appels(combien: int) -> list[int]:
    """This year's call, then as many of past years as the copies fill."""
    from appels.models import Appel
    from appels.models.appel import le_plus_actuel
    from quartiers import horloge

    actuel = le_plus_actuel(list(Appel.objects.publies()), horloge.maintenant())
    if actuel is None:
        raise RuntimeError("L’exemple n’a pas d’appel publié.")
    anciens = [
        Appel.objects.create(annee=2025 - rang % 8, rang=10 + rang, titre=f"Appel fictif {rang}")
        for rang in range(combien // PAR_APPEL)
    ]
    return [actuel.pk, *(appel.pk for appel in anciens)]


# --- The copy -------------------------------------------------------------------------------------


def _tables() -> list[Any]:
    """The models copied, each after those that it refers to."""
    from appels import models as m
    from partenaires.models import Fiche, Partenaire

    return [
        Partenaire,
        Fiche,
        m.Dossier,
        m.Passage,
        m.Dossier.themes.through,
        m.Dossier.objectifs_contrat.through,
        m.Lieu,
        m.Beneficiaires,
        m.PartDuQuartier,
        m.MoyenHumain,
        m.Indicateur,
        m.LigneBudget,
        m.Financement,
        m.DecisionPrise,
        m.Lettre,
        m.Publication,
        m.Partie,
        m.Saisie,
        m.Piece,
        m.Version,
        m.Recepisse,
        m.Attestation,
        m.Message,
        m.Avis,
        m.Lecture,
        m.Cotation,
        m.Signal,
        m.Complement,
        m.Point,
    ]


def _copier(curseur: Any, modeles: list[int], copies: int, publies: int, appels: list[int]) -> None:
    """One `INSERT … SELECT` a table: the keys of copy k are those of the model plus k × a step."""
    from appels.models import Dossier

    tables = _tables()
    pas = 1 + max(_derniere_cle(curseur, table) for table in tables)
    porteurs = set(Dossier.objects.filter(pk__in=modeles).values_list("porteur", flat=True))
    choisies: dict[Any, set[int]] = {}
    for table in tables:
        choisies[table] = _lignes_a_copier(table, modeles, porteurs, choisies)
        combien = publies if table._meta.model_name in ("publication",) else copies
        if choisies[table]:
            _inserer(curseur, table, choisies, pas, combien, appels, len(modeles))
        curseur.execute(
            f"SELECT setval(pg_get_serial_sequence('{table._meta.db_table}', 'id'), "  # noqa: S608
            f"(SELECT max(id) + 1 FROM {table._meta.db_table}))"
        )


def _derniere_cle(curseur: Any, table: Any) -> int:
    curseur.execute(f"SELECT coalesce(max(id), 0) FROM {table._meta.db_table}")  # noqa: S608
    return int(curseur.fetchone()[0])


def _lignes_a_copier(
    table: Any, modeles: list[int], porteurs: set[int], choisies: dict[Any, set[int]]
) -> set[int]:
    """The rows of the models themselves: those that refer to a row copied before."""
    lignes = table._base_manager.all()
    if table._meta.model_name == "dossier":
        return set(modeles)
    if table._meta.model_name == "partenaire":
        return porteurs
    for champ in table._meta.concrete_fields:
        if _suit_sa_copie(champ, choisies) and not champ.null:
            cles = choisies[champ.related_model]
            lignes = lignes.filter(**{f"{champ.name}__in": cles})
    return set(lignes.values_list("pk", flat=True))


def _inserer(
    curseur: Any,
    table: Any,
    choisies: dict[Any, set[int]],
    pas: int,
    copies: int,
    appels: list[int],
    par_copie: int,
) -> None:
    champs = table._meta.concrete_fields
    valeurs = [_valeur(champ, choisies, pas, appels, par_copie) for champ in champs]
    colonnes = ", ".join(f'"{champ.column}"' for champ in champs)
    cles = ", ".join(map(str, sorted(choisies[table])))
    curseur.execute(
        f"INSERT INTO {table._meta.db_table} ({colonnes}) "  # noqa: S608 (names of our own models)
        f"SELECT {', '.join(valeurs)} FROM {table._meta.db_table} t, generate_series(1, {copies}) k"
        f" WHERE t.id IN ({cles})"
    )


def _valeur(
    champ: Any,
    choisies: dict[Any, set[int]],
    pas: int,
    appels: list[int],
    par_copie: int,
) -> str:
    """What a column of copy k holds, in SQL."""
    ou = f"{champ.model._meta.model_name}.{champ.name}"
    colonne = f't."{champ.column}"'
    if ou in PROPRES:
        return PROPRES[ou].format(mots=_en_tableau(f"'{mot}'" for mot in MOTS))
    if ou == "dossier.appel":
        liste = _en_tableau(map(str, appels))
        return f"({liste})[1 + (k - 1) * {par_copie} / {PAR_APPEL}]"
    if champ.primary_key or _suit_sa_copie(champ, choisies):
        return f"{colonne} + k::bigint * {pas}"
    if champ.get_internal_type() == "UUIDField":
        return "gen_random_uuid()"
    return colonne


def _suit_sa_copie(champ: Any, choisies: dict[Any, set[int]]) -> bool:
    """It refers to a row that is copied; funders are not, but organisations."""
    if champ.related_model not in choisies:
        return False
    est_un_organisme = champ.name == "porteur" or champ.model._meta.model_name == "fiche"
    return champ.related_model._meta.model_name != "partenaire" or est_un_organisme


def _en_tableau(elements: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(elements)}]"


# Columns that are unique, or that a copy would make too much alike
PROPRES = {
    "partenaire.nom": "t.nom || ' ' || k",
    "partenaire.siret": "CASE WHEN t.siret = '' THEN '' "
    "ELSE lpad((t.id::bigint % 100000000 * 1000000 + k)::text, 14, '0') END",
    "partenaire.rna": "''",
    "partenaire.recherche": "t.recherche || ' ' || k",
    "dossier.numero": "'CV-' || lpad(t.id::text, 4, '0') || '-' || lpad(k::text, 6, '0')",
    "dossier.intitule": "initcap(({mots})[1 + k % 10]) || ' : ' || t.intitule || ' ' || k",
    "dossier.recherche": "({mots})[1 + k % 10] || ' ' || t.recherche || ' ' || k",
    "dossier.depose_le": "t.depose_le - k * interval '37 seconds'",
    "dossier.serie": "NULL",
    "dossier.repris_de": "NULL",
    "recepisse.code": "upper(substr(md5(t.id || '-' || k), 1, 20))",
    "lettre.code": "upper(substr(md5('lettre-' || t.id || '-' || k), 1, 20))",
    "lettre.remplacee_par": "NULL",
    "publication.diffusion": "t.diffusion_id",
}

if __name__ == "__main__":
    django.setup()
    for commande in CHARGEMENTS:
        call_command(commande, verbosity=0, stdout=sys.stderr)
    semer(int(sys.argv[1]), int(sys.argv[2]))
