"""Every change of the procedure leaves a line, whatever way it is written by."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from appels.models import Appel, Critere, Dossier, Financement, Theme
from partenaires.models import Consultation, Contribution, Partenaire, Utilisateur
from quartiers import journal
from quartiers.models import Axe, Journalise, JournaliseQuerySet, SeulAjout, Trace
from quartiers.models.journalise import champs_suivis
from quartiers.models.trace import Geste, LigneFigee
from tests.appels.instruction.test_examen import courir
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_utilisateur,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db

# What the log does not follow, and why. A model that stands in neither list fails below.
BROUILLON = "content of a draft: frozen versions keep it"
OUVRAGE = "made by the worker of what is followed; its opening leaves a line"
TRAVAIL = "row of the machinery: no act of a person"
DERIVE = "made of decisions that are followed; `recalculer` proves it"
REFERENCE = "loaded from files of the repository, changed by no page"
INDEX = "replaced whole from a national file by a command, changed by no page"
PERSONNEL = "convenience of one person: no right, no money depends on it"
VISITEUR = "a visitor's click, who is nobody here: no right, no state depends on it"
SANS_TRACE = {
    "appels.Lieu": BROUILLON,
    "appels.Beneficiaires": BROUILLON,
    "appels.MoyenHumain": BROUILLON,
    "appels.PartDuQuartier": BROUILLON,
    "appels.Indicateur": BROUILLON,
    "appels.LigneBudget": BROUILLON,
    "appels.ChoixDeLigne": BROUILLON,
    "appels.Benevolat": BROUILLON,
    "appels.Depart": VISITEUR,
    "appels.Partie": BROUILLON,
    "appels.Saisie": BROUILLON,
    "appels.EcritureEnCours": PERSONNEL,
    "appels.Dossier_themes": BROUILLON,
    "appels.Dossier_objectifs_contrat": BROUILLON,
    "appels.Papier": OUVRAGE,
    "appels.Affiche": OUVRAGE,
    "appels.Imprime": OUVRAGE,
    "appels.Synthese": OUVRAGE,
    "appels.Mouvement": "is a log: each comes with the line of its Proposition",
    "appels.Rappel": TRAVAIL,
    "appels.Rappel_financeurs": TRAVAIL,
    "appels.Mention": TRAVAIL,
    "appels.Battement": TRAVAIL,
    "appels.Numerotation": TRAVAIL,  # the number is on the dossier
    "appels.LigneReprise": "is the trace itself: written once with its file, never changed",
    "partenaires.Connexion": "is a log of its own, kept for a time only",
    "partenaires.DernierCode": TRAVAIL,
    "partenaires.SessionOuverte": TRAVAIL,  # ended or opened: a Connexion
    "partenaires.Envoi": TRAVAIL,
    "partenaires.LigneResume": TRAVAIL,
    "partenaires.Bail": TRAVAIL,
    "partenaires.Expedition": TRAVAIL,
    "partenaires.Analyse": TRAVAIL,
    "partenaires.FichierGarde": TRAVAIL,  # the file is on its own row, which is followed
    "partenaires.Echo": VISITEUR,
    "partenaires.Utile": VISITEUR,
    "quartiers.Parution": TRAVAIL,
    "quartiers.Voie": INDEX,
    "quartiers.NumeroDeVoie": INDEX,
    "appels.Comptage": DERIVE,
    "appels.Condense": DERIVE,
    "appels.AdresseCondensee": DERIVE,
    "appels.Soutien": DERIVE,
    "appels.Soutien_communes": DERIVE,
    "appels.Soutien_objectifs": DERIVE,
    "appels.PartFinanceur": DERIVE,
    "appels.PartQuartier": DERIVE,
    "appels.AdressePublique": DERIVE,
    "appels.Cumul": DERIVE,
    "appels.Vue": PERSONNEL,
    "appels.ModeleExport": PERSONNEL,
    "quartiers.Commune": REFERENCE,
    "quartiers.Quartier": REFERENCE,
    "quartiers.Quartier_communes": REFERENCE,
    "quartiers.Territoire": REFERENCE,
    "quartiers.Source": REFERENCE,
}
REFERENCES = {nom for nom, raison in SANS_TRACE.items() if raison == REFERENCE}  # never deleted
MAISON = [
    modele
    for nom in ("quartiers", "partenaires", "appels")
    # The rows between two models too: a set that is chosen is a change as any other
    for modele in apps.get_app_config(nom).get_models(include_auto_created=True)
]
SUIVIS = [modele for modele in MAISON if issubclass(modele, Journalise)]


def test_chaque_modele_est_suivi_ou_dit_pourquoi_il_ne_l_est_pas():
    ailleurs = [modele for modele in MAISON if not issubclass(modele, Journalise | SeulAjout)]
    assert {modele._meta.label for modele in ailleurs} == set(SANS_TRACE)


def test_chaque_liste_d_un_modele_suivi_ecrit_ses_lignes():
    """A manager of one's own that is not a `JournaliseQuerySet` would write unseen."""
    sourds = [
        modele._meta.label
        for modele in SUIVIS
        for gerant in modele._meta.managers
        if not isinstance(gerant.get_queryset(), JournaliseQuerySet)
    ]
    assert sourds == []


