"""The public rows: equal to what the procedure says, counted right, whatever the filters."""

from io import StringIO
from itertools import product

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from appels.decision.actions import publications, renonciations
from appels.models import Cumul, Publication, Soutien
from appels.public import soutiens
from appels.socle import cumuls, faits
from appels.socle.repartition import au_prorata
from partenaires.models import Role
from quartiers.models import Axe, Objectif, Parution, Quartier
from tests.appels.public.test_portail import soutenu
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_signataire,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee) -> list:
    """Six projects of two years, two organisations; one in two quartiers, one in none."""
    organismes = [creer_association(), creer_association()]
    axes = list(Axe.objects.all())
    dossiers = []
    for annee in (2026, 2027):
        appel = creer_appel(annee)
        for rang, codes in enumerate((["QN06258M"], ["QN06258M", "QN06259M"], [])):
            dossier = soutenu(appel, montant=100_001 + rang, porteur=organismes[rang % 2])
            dossier.refresh_from_db()
            dossier.lieux.all().delete()
            dossier.publics.all().delete()  # nobody counted: the quartiers share alike
            for code in codes:
                dossier.lieux.create(quartier=Quartier.objects.get(code=code))
            dossier.axe = axes[rang]
            dossier.intitule = f"Projet {annee} {rang}"
            dossier.save()
            dossier.objectifs_contrat.set(Objectif.objects.filter(axe=axes[rang])[:2])
            dossiers.append(dossier)
        publier_les_decisions(appel)
    return dossiers


def prouver() -> None:
    """What is kept is what the procedure says; what is counted is what rows make."""
    constates = faits.constater([soutien.dossier_id for soutien in Soutien.objects.all()])
    assert faits.lus(list(constates)) == constates
    comptes = cumuls.compter(constates.values())
    gardes = {cumul.cle: soutiens._compte(cumul) for cumul in Cumul.objects.all()}
    assert gardes == {cumuls.cle(choix): soutiens.Compte(**c) for choix, c in comptes.items()}


def demander(**adresse) -> tuple[list[Soutien], soutiens.Totaux]:
    offert = soutiens.catalogue(Parution.actuelle())
    demande = soutiens.lire(adresse, offert)
    return list(soutiens.lignes(demande)), soutiens.totaux(demande, offert)


def test_chaque_combinaison_de_filtres_compte_ce_qu_elle_montre(monde):
    """Rows, number, sum, and every bar; a project of two quartiers counts once in any total."""
    prouver()
    offert = soutiens.catalogue(Parution.actuelle())
    choix = {
        "annee": ["", "2026"],
        "quartier": ["", "QN06258M", "QN06259M", "QN06262M"],
        "axe": ["", *[axe.cle for axe in Axe.objects.all()[:2]]],
        "commune": ["", *[offre.valeur for offre in offert.offres["commune"][:2]]],
        "objectif": ["", offert.offres["objectif"][0].valeur],
        "financeur": ["", *[offre.valeur for offre in offert.offres["financeur"]]],
        "organisme": ["", str(monde[0].porteur_id)],
    }
    vues = 0
    for valeurs in product(*choix.values()):
        adresse = dict(zip(choix, valeurs, strict=True))
        lignes, totaux = demander(**adresse)
        vues += len(lignes)
        assert totaux.ensemble.nombre == len(lignes), adresse
        assert totaux.ensemble.montant == sum(ligne.total for ligne in lignes), adresse
        assert len({ligne.pk for ligne in lignes}) == len(lignes)
        par_axe = {
            axe: sum(ligne.total for ligne in lignes if ligne.axe_id == axe)
            for axe in {ligne.axe_id for ligne in lignes}
        }
        assert {axe: un.montant for axe, un in totaux.par["axe"].items()} == par_axe
        if not adresse["quartier"]:
            hors = sum(ligne.hors_quartier for ligne in lignes)
            assert totaux.hors_quartier == hors, adresse
    assert vues > 100
    deux = Soutien.objects.filter(places__quartier__code="QN06259M")
    assert [sum(place.montant for place in un.places.all()) for un in deux] == [100_002] * 2
    assert [[place.montant for place in un.places.all()] for un in deux] == [[50_001] * 2] * 2


def test_un_filtre_qui_n_existe_pas_est_refuse_avant_tout(monde):
    refuses = [
        {"quartier": "nulle-part"},
        {"annee": "2026 "},
        {"tri": "hasard"},
        {"organisme": "0"},
        {"organisme": "9" * 40},
        {"organisme": "²"},
        {"financeur": "Personne"},
        {"objectif": "x"},
    ]
    for adresse in refuses:
        with pytest.raises(soutiens.FiltreInconnu):
            demander(**adresse)


def test_chaque_acte_renouvelle_les_lignes(monde):
    """Unpublished, given up, withdrawn, put aside: kept rows follow in the transaction."""
    appel, agent = monde[3].appel, creer_agent(Role.RESPONSABLE)
    (publication,) = Publication.objects.parues().filter(prise__financement__dossier=monde[3])
    publications.depublier(appel, [publication.pk], "Erreur", par=agent, recu_le=PENDANT)
    prouver()
    assert not Soutien.objects.filter(dossier=monde[3]).exists()
    signataire = creer_signataire(monde[4].porteur)
    (accord,) = monde[4].financements.accordes()
    renonciations.renoncer(monde[4], [accord.pk], "Faute de local", par=signataire, recu_le=PENDANT)
    prouver()
    assert Soutien.objects.get(dossier=monde[4]).total == 0
    _, totaux = demander(annee="2027")
    assert (totaux.ensemble.nombre, totaux.ensemble.accordes, totaux.ensemble.montant) == (
        2,
        1,
        100_003,
    )
    publications.publier(appel, [publication.prise_id], 1, par=agent, recu_le=PENDANT)
    prouver()
    assert Soutien.objects.filter(dossier=monde[3]).exists()


def test_recalculer_dit_et_repare(monde):
    sortie = StringIO()
    call_command("recalculer", stdout=sortie)
    assert sortie.getvalue() == "Tout est juste : rien n’a changé.\n"
    premier = Soutien.objects.get(dossier=monde[0])
    Soutien.objects.filter(pk=premier.pk).update(intitule="Faussé")
    Soutien.objects.filter(dossier=monde[1]).delete()
    Cumul.objects.filter(choisies=0).update(montant=1)
    sortie = StringIO()
    call_command("recalculer", stdout=sortie)
    dit = sortie.getvalue()
    assert f"{premier.numero} : différait (intitule)." in dit
    assert f"{monde[1].numero} : absent, alors qu’une décision est publique." in dit
    assert "Total 0-0-0-0-0-0 : différait." in dit
    prouver()
    sortie = StringIO()
    call_command("recalculer", stdout=sortie)
    assert sortie.getvalue() == "Tout est juste : rien n’a changé.\n"


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_les_parts_font_le_tout_au_centime(montant, poids):
    parts = au_prorata(montant, poids)
    assert sum(parts) == montant
    somme = sum(poids)
    if somme:
        assert all(
            abs(part * somme - montant * un) < somme for part, un in zip(parts, poids, strict=True)
        )
