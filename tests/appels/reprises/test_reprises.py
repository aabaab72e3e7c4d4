"""Past years taken over: read, decided by persons, applied at once, public, undone whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from post_office.models import Email

from appels.instruction import voisinage
from appels.models import (
    AncienQuartier,
    Dossier,
    Financement,
    Lieu,
    LigneReprise,
    MouvementDeSerie,
    Rattachement,
    Reprise,
    Serie,
    Soutien,
)
from appels.models.reprise import RepriseAilleurs
from appels.reprises.actions import application, publication, reception, retour
from appels.socle import soutiens
from appels.socle.feuilles import simple
from contrat_ville.mauvaises_lignes import en_csv, etat_de_la_base, rangee
from partenaires.models import Partenaire, Role
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers.models import Quartier
from tests.appels.reprises.classeurs import en_xlsx
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.fabriques_paroles import creer_contribution

pytestmark = pytest.mark.django_db


@pytest.fixture
def pinsons(horloge_figee):
    return creer_association(nom="Association Les Pinsons")


@pytest.fixture
def direction():
    return creer_agent(Role.RESPONSABLE)


def recevoir(octets, par, nom="annees.csv", le=PENDANT) -> Reprise:
    return reception.recevoir(nom, octets, par=par, recu_le=le)


def appliquer(reprise, par, le=PENDANT):
    plan = reception.plan_de(reprise)
    return application.appliquer(reprise, plan.empreinte, par=par, recu_le=le)


def lue(page) -> str:
    """A page on one line, its spaces plain."""
    return " ".join(page.content.decode().replace("\u00a0", " ").split())


def deux_actions(pinsons) -> bytes:
    return en_csv(
        rangee(siret=pinsons.siret, vote="2 500", verse="2 500", justifie="2 400,50"),
        rangee(siret=pinsons.siret, financeur="CUA", demande="1 000", vote="1 000"),
        rangee(siret=pinsons.siret, annee="2024", intitule="Lire", vote="", quartier="Quatre As"),
        rangee(siret=pinsons.siret, intitule="Refusée", vote="", statut="refusé", quartier="Ouest"),
    )


def test_un_fichier_s_applique_d_un_coup_et_se_defait_sans_rien_laisser(pinsons, direction):
    avant = etat_de_la_base()
    reprise = recevoir(deux_actions(pinsons), direction)
    plan = reception.plan_de(reprise)
    assert (plan.neuves, plan.laissees) == (4, 0)
    assert [(une.nom, une.fichier, une.laissee) for une in plan.sommes()] == [
        ("demandé", 1_000_000, 0),
        ("voté", 350_000, 0),
        ("versé", 250_000, 0),
        ("justifié", 240_050, 0),
    ]
    assert etat_de_la_base() == avant  # reading writes nothing
    appliquer(reprise, direction)
    jardins = Dossier.objects.get(intitule="Jardins")
    assert (jardins.etat, jardins.depose_le, jardins.porteur) == ("repris", None, pinsons)
    assert jardins.numero.startswith("R-2025-")
    assert (jardins.appel.regime, jardins.appel.est_publie) == ("historique", False)
    etat, cua = jardins.financements.order_by("pk")
    assert (etat.montant, etat.montant_vote, etat.decision) == (300_000, 250_000, "partiel")
    assert (etat.decide_le, etat.acte) == (None, "")  # the file does not say them
    assert (etat.reprise.rang, etat.reprise.verse, etat.reprise.justifie) == (2, 250_000, 240_050)
    assert (cua.decision, cua.prises.get().par) == ("accorde", None)
    assert cua.reprise.verse is None
    lire = Dossier.objects.get(intitule="Lire")
    assert (lire.financements.get().decision, lire.financements.get().montant_vote) == ("", None)
    assert [str(lieu.quartier) for lieu in lire.lieux.all()] == ["Quatre As"]
    refusee = Financement.objects.get(dossier__intitule="Refusée")
    assert (refusee.decision, refusee.montant_vote) == ("refuse", None)
    assert not Email.objects.exists()
    publication.liberer(reprise, par=direction, recu_le=PENDANT)
    retour.defaire(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    assert etat_de_la_base() == avant
    assert LigneReprise.objects.count() == 4  # the report stays
    numero = jardins.numero
    appliquer(recevoir(deux_actions(pinsons), direction), direction)
    assert Dossier.objects.get(intitule="Jardins").numero == numero  # its address comes back


def test_le_meme_fichier_deux_fois_donne_le_meme_etat(pinsons, direction):
    octets = deux_actions(pinsons)
    reprise = recevoir(octets, direction)
    assert recevoir(octets, creer_agent(), "autre nom.csv") == reprise
    appliquer(reprise, direction)
    apres = etat_de_la_base()
    with pytest.raises(RepriseAilleurs):
        application.appliquer(reprise, "", par=direction, recu_le=PENDANT)
    # Saved anew by a spreadsheet: other bytes, the same lines
    autre = recevoir(octets + b"\r\n", direction)
    plan = appliquer(autre, direction)
    assert (plan.inchangees, plan.ecrit) == (4, False)
    assert etat_de_la_base() == apres
    retour.defaire(autre, par=direction, recu_le=PENDANT)
    assert etat_de_la_base() == apres


def test_un_fichier_qui_change_un_autre_se_defait_jusqu_a_lui(pinsons, direction):
    premier = recevoir(deux_actions(pinsons), direction)
    appliquer(premier, direction)
    publication.liberer(premier, par=direction, recu_le=PENDANT)
    avant = etat_de_la_base()
    second = recevoir(
        en_csv(
            rangee(siret=pinsons.siret, vote="2 000", axe="Plein emploi", quartier="QN06258M"),
            rangee(siret=pinsons.siret, financeur="CAF", vote="300"),
        ),
        direction,
    )
    plan = appliquer(second, direction)
    assert (plan.neuves, plan.changees) == (0, 2)
    assert plan.previsions[0].phrase.replace("\u00a0", " ") == (
        "voté 2 500 € → 2 000 € ; axe Quartier de plein emploi ; quartier Quatre As"
    )
    jardins = Dossier.objects.get(intitule="Jardins")
    etat = jardins.financements.get(partenaire__genre="etat")
    assert (etat.montant_vote, etat.reprise.verse) == (200_000, 250_000)  # what was known stays
    assert [prise.montant_vote for prise in etat.prises.all()] == [250_000, 200_000]
    assert lire_les_soutiens() == {"Jardins": 350_000}  # what is public waits for the release
    with pytest.raises(retour.Touchee) as refus:
        retour.defaire(premier, par=direction, recu_le=PENDANT)
    assert "« Jardins » (2025), modifiée depuis" in refus.value.phrase
    assert publication.liberer(second, par=direction, recu_le=PENDANT) == 2
    assert lire_les_soutiens() == {"Jardins": 330_000}
    retour.defaire(second, par=direction, recu_le=PENDANT)
    assert etat_de_la_base() == avant
    assert lire_les_soutiens() == {"Jardins": 350_000}


def lire_les_soutiens() -> dict[str, int]:
    """What everybody reads; kept, and the same as what the procedure says."""
    assert soutiens.recalculer(PENDANT) == []
    return {soutien.intitule: soutien.total for soutien in Soutien.objects.all()}


def test_ce_que_quelqu_un_a_touche_ne_se_defait_pas(pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    suite = creer_dossier_complet(creer_appel(), pinsons)
    suite.repris_de = Dossier.objects.get(intitule="Lire")
    suite.save()
    with pytest.raises(retour.Touchee) as refus:
        retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert "« Lire » (2024), dont autre chose dépend" in refus.value.phrase
    suite.repris_de = None
    suite.save()
    Dossier.objects.filter(intitule="Jardins").update(intitule="Jardins, autre nom")
    with pytest.raises(retour.Touchee) as refus:
        retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert "modifiée depuis" in refus.value.phrase
    assert Reprise.objects.get().est_appliquee


def test_une_personne_decide_de_qui_il_s_agit(pinsons, direction):
    proche = rangee(organisme="Assoc. Les Pinsons d’Arras", vote="500")
    neuve = rangee(organisme="Les Hirondelles bleues", vote="700")
    laissee = rangee(organisme="Inconnue au bataillon", vote="900")
    fondation = rangee(siret=pinsons.siret, financeur="Fondation fictive", vote="50")
    reprise = recevoir(en_csv(proche, neuve, laissee, fondation), direction)
    with pytest.raises(application.OrganismesADecider):
        appliquer(reprise, direction)
    rattachements = reception.rattachements_de(reprise)
    attendus = rattachements.organismes_a_decider(reception.lignes_de(reprise))
    assert [(un.nom, un.proposes[:1]) for un in attendus] == [
        ("Assoc. Les Pinsons d’Arras", [pinsons]),
        ("Les Hirondelles bleues", []),
        ("Inconnue au bataillon", []),
    ]
    decides = {
        "organisme": {
            attendus[0].cle: pinsons.pk,
            attendus[1].cle: "creer:association",
            attendus[2].cle: "laisser",
        },
        "financeur": {"fondation fictive": "libelle"},
    }
    reception.rattacher(reprise, decides, par=direction)
    plan = appliquer(Reprise.objects.get(), direction)
    assert [(somme.prise, somme.laissee) for somme in plan.sommes() if somme.nom == "voté"] == [
        (125_000, 90_000)
    ]
    neuve = Partenaire.objects.get(nom="Les Hirondelles bleues")
    assert (neuve.genre, neuve.siret) == ("association", "")
    assert Financement.objects.get(libelle="Fondation fictive").partenaire is None
    # Known for the next file: who it is, not what was created or left aside once
    suivante = recevoir(en_csv(proche, laissee), direction)
    assert suivante.rattachements["organisme"] == {attendus[0].cle: pinsons.pk}
    creer_membre(neuve)
    with pytest.raises(retour.Touchee) as refus:
        retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert "l’organisme « Les Hirondelles bleues »" in refus.value.phrase


def test_un_numero_et_un_nom_qui_se_contredisent_attendent_une_personne(pinsons, direction):
    autre = creer_association(nom="Le Vélo bleu")
    lignes = [
        rangee(organisme="Club de bridge", siret=pinsons.siret),
        rangee(siret=pinsons.siret, rna=autre.rna, intitule="Lire"),
        rangee(organisme="Pinsons (les)", siret=pinsons.siret, intitule="Chanter"),
        rangee(rna=autre.rna, intitule="Rouler"),
    ]
    plan = reception.plan_de(recevoir(en_csv(*lignes), direction))
    assert [une.phrase for une in plan.previsions[:2]] == [
        "Organisme : le numéro est celui de « Association Les Pinsons », le nom en est loin.",
        "Organisme : le SIRET est celui de « Association Les Pinsons », le RNA celui de « Le Vélo "
        "bleu ».",
    ]
    assert [une.porteur.partenaire for une in plan.previsions[2:]] == [pinsons, autre]


def test_un_quartier_de_2015_ne_devient_jamais_seul_un_quartier_de_2024(pinsons, direction):
    lignes = [
        rangee(siret=pinsons.siret, annee="2019", quartier="Quatre As"),
        rangee(siret=pinsons.siret, annee="2019", intitule="Lire", quartier="QP062012"),
        rangee(siret=pinsons.siret, annee="2024", intitule="Rire", quartier="Quatre As; Ouest"),
    ]
    reprise = recevoir(en_csv(*lignes), direction)
    lieux = [une.lieux for une in reception.plan_de(reprise).previsions]
    assert [([str(q) for q in un.quartiers], un.anciens) for un in lieux] == [
        ([], ("Quatre As",)),
        ([], ("QP062012",)),
        (["Quatre As"], ("Ouest",)),
    ]
    quatre_as = Quartier.objects.get(code="QN06258M")
    dits = {"QP062012": quatre_as, "Quatre As": None}
    reception.dire_les_quartiers(dits, par=direction, recu_le=PENDANT)
    lieux = [une.lieux for une in reception.plan_de(reprise).previsions]
    assert [([str(q) for q in un.quartiers], un.anciens) for un in lieux] == [
        ([], ("Quatre As",)),
        (["Quatre As"], ()),
        (["Quatre As"], ("Ouest",)),
    ]
    appliquer(reprise, direction)
    noms = Lieu.objects.filter(quartier=None).values_list("intitule", flat=True)
    assert sorted(noms) == ["Ancien quartier Ouest", "Ancien quartier Quatre As"]
    assert AncienQuartier.objects.get(cle="quatre as").quartier is None


@pytest.mark.parametrize(
    "entre_temps",
    ["quartier", "axe", "decide_le", "acte", "statut", "verse"],
)
def test_ce_qui_s_applique_est_ce_qui_a_ete_lu(pinsons, direction, entre_temps):
    """Between the page that was read and the button, somebody says where, or what a column is."""
    octets = en_csv(
        rangee(
            siret=pinsons.siret,
            vote="2 000",
            verse="2 000",
            decide_le="12/03/2025",
            acte="D-12",
            statut="accordé",
            quartier="Ouest / Quatre As",
            axe="Plein emploi",
        )
    )
    reprise = recevoir(octets, direction)
    lu = reception.plan_de(reprise).empreinte
    plan = reception.plan_de(Reprise.objects.get())
    assert plan.empreinte == lu
    assert plan.previsions[0].phrase.replace("\u00a0", " ") == (
        "Association Les Pinsons, Services déconcentrés de l’État : 3 000 € demandé, 2 000 € voté, "
        "2 000 € versé, décidé le 12 mars 2025, acte D-12 ; quartier Quatre As ; "
        "axe Quartier de plein emploi"
    )
    if entre_temps == "quartier":
        dit = {"Ouest": Quartier.objects.get(code="QN06258M")}
        reception.dire_les_quartiers(dit, par=creer_agent(), recu_le=PENDANT)
    else:
        titre = {
            "axe": "Axe",
            "decide_le": "Date de décision",
            "acte": "Délibération",
            "statut": "Décision",
            "verse": "Montant versé",
        }[entre_temps]
        reception.dire_les_colonnes(reprise, {simple(titre): ""}, {}, par=creer_agent())
    with pytest.raises(application.PlanChange):
        application.appliquer(reprise, lu, par=direction, recu_le=PENDANT)
    assert Dossier.objects.count() == 0
    appliquer(Reprise.objects.get(), direction)
    assert Dossier.objects.count() == 1


def test_rien_n_est_public_avant_la_direction_puis_tout_se_dit_repris(client, pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    assert lire_les_soutiens() == {}
    assert "Jardins" not in lue(client.get("/projets/"))
    assert publication.liberer(reprise, par=direction, recu_le=PENDANT) == 2
    assert publication.liberer(reprise, par=direction, recu_le=PENDANT) == 0
    assert lire_les_soutiens() == {"Jardins": 350_000}
    page = lue(client.get("/projets/"))
    assert ("Jardins" in page, "données reprises" in page, "Refusée" in page) == (True, True, False)
    publication.retirer(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    assert lire_les_soutiens() == {}
    # No call of the portal is born of it
    for adresse in ("/", "/appel/", "/appel/precedents/", "/appel/appels.json"):
        assert "données reprises" not in lue(client.get(adresse))


@pytest.mark.parametrize("est_retiree_avant", [False, True])
def test_une_annee_parue_puis_defaite_repond_410(client, pinsons, direction, est_retiree_avant):
    """Its address is permanent; what nobody read has none. Given again, it is there again."""
    octets = deux_actions(pinsons)
    reprise = recevoir(octets, direction)
    appliquer(reprise, direction)
    numeros = dict(Dossier.objects.filter(etat="repris").values_list("intitule", "numero"))
    publication.liberer(reprise, par=direction, recu_le=PENDANT)
    if est_retiree_avant:
        publication.retirer(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    retour.defaire(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    assert not Dossier.objects.filter(etat="repris").exists()
    adresse, api = (f"{debut}{numeros['Jardins']}" for debut in ("/projets/", "/api/v1/projets/"))
    reponse = client.get(f"{adresse}/")
    assert (reponse.status_code, client.get(api).status_code) == (410, 410)
    assert "retiré le fichier d’une année passée" in lue(reponse)
    assert "données reprises" not in lue(client.get("/projets/"))
    assert client.get(f"/projets/{numeros['Refusée']}/").status_code == 404
    assert client.get("/projets/R-2025-ABCDEFG/").status_code == 404
    autre = recevoir(octets, direction)
    appliquer(autre, direction)
    assert client.get(f"{adresse}/").status_code == 410  # not released yet
    publication.liberer(autre, par=direction, recu_le=PENDANT)
    assert (client.get(f"{adresse}/").status_code, client.get(api).status_code) == (200, 200)


def test_l_examen_montre_les_annees_reprises_a_part(connecter, pinsons, direction, client):
    appliquer(recevoir(deux_actions(pinsons), direction), direction)
    depose = deposer(creer_dossier_complet(creer_appel(), pinsons), creer_signataire(pinsons))
    page = lue(connecter(creer_agent()).get(f"/instruction/dossiers/{depose.pk}/"))
    for dit in ("Jardins", "données reprises", "2 400,50", "justifiés"):
        assert dit in page
    assert voisinage.ANNEES == 3


def test_un_dossier_repris_ne_s_ouvre_ni_ne_se_compte(connecter, pinsons, direction):
    appliquer(recevoir(deux_actions(pinsons), direction), direction)
    repris = Dossier.objects.get(intitule="Jardins")
    membre, agent = creer_signataire(pinsons), creer_agent()
    for qui in (membre, agent, direction):
        assert not Dossier.objects.visibles_par(qui).filter(pk=repris.pk).exists()
        assert not Dossier.objects.suivis_pour_le_service(qui).filter(pk=repris.pk).exists()
    for adresse in (f"/dossiers/{repris.pk}/", f"/instruction/dossiers/{repris.pk}/"):
        assert connecter(agent).get(adresse).status_code == 404
    assert connecter(agent).get(f"/instruction/appels/{repris.appel_id}/").status_code == 404
    assert "données reprises" not in lue(connecter(agent).get("/instruction/appels/"))


def test_on_recommence_un_dossier_d_une_action_reprise(pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    membre = creer_signataire(pinsons)
    assert not Dossier.objects.modeles_de(membre).exists()
    publication.liberer(reprise, par=direction, recu_le=PENDANT)
    assert [str(modele) for modele in Dossier.objects.modeles_de(membre)] == ["Jardins"]
    ailleurs = creer_signataire(creer_association())
    assert not Dossier.objects.modeles_de(ailleurs).exists()


def test_qui_prepare_et_qui_applique(connecter, pinsons, direction, client):
    agent, membre = creer_agent(), creer_signataire(pinsons)
    limite = creer_agent()
    appartenance = limite.appartenances.get()
    appartenance.perimetre = {"communes": ["62041"]}
    appartenance.save()
    depot = {"fichier": SimpleUploadedFile("a.csv", deux_actions(pinsons))}
    adresse = "/instruction/annees-passees/"
    assert client.post(adresse, depot).status_code == 302
    assert connecter(membre).post(adresse).status_code == 403
    assert connecter(limite).get(adresse).status_code == 403
    assert not Reprise.objects.exists()
    depot = {"fichier": SimpleUploadedFile("a.csv", deux_actions(pinsons))}
    page = connecter(agent).post(adresse, depot, follow=True)
    reprise = Reprise.objects.get()
    assert page.redirect_chain == [(f"{adresse}{reprise.pk}/", 302)]
    assert "La ou le responsable du service l’applique." in lue(page)
    lu = {"lu": reception.plan_de(reprise).empreinte}
    for geste in ("appliquer", "liberer", "defaire", "retirer"):
        assert connecter(agent).post(f"{adresse}{reprise.pk}/{geste}/", lu).status_code == 403
    chef = connecter(direction)
    page = chef.post(f"{adresse}{reprise.pk}/appliquer/", {"lu": "autre"}, follow=True)
    assert "Entre-temps, ce que ce fichier écrirait a changé" in lue(page)
    assert not Dossier.objects.filter(etat="repris").exists()
    page = lue(chef.post(f"{adresse}{reprise.pk}/appliquer/", lu, follow=True))
    assert ("4 lignes ajoutées" in page, "Ce qu’est devenue chaque ligne" in page) == (True, True)
    chef.post(f"{adresse}{reprise.pk}/liberer/")
    page = lue(chef.post(f"{adresse}{reprise.pk}/defaire/", follow=True))
    assert "il n’en reste que ce compte rendu" in page


def test_les_annees_d_une_action_sont_une_serie(pinsons, direction):
    """Those of the file together, and the portal's own, which begins earlier then."""
    du_portail = Serie.objects.create(porteur=pinsons, premiere_annee=2027, titre="Lire")
    reprise = recevoir(
        en_csv(
            rangee(siret=pinsons.siret, annee="2025"),
            rangee(siret=pinsons.siret, annee="2024", intitule="JARDINS"),
            rangee(siret=pinsons.siret, annee="2023", intitule="Lire"),
        ),
        direction,
    )
    appliquer(reprise, direction)
    jardins, lire = Serie.objects.exclude(pk=du_portail.pk).get(), Serie.objects.get(titre="Lire")
    assert sorted(d.appel.annee for d in jardins.dossiers.all()) == [2024, 2025]
    assert (jardins.premiere_annee, lire.premiere_annee) == (2024, 2023)
    suite = creer_dossier_complet(creer_appel(), pinsons)
    suite.serie = jardins
    suite.save()
    with pytest.raises(retour.Touchee) as refus:
        retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert "la série « JARDINS, depuis 2024 », qui a une suite" in refus.value.phrase
    suite.serie = None
    suite.save()
    retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert Serie.objects.get(titre="Lire").premiere_annee == 2027
    assert not Dossier.objects.filter(etat="repris").exists()