def test_ce_qui_n_est_pas_suivi_n_emporte_rien_qui_le_soit():
    """Django deletes in cascade from the row that goes: one that is not followed would take others
    unseen.
    """
    emportes = []
    for modele in MAISON:
        for lien in modele._meta.related_objects:
            cascade = lien.on_delete in (models.CASCADE, models.SET_NULL)
            en_silence = not issubclass(modele, Journalise) and modele._meta.label not in REFERENCES
            if cascade and en_silence and issubclass(lien.related_model, Journalise):
                emportes.append((modele._meta.label, lien.related_model._meta.label))
    assert emportes == []


def test_ce_que_le_journal_regarde_existe():
    inconnus = []
    for modele in SUIVIS:
        noms = {champ.name for champ in modele._meta.concrete_fields}
        inconnus += [
            (modele._meta.label, nom)
            for nom in (*modele.REGARD.omis, *modele.REGARD.secrets)
            if nom not in noms
        ]
    assert inconnus == []


def test_les_axes_et_les_themes_d_un_appel_disent_ce_qui_s_ouvre_et_se_ferme():
    """Many-to-many sets, by every way that Django writes them."""
    appel = creer_appel()
    tous = list(Axe.objects.all())
    deja = Trace.objects.latest("pk").pk
    appel.axes.set(tous[:1])
    appel.axes.add(tous[1])
    appel.axes.remove(tous[0])
    appel.axes.clear()
    lignes = Trace.objects.filter(table="appels.AxeOuvert", pk__gt=deja).order_by("pk")
    retraits = [ligne.valeurs["axe"][0] for ligne in lignes if ligne.geste == Geste.RETRAIT]
    ajouts = [ligne.valeurs["axe"][1] for ligne in lignes if ligne.geste == Geste.AJOUT]
    assert sorted(retraits) == sorted(axe.pk for axe in [*tous[1:], tous[0], tous[1]])
    assert ajouts == [tous[1].pk]
    appel.themes.set(Theme.objects.all()[:1])
    assert Trace.objects.filter(table="appels.ThemePropose", pk__gt=deja).count() == 1


# --- Each model, each way -----------------------------------------------------------------------
def valeur_de(champ: models.Field, rang: int):
    """Something valid enough for the database; another one for another rank."""
    if champ.choices:
        return list(dict(champ.flatchoices))[rang % len(champ.flatchoices)]
    if isinstance(champ, models.ForeignKey):
        return existant(champ.related_model, rang)
    if isinstance(champ, models.BooleanField):
        return bool(rang % 2)
    if isinstance(champ, models.DateTimeField):
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=rang)
    if isinstance(champ, models.DateField):
        return date(2026, 11, 1) + timedelta(days=rang)
    if isinstance(champ, models.DecimalField):
        return Decimal(rang)
    if isinstance(champ, models.UUIDField):
        return uuid4()
    if isinstance(champ, models.JSONField):
        return [rang]
    if isinstance(champ, models.BinaryField):
        return b"x%d" % rang
    if isinstance(champ, models.IntegerField):
        return 1000 + rang
    return f"essai-{rang}"[: champ.max_length]


def existant(modele: type[models.Model], rang: int) -> models.Model:
    """A row of this model; of people and of dossiers, always a new one."""
    if modele is Utilisateur:
        return creer_utilisateur()
    if modele is Partenaire:
        return Partenaire.objects.create(genre="association", nom=f"Organisme d’essai {uuid4()}")
    if modele is Dossier:
        return creer_dossier()
    if modele is Consultation:
        return creer_consultation()
    if modele is Contribution:
        return creer_contribution()
    if modele is Financement:
        return Financement.objects.create(
            dossier=creer_dossier(), sous_poste="74etat", libelle="État", decision="refuse"
        )
    if modele is Appel:
        return Appel.objects.create(annee=2100 + Appel.objects.count(), titre="Essai")
    if modele._meta.label in REFERENCES and (premier := modele.objects.first()):
        return premier
    neuf = preparer(modele, rang)
    neuf.save()
    return neuf


