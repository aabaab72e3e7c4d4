"""The daily chain of the logs: it holds by itself, and each way to tamper is seen and named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from appels.models import Critere
from partenaires.models import Passation
from quartiers import francais, sceaux
from quartiers.models import Sceau, Trace
from tests.fabriques import PENDANT, creer_agent, creer_appel, creer_association

pytestmark = pytest.mark.django_db
JOUR = PENDANT.date()


@pytest.fixture
def forcer():
    """Who holds the whole database: the triggers rest, the models are walked around."""
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica"
            )


@pytest.fixture
def trois_jours(horloge_figee):
    """Three sealed days, a few lines each."""
    appel = creer_appel()
    for rang in range(3):
        Critere.objects.create(appel=appel, libelle=f"Critère {rang}")
        Critere.objects.update(poids=rang + 2)
        creer_association()
        instant = PENDANT + timedelta(days=rang)
        assert sceaux.sceller(instant.date(), fait_le=instant)
    return list(Sceau.objects.all())


def verifier(tete=""):
    return sceaux.verifier(tete=tete, maintenant=PENDANT)


def lignes(sceau, nom="quartiers.Trace"):
    return json.loads(sceau.corps)["tables"][nom]


def reecrire(pk, **valeurs):
    QuerySet.update(Trace.objects.filter(pk=pk), **valeurs)


def effacer(modele, **ou):
    QuerySet.delete(modele.objects.filter(**ou))


def test_chaque_sceau_tient_celui_d_avant_et_toutes_les_lignes(trois_jours):
    precedents = [json.loads(sceau.corps)["precedent"] for sceau in trois_jours]
    assert precedents == [sceaux.ORIGINE, trois_jours[0].tete, trois_jours[1].tete]
    tenues = sum(lignes(sceau)["nombre"] for sceau in trois_jours)
    assert tenues == Trace.objects.count()
    assert verifier(tete=trois_jours[-1].tete) == []


def test_un_jour_se_scelle_une_fois_et_un_jour_vide_pas(trois_jours):
    assert sceaux.sceller(trois_jours[-1].jour, fait_le=PENDANT) is None
    assert sceaux.sceller(JOUR + timedelta(days=9), fait_le=PENDANT) is None
    assert Sceau.objects.count() == 3


def test_une_ligne_changee_est_nommee(trois_jours, forcer):
    cle = lignes(trois_jours[1])["de"]
    reecrire(cle, acte="réécrit")
    assert verifier() == [f"{trois_jours[1]}, quartiers.Trace, ligne {cle} : changée."]


def test_une_ligne_supprimee_est_nommee(trois_jours, forcer):
    cle = lignes(trois_jours[0])["a"]
    effacer(Trace, pk=cle)
    assert verifier() == [f"{trois_jours[0]}, quartiers.Trace, ligne {cle} : supprimée."]


def test_une_ligne_d_un_autre_journal_est_tenue_aussi(horloge_figee, forcer):
    passation = Passation.objects.create(
        partenaire=creer_association(),
        acte="ajouter",
        personne="Ada",
        par=creer_agent(),
        le=PENDANT,
    )
    sceau = sceaux.sceller(JOUR, fait_le=PENDANT)
    QuerySet.update(Passation.objects.all(), personne="Une autre")
    assert verifier() == [f"{sceau}, partenaires.Passation, ligne {passation.pk} : changée."]


def test_une_ligne_intercalee_dans_un_trou_est_nommee(horloge_figee, forcer):
    appel = creer_appel()
    trou = Trace.objects.order_by("pk").last()
    copie = Trace(**{c.attname: getattr(trou, c.attname) for c in Trace._meta.concrete_fields})
    effacer(Trace, pk=trou.pk)  # the number of an act that was refused
    for rang in range(3):
        Critere.objects.create(appel=appel, libelle=f"Critère {rang}")
        sceaux.sceller(JOUR + timedelta(days=rang), fait_le=PENDANT)
    assert verifier() == []
    copie.save(force_insert=True)
    [premier, *_] = Sceau.objects.all()
    assert verifier() == [f"{premier}, quartiers.Trace, ligne {trou.pk} : intercalée après coup."]


def test_une_ligne_qui_s_ecrivait_pendant_le_sceau_est_tenue_par_le_suivant(horloge_figee, forcer):
    """Its number was taken before the seal, its act ended after."""
    appel = creer_appel()
    Critere.objects.create(appel=appel, libelle="Premier")
    en_vol = Trace.objects.filter(table="appels.Critere").get()
    copie = Trace(**{c.attname: getattr(en_vol, c.attname) for c in Trace._meta.concrete_fields})
    Critere.objects.create(appel=appel, libelle="Second")
    effacer(Trace, pk=en_vol.pk)
    sceaux.sceller(JOUR, fait_le=PENDANT)
    copie.save(force_insert=True)
    Critere.objects.create(appel=appel, libelle="Troisième")
    suivant = sceaux.sceller(JOUR + timedelta(days=1), fait_le=PENDANT)
    assert lignes(suivant)["tardives"] == [en_vol.pk]
    assert verifier() == []
    reecrire(en_vol.pk, acte="réécrit")
    assert verifier() == [f"{suivant}, quartiers.Trace, ligne {en_vol.pk} : changée."]


def test_une_fin_coupee_se_voit_a_la_tete_gardee_dehors(trois_jours, forcer):
    """The last lines and their seal: nothing inside tells it."""
    tete, coupe = trois_jours[2].tete, lignes(trois_jours[1])["a"]
    effacer(Trace, pk__gt=coupe)
    effacer(Sceau, pk=trois_jours[2].pk)
    assert verifier() == []
    [ecart] = verifier(tete=tete)
    assert ecart.startswith("La tête donnée n’est celle d’aucun sceau")


def test_une_chaine_refaite_se_voit_a_la_tete_gardee_dehors(trois_jours, forcer):
    tete = trois_jours[2].tete
    reecrire(lignes(trois_jours[1])["de"], acte="réécrit")
    effacer(Sceau, pk__in=[sceau.pk for sceau in trois_jours[1:]])
    sceaux.sceller(JOUR + timedelta(days=2), fait_le=PENDANT)
    assert verifier() == []
    assert len(verifier(tete=tete)) == 1


def test_un_sceau_ote_au_milieu_se_voit(trois_jours, forcer):
    effacer(Sceau, pk=trois_jours[1].pk)
    fin, debut = lignes(trois_jours[0])["a"] + 1, lignes(trois_jours[2])["de"] - 1
    assert verifier() == [
        f"{trois_jours[2]} : il ne suit pas celui d’avant, un sceau manque ou a été refait.",
        f"{trois_jours[2]}, quartiers.Trace : les lignes {fin} à {debut} sont sans sceau.",
    ]


def test_un_sceau_reecrit_se_voit(trois_jours, forcer):
    corps = trois_jours[0].corps.replace('"nombre":', '"nombre": ')
    QuerySet.update(Sceau.objects.filter(pk=trois_jours[0].pk), corps=corps)
    assert verifier() == [
        f"{trois_jours[0]} : son contenu a été changé, il ne correspond plus à sa tête."
    ]


def test_des_lignes_que_rien_ne_scelle_plus_se_voient(trois_jours, forcer):
    QuerySet.delete(Sceau.objects.all())
    ecarts = sceaux.verifier(maintenant=PENDANT + timedelta(days=30))
    seules = francais.accorder(Trace.objects.count(), "ligne")
    assert ecarts[-1] == f"quartiers.Trace : {seules} de plus de deux jours sans sceau."


def test_la_commande_dit_ce_qui_differe_et_sort_en_erreur(trois_jours, forcer):
    dit = StringIO()
    call_command("verifier_journal", sceau=f" {trois_jours[0].tete.upper()} ", stdout=dit)
    assert dit.getvalue() == f"Le journal est entier. {trois_jours[2]} : {trois_jours[2].tete}\n"
    cle = Trace.objects.filter(pk__gte=lignes(trois_jours[0])["de"]).earliest("pk").pk
    reecrire(cle, acte="réécrit")
    dit = StringIO()
    with pytest.raises(SystemExit) as sortie:
        call_command("verifier_journal", stdout=dit)
    assert sortie.value.code == 1
    assert dit.getvalue().splitlines()[0] == (
        f"{trois_jours[0]}, quartiers.Trace, ligne {cle} : changée."
    )