def suite_de_2027(pinsons) -> Dossier:
    """The year that was deposited of the action that files took over."""
    depose = deposer(creer_dossier_complet(creer_appel(), pinsons), creer_signataire(pinsons))
    Dossier.objects.filter(pk=depose.pk).update(serie=Serie.objects.get(titre="Jardins"))
    return Dossier.objects.get(pk=depose.pk)


def test_une_annee_reprise_se_lit_se_detache_et_se_rattache(connecter, pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    repris = Dossier.objects.get(intitule="Jardins")
    depose = suite_de_2027(pinsons)
    client = connecter(creer_agent())
    page = lue(client.get(f"/instruction/dossiers/{depose.pk}/serie/"))
    for dit in (f"2025, {repris.numero}", "données reprises", f"2027, {depose.numero}"):
        assert dit in page
    sienne = f"/instruction/dossiers/{repris.pk}/serie/"
    assert f'href="{sienne}"' in page
    lignes = lue(client.get(f"/instruction/annees-passees/{reprise.pk}/"))
    assert f'href="{sienne}"' in lignes
    assert f"Corriger {repris.numero}" in lue(client.get(sienne))
    client.post(sienne, {"geste": "detacher", "motif": "Autre action"})
    depose.refresh_from_db()
    repris.refresh_from_db()
    assert repris.serie != depose.serie
    assert (repris.serie.premiere_annee, depose.serie.premiere_annee) == (2025, 2027)
    with pytest.raises(retour.Touchee):
        retour.defaire(reprise, par=direction, recu_le=PENDANT)
    client.post(
        sienne,
        {"geste": "rattacher", "serie": depose.serie.pk, "motif": "La même, tout compte fait"},
    )
    assert Dossier.objects.get(pk=repris.pk).serie == depose.serie
    assert Serie.objects.get(pk=depose.serie.pk).premiere_annee == 2025
    for personne in (connecter(creer_signataire(pinsons)), connecter(creer_financeur())):
        assert personne.get(sienne).status_code == 403
    limite = creer_agent()
    limite.appartenances.update(perimetre={"communes": ["62000"]})
    assert connecter(limite).get(sienne).status_code == 404


def test_reunir_des_annees_reprises_s_annule(connecter, pinsons, direction):
    """The first dossier that moved is an imported one: undoing leads to a page that exists, and the
    file may then be undone too."""
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    repris, lire = Dossier.objects.get(intitule="Jardins"), Dossier.objects.get(intitule="Lire")
    client = connecter(creer_agent())
    sienne = f"/instruction/dossiers/{repris.pk}/serie/"
    client.post(sienne, {"geste": "reunir", "serie": lire.serie.pk, "motif": "Une seule"})
    assert Dossier.objects.get(pk=repris.pk).serie == lire.serie
    (mouvement,) = MouvementDeSerie.objects.all()
    reponse = client.post(f"/instruction/series/{mouvement.pk}/annuler/", follow=True)
    assert (reponse.status_code, "Le mouvement est annulé" in lue(reponse)) == (200, True)
    assert Dossier.objects.get(pk=repris.pk).serie == repris.serie
    retour.defaire(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    assert not Dossier.objects.filter(etat="repris").exists()
    assert Serie.objects.count() == 2  # those that the log names; the third one is gone
    assert not Serie.objects.suivies().exists()


def test_une_parole_se_lie_a_une_annee_reprise_et_publiee(connecter, pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    appliquer(reprise, direction)
    numero = Dossier.objects.get(intitule="Jardins").numero
    parole = creer_contribution()
    client = connecter(creer_agent())
    adresse = f"/instruction/paroles/{parole.pk}/dossiers/"
    assert client.post(adresse, {"numero": numero}).status_code == 422  # nobody reads it yet
    publication.liberer(reprise, par=direction, recu_le=PENDANT)
    page = client.post(adresse, {"numero": f" {numero.lower()}"}, follow=True)
    assert "La contribution est liée" in lue(page)
    liees = lue(client.get(adresse))
    assert f'href="/projets/{numero}/"' in liees
    with pytest.raises(retour.Touchee):
        retour.defaire(Reprise.objects.get(), par=direction, recu_le=PENDANT)
    client.post(f"/instruction/paroles/liens/{Rattachement.objects.get().pk}/retirer/")
    assert not Rattachement.objects.exists()


def test_personne_n_ecrit_ce_que_son_organisme_a_recu(pinsons, direction):
    creer_membre(pinsons, Role.LECTEUR, utilisateur=direction)
    reprise = recevoir(deux_actions(pinsons), direction)
    with pytest.raises(application.SaPropreReprise):
        appliquer(reprise, direction)
    assert Reprise.objects.get().est_lue


def test_ce_que_le_portail_a_deja_n_est_pas_dit_deux_fois(pinsons, direction):
    appel = creer_appel(2026)
    depose = deposer(
        creer_dossier_complet(appel, pinsons, intitule="Jardins"), creer_signataire(pinsons)
    )
    reprise = recevoir(en_csv(rangee(siret=pinsons.siret, annee="2026", vote="10")), direction)
    assert [une.phrase for une in reception.plan_de(reprise).previsions] == [
        f"Le portail a déjà ce dossier : {depose.numero}."
    ]


def test_colonnes_dites_une_fois_connues_ensuite(connecter, pinsons, direction):
    corps = f"Qui;N°;Quoi;Somme\r\nLes Pinsons;{pinsons.siret};Jardins;1 200\r\n".encode()
    client = connecter(creer_agent())
    adresse = "/instruction/annees-passees/"
    page = client.post(adresse, {"fichier": SimpleUploadedFile("a.csv", corps)}, follow=True)
    reprise = Reprise.objects.get()
    colonnes = f"{adresse}{reprise.pk}/colonnes/"
    assert page.redirect_chain[-1] == (colonnes, 302)
    dites = {"c0": "organisme", "c1": "siret", "c2": "intitule", "c3": "vote"}
    faux = client.post(colonnes, dites)
    assert (faux.status_code, "Il manque : Année, Financeur." in lue(faux)) == (
        422,
        True,
    )
    page = client.post(colonnes, {**dites, "annee": "2024", "financeur": "CUA"}, follow=True)
    assert "1 ligne nouvelle" in lue(page)
    suivante = recevoir(corps + b"Autre;;Lire;5\r\n", direction)
    assert suivante.colonnes == {
        "qui": "organisme",
        "n": "siret",
        "quoi": "intitule",
        "somme": "vote",
    }


def test_les_pages_des_noms_et_des_quartiers(connecter, pinsons, direction):
    reprise = recevoir(
        en_csv(rangee(organisme="Pinsons", annee="2018", quartier="Vieux quartier", vote="5")),
        direction,
    )
    client, adresse = connecter(creer_agent()), f"/instruction/annees-passees/{reprise.pk}/"
    page = lue(client.get(adresse))
    assert ("1 nom à reconnaître" in page, "1 nom de quartier" in page) == (True, True)
    for page_ in ("noms", "quartiers"):
        formulaire = client.get(f"{adresse}{page_}/").context["form"]
        [champ] = [nom for nom in formulaire.fields if nom != "vu"]
        choix = str(pinsons.pk) if page_ == "noms" else "QN06258M"
        faux = client.post(f"{adresse}{page_}/", {champ: "n’importe quoi"})
        assert faux.status_code == 422
        assert client.post(f"{adresse}{page_}/", {champ: choix}).status_code == 302
    [prevision] = reception.plan_de(Reprise.objects.get()).previsions
    assert (prevision.porteur.partenaire, [q.code for q in prevision.lieux.quartiers]) == (
        pinsons,
        ["QN06258M"],
    )


def test_un_quartier_mal_dit_se_dit_de_nouveau(connecter, pinsons, direction):
    """« À décider » takes back what was said; a page opened before says what another one said."""
    reprise = recevoir(
        en_csv(rangee(siret=pinsons.siret, annee="2018", quartier="Vieux quartier", vote="5")),
        direction,
    )
    client = connecter(creer_agent())
    adresse = f"/instruction/annees-passees/{reprise.pk}/quartiers/"
    formulaire = client.get(adresse).context["form"]
    [champ], vu = formulaire.noms, formulaire["vu"].value()
    assert client.post(adresse, {champ: "QN06258M", "vu": vu}).status_code == 302
    autre = client.post(adresse, {champ: "ancien", "vu": vu})
    assert (autre.status_code, "quelqu’un a enregistré : « " in lue(autre)) == (422, True)
    assert AncienQuartier.objects.get().quartier.code == "QN06258M"
    vu = client.get(adresse).context["form"]["vu"].value()
    assert client.post(adresse, {champ: "", "vu": vu}).status_code == 302
    assert not AncienQuartier.objects.exists()


def test_deux_agents_disent_les_colonnes(connecter, pinsons, direction):
    """A page opened before does not put back what a colleague corrected, on either side."""
    corps = f"Qui;N°;Quoi;Somme\r\nLes Pinsons;{pinsons.siret};Jardins;1 200\r\n".encode()
    reprise = recevoir(corps, direction)
    client = connecter(creer_agent())
    adresse = f"/instruction/annees-passees/{reprise.pk}/colonnes/"
    vu = client.get(adresse).context["form"]["vu"].value()
    dites = {"c0": "organisme", "c1": "siret", "c2": "intitule", "c3": "vote"}
    pour_tout = {"annee": "2024", "financeur": "CUA"}
    assert client.post(adresse, {**dites, **pour_tout, "vu": vu}).status_code == 302
    autre = client.post(adresse, {**dites, **pour_tout, "c3": "demande", "vu": vu})
    assert (autre.status_code, "quelqu’un a enregistré : « " in lue(autre)) == (422, True)
    dite = Reprise.objects.get().colonnes
    assert dite["somme"] == "vote"
    # read before the other wrote, written after: refused under the lock
    with pytest.raises(AuMemeInstant):
        reception.dire_les_colonnes(reprise, {"somme": "demande"}, pour_tout, par=direction)
    assert Reprise.objects.get().colonnes == dite


def test_un_nom_mal_decide_se_decide_de_nouveau(connecter, pinsons, direction):
    """Until the file is applied; a page opened before says that another one decided meanwhile."""
    reprise = recevoir(en_csv(rangee(organisme="Pinsons", annee="2018", vote="5")), direction)
    client = connecter(creer_agent())
    adresse = f"/instruction/annees-passees/{reprise.pk}/noms/"
    [champ] = client.get(adresse).context["form"].fields
    assert client.post(adresse, {champ: "laisser"}).status_code == 302
    suite = lue(client.post(adresse, {champ: str(pinsons.pk)}, follow=True))  # the page of before
    assert "1 nom était déjà décidé depuis l’ouverture de cette page" in suite
    assert "Pinsons : laissé de côté par le service" in suite
    assert client.post(adresse, {"oublier": champ}).url == adresse
    assert list(client.get(adresse).context["form"].fields) == [champ]
    assert client.post(adresse, {champ: str(pinsons.pk)}).status_code == 302
    [prevision] = reception.plan_de(Reprise.objects.get()).previsions
    assert prevision.porteur.partenaire == pinsons


def test_un_fichier_qui_n_en_est_pas_un_est_refuse_par_sa_phrase(connecter, pinsons):
    client = connecter(creer_agent())
    for octets, phrase in (
        (b"\x00\x01\x02\x00\x00", "ni un classeur XLSX ni un texte"),
        (b"PK\x03\x04abime", "Ce classeur est abîmé"),
        (en_csv(), "ne contient aucune ligne sous ses titres"),
        (en_csv(*[rangee()] * 5001), "plus de 5 000 lignes"),
        (b"x" * (2 * 1024 * 1024 + 1), "dépasse 2 Mo"),
    ):
        page = client.post(
            "/instruction/annees-passees/", {"fichier": SimpleUploadedFile("a.csv", octets)}
        )
        assert (page.status_code, phrase in lue(page)) == (422, True), phrase
    assert not Reprise.objects.exists()


@pytest.mark.parametrize("codage", ["utf-8", "cp1252", "utf-16"])
def test_tous_les_codages_se_lisent(pinsons, direction, codage):
    octets = en_csv(rangee(siret=pinsons.siret, intitule="Été à Arras"), codage=codage)
    [prevision] = reception.plan_de(recevoir(octets, direction)).previsions
    assert prevision.ligne.intitule == "Été à Arras"


def test_un_classeur_avec_titre_fusionne_et_formules(pinsons, direction):
    octets = en_xlsx(
        rangee(siret=pinsons.siret, annee=2025, demande=3000, vote=2500.5),
        rangee(siret=pinsons.siret, annee=2025, intitule="Lire", demande="=1000+500"),
        dessus=(["Programmation 2025 du contrat de ville"], []),
    )
    juste, formule = reception.plan_de(recevoir(octets, direction, "a.xlsx")).previsions
    assert (juste.ligne.rang, juste.ligne.vote) == (4, 250_050)
    [defaut] = formule.ligne.defauts
    assert (defaut.genre, defaut.colonne) == ("demande_formule", "G, Montant demandé")


def test_deux_refus_portent_leur_phrase(pinsons, direction):
    reprise = recevoir(deux_actions(pinsons), direction)
    for acte in (publication.liberer, publication.retirer, retour.defaire):
        with pytest.raises(Refus) as refus:
            acte(reprise, par=direction, recu_le=PENDANT)
        assert refus.value.phrase.endswith("rien n’a changé.")


def test_l_apercu_se_lit_en_autant_de_requetes_pour_une_ligne_ou_cent(
    connecter, pinsons, direction, django_assert_num_queries
):
    appliquer(
        recevoir(en_csv(rangee(siret=pinsons.siret, intitule="Action 0")), direction), direction
    )
    client = connecter(direction)
    for nombre in (1, 100):
        lignes = [rangee(siret=pinsons.siret, intitule=f"Action {rang}") for rang in range(nombre)]
        lignes += [rangee(organisme=f"Inconnu {rang}") for rang in range(nombre)]
        reprise = recevoir(en_csv(*lignes), direction)
        client.get("/instruction/annees-passees/")  # what a process reads once
        with django_assert_num_queries(13):
            assert client.get(f"/instruction/annees-passees/{reprise.pk}/").status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_deux_personnes_appliquent_en_meme_temps():
    """The same file twice, and two files that write the same action: written once."""
    porteur = creer_association(nom="Association Les Pinsons")
    chefs = [creer_agent(Role.RESPONSABLE), creer_agent(Role.RESPONSABLE)]
    un = recevoir(en_csv(rangee(siret=porteur.siret, vote="5")), chefs[0])
    autre = recevoir(en_csv(rangee(siret=porteur.siret, vote="6")), chefs[0])
    lus = {reprise.pk: reception.plan_de(reprise).empreinte for reprise in (un, autre)}

    def essayer(reprise, par):
        try:
            application.appliquer(reprise, lus[reprise.pk], par=par, recu_le=PENDANT)
            return "appliquée"
        except Refus as refus:
            return type(refus).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as fils:
        faits = [
            fils.submit(essayer, reprise, par)
            for reprise, par in ((un, chefs[0]), (un, chefs[1]), (autre, chefs[0]))
        ]
        rendus = sorted(fait.result() for fait in faits)
    assert rendus.count("appliquée") == 1
    assert set(rendus) <= {"appliquée", "RepriseAilleurs", "PlanChange"}
    assert Dossier.objects.filter(etat="repris").count() == 1
    assert Financement.objects.filter(dossier__etat="repris").count() == 1
    # The same bytes given by two persons at once are one file
    octets = en_csv(rangee(siret=porteur.siret, vote="7"))

    def donner(par):
        try:
            return recevoir(octets, par).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        recues = set(fils.map(donner, chefs))
    assert len(recues) == 1