PARTICULIERS = {
    "appels.Auteur": {"signataire": "Ada", "qualite": "Direction"},
    # What a constraint of the database asks for.
    "appels.Financement": {"decision": "refuse", "motif": "essai", "libelle": "Ville"},
    "appels.Accord": {"sens": "accord"},
    "appels.DecisionPrise": {"decision": "refuse"},
    "appels.Dossier": {"etat": "brouillon"},
    "appels.Complement": {"demande_le": PENDANT, "avant_le": PENDANT + timedelta(days=9)},
    "appels.DepotDauphin": {"etat": "a_saisir"},
    "appels.Recepisse": {"sha256": "e3b0c442"},
    "partenaires.Partenaire": {"genre": "association"},
    "partenaires.Fiche": {"ville": "Arras"},
    "partenaires.Service": {"editeur": "CUA"},
    "appels.Prolongation": {"ancienne": PENDANT, "nouvelle": PENDANT + timedelta(days=3)},
}
# The field that is changed, when the first that comes will not do.
CHANGES = {
    "appels.AxeOuvert": "axe",
    "partenaires.AxeConsulte": "axe",
    "partenaires.QuartierConsulte": "consultation",
    "appels.ThemePropose": "theme",
    "appels.DecisionPrise": "motif",
    "appels.Financement": "motif",
    "appels.Dossier": "a_completer_avant",
    "appels.Prolongation": "motif",
    "partenaires.Partenaire": "nom",
    "appels.Recepisse": "sha256",
    "appels.Lecture": "rendue_le",
    "appels.Complement": "message",
    "appels.DepotDauphin": "declare_le",
}


def preparer(modele: type[models.Model], rang: int) -> models.Model:
    """A new row, not saved: what must be filled is."""
    champs = {}
    for champ in modele._meta.concrete_fields:
        facultatif = champ.null or champ.has_default() or champ.blank
        if not champ.primary_key and not facultatif:
            champs[champ.name] = valeur_de(champ, rang)
    return modele(**champs | PARTICULIERS.get(modele._meta.label, {}))


def champ_a_changer(modele: type[models.Model]) -> models.Field:
    if nom := CHANGES.get(modele._meta.label):
        return modele._meta.get_field(nom)
    unis = {nom for c in modele._meta.constraints for nom in getattr(c, "fields", ())}
    for champ in champs_suivis(modele):
        simple = isinstance(champ, models.CharField | models.TextField | models.IntegerField)
        if simple and not champ.choices and not champ.unique and champ.name not in unis:
            return champ
    return next(
        champ
        for champ in champs_suivis(modele)
        if isinstance(champ, models.DateTimeField | models.BinaryField) and not champ.null
    )


def gestes(modele, cle) -> list[str]:
    lignes = Trace.objects.filter(table=modele._meta.label, cle=cle).order_by("pk")
    return [ligne.geste for ligne in lignes]


@pytest.mark.parametrize("modele", SUIVIS, ids=lambda modele: modele._meta.label)
def test_chaque_facon_d_ecrire_laisse_une_ligne(modele):
    creer_appel()
    champ = champ_a_changer(modele)

    objet = preparer(modele, 1)
    objet.save()
    assert gestes(modele, objet.pk) == ["ajout"]

    setattr(objet, champ.name, valeur_de(champ, 2))
    objet.save()
    modele.objects.filter(pk=objet.pk).update(**{champ.name: valeur_de(champ, 3)})
    setattr(objet, champ.name, valeur_de(champ, 4))
    modele.objects.bulk_update([objet], [champ.name])
    assert gestes(modele, objet.pk) == ["ajout", *["changement"] * 3]

    modele.objects.filter(pk=objet.pk).delete()
    assert gestes(modele, objet.pk) == ["ajout", *["changement"] * 3, "retrait"]

    [masse] = modele.objects.bulk_create([preparer(modele, 5)])
    cle = masse.pk
    masse.delete()
    assert gestes(modele, cle) == ["ajout", "retrait"]


# --- What a line says ---------------------------------------------------------------------------
def derniere(objet) -> Trace:
    return Trace.objects.filter(table=objet._meta.label, cle=objet.pk).first()


def test_une_ligne_dit_avant_apres_qui_quand_et_par_quel_acte():
    dossier, agent = creer_dossier(), creer_agent()
    financement = Financement.objects.create(dossier=dossier, sous_poste="74etat", libelle="État")
    acte = journal.Acte(nom=lambda: "appels:decider", personne=lambda: agent.pk, le=PENDANT)
    with journal.pendant(acte):
        Financement.objects.filter(pk=financement.pk).update(
            decision="accorde", montant_vote=670_000, decide_le=date(2026, 11, 9)
        )
        financement.refresh_from_db()
        financement.montant_vote = 500_000
        financement.save()
    premiere, seconde = Trace.objects.filter(table="appels.Financement").order_by("pk")
    assert premiere.valeurs == {
        "decision": ["", "accorde"],
        "montant_vote": [None, 670_000],
        "decide_le": [None, "2026-11-09"],
    }
    assert seconde.valeurs == {"montant_vote": [670_000, 500_000]}
    dits = (seconde.par, seconde.le, seconde.acte, seconde.dossier)
    assert dits == (agent, PENDANT, "appels:decider", dossier.pk)


def test_ce_qui_est_secret_ne_se_lit_pas_dans_le_journal():
    """The print tells that it changed, not what; the same word elsewhere has another print."""
    organisme = creer_association()
    fiche = organisme.fiche
    fiche.representant_telephone = "0321999999"
    fiche.contact_telephone = "0321999999"
    fiche.save()
    valeurs = derniere(fiche).valeurs
    telephones = [valeurs["representant_telephone"][1], valeurs["contact_telephone"][1]]
    assert [set(valeur) for valeur in telephones] == [{"empreinte"}, {"empreinte"}]
    assert telephones[0] != telephones[1]
    personne = creer_utilisateur("canari@example.org", prenom="Canari")
    personne.set_password("un autre mot bien long")
    personne.save()
    ecrit = str(list(Trace.objects.values_list("valeurs")))
    assert [mot in ecrit for mot in ("canari", "Canari", "0321999999", personne.password)] == [
        False
    ] * 4


def test_une_cascade_dit_chaque_ligne_emportee():
    appel = creer_appel()
    critere = Critere.objects.create(appel=appel, libelle="Utilité")
    appel.delete()
    assert gestes(Critere, critere.pk) == ["ajout", "retrait"]
    assert derniere(critere).valeurs["libelle"] == ["Utilité", None]


def test_ce_qui_est_annule_ne_laisse_pas_de_ligne():
    avant = Trace.objects.count()
    try:
        with transaction.atomic():
            creer_association()
            raise RuntimeError
    except RuntimeError:
        pass
    assert Trace.objects.count() == avant


def test_un_changement_calcule_par_la_base_est_dit():
    critere = Critere.objects.create(appel=creer_appel(), libelle="Utilité", poids=2)
    Critere.objects.filter(pk=critere.pk).update(poids=models.F("poids") + 1)
    assert derniere(critere).valeurs == {"poids": [2, 3]}


def test_ce_que_rien_ne_change_ne_laisse_rien():
    critere = Critere.objects.create(appel=creer_appel(), libelle="Utilité")
    critere.save()
    Critere.objects.update(libelle="Utilité")
    assert gestes(Critere, critere.pk) == ["ajout"]


def test_un_journal_ne_se_reecrit_pas():
    creer_association()
    ligne = Trace.objects.first()
    for geste in (ligne.save, ligne.delete, Trace.objects.all().delete):
        with pytest.raises(LigneFigee):
            geste()
    with pytest.raises(LigneFigee):
        Trace.objects.update(acte="autre")


# --- What it costs ------------------------------------------------------------------------------
@pytest.mark.parametrize("nombre", [2, 60])
def test_une_masse_coute_autant_pour_deux_que_pour_soixante(nombre):
    appel = creer_appel()
    with CaptureQueriesContext(connection) as naissance:
        Critere.objects.bulk_create(
            [Critere(appel=appel, libelle=f"Critère {rang}") for rang in range(nombre)]
        )
    with CaptureQueriesContext(connection) as changement:
        Critere.objects.update(poids=3)
    with CaptureQueriesContext(connection) as depart:
        Critere.objects.all().delete()
    # rows, lines, what lists keep · read, write, lines, its calls, what lists keep · read, cascade
    # read, lock, lines, delete
    assert (len(naissance), len(changement)) == (3, 5)
    assert len(depart) <= 6
    assert Trace.objects.filter(table="appels.Critere").count() == 3 * nombre


def test_ecrire_ce_qui_n_est_pas_suivi_ne_coute_rien(django_assert_num_queries):
    dossier = creer_dossier()
    dossier.besoin = "Un texte de brouillon"
    with django_assert_num_queries(1):
        dossier.save(update_fields=["besoin"])
    with django_assert_num_queries(1):
        Dossier.objects.filter(pk=dossier.pk).update(besoin="Un autre")


# --- Two people at once -------------------------------------------------------------------------
@pytest.mark.postgresql
def test_deux_changements_a_la_fois_s_enchainent(base_a_plusieurs):
    """What each says was before is what the other said is after."""
    critere = Critere.objects.create(appel=creer_appel(), libelle="Utilité", poids=1)

    def peser(poids):
        Critere.objects.filter(pk=critere.pk).update(poids=poids)

    courir([partial(peser, poids) for poids in range(2, 10)])
    lignes = Trace.objects.filter(table="appels.Critere", geste="changement").order_by("pk")
    poids = [ligne.valeurs["poids"] for ligne in lignes]
    assert len(poids) == 8
    assert [avant for avant, _ in poids] == [1, *[apres for _, apres in poids[:-1]]]
