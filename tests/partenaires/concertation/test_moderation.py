"""The service reads, answers and ends: each act allowed, refused, logged, told (SUITES F8, H6)."""

import re
from functools import partial

import pytest
from django.db import transaction
from post_office.models import Email

from partenaires.concertation.actions import contributions, moderation, reponses
from partenaires.concertation.verrous import ParoleChangee, dernier_passage
from partenaires.models import (
    Contribution,
    DecisionSignalement,
    EtatParole,
    Moderation,
    MotifModeration,
    Recours,
    Reponse,
    Role,
    Signalement,
    Suite,
    VerbeParole,
)
from partenaires.socle.refus import Refus
from quartiers.models import Quartier
from tests.appels.instruction.test_examen import courir
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.feuilles import feuille

pytestmark = pytest.mark.django_db
COURRIEL = "voisine@exemple.fr"
REFUS = {
    "motif": MotifModeration.COORDONNEES,
    "texte": "Un numéro est écrit dans ce texte.",
    "regle": "Ni insulte ni publicité.",
}


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def consultation(horloge_figee):
    return creer_consultation()


def adresse(parole: Contribution, file: str = "toutes") -> str:
    return f"/instruction/paroles/{parole.pk}/?file={file}"


def poster(client, parole: Contribution, acte: str, file: str = "toutes", **champs):
    """An act as its form sends it, from a page shown now."""
    envoi = {"acte": acte, f"{acte}-vu": str(dernier_passage(parole))}
    envoi |= {f"{acte}-{nom}": valeur for nom, valeur in champs.items()}
    return client.post(adresse(parole, file), envoi)


def refusee(par, **champs) -> Contribution:
    parole = creer_contribution(etat=EtatParole.RECUE, **champs)
    moderation.ecarter(parole, VerbeParole.REFUSER, **REFUS, vu=0, par=par, recu_le=PENDANT)
    parole.refresh_from_db()
    return parole


def test_la_page_releve_et_ne_change_rien(connecter, agent, consultation):
    texte = "Appelez-moi au 06 39 98 12 34 <b>vite</b>"
    parole = creer_contribution(consultation, EtatParole.RECUE, texte=texte)
    page = connecter(agent).get(adresse(parole)).content.decode()
    assert re.findall(r"<mark\s*>([^<]*)<", page) == ["06 39 98 12 34"]
    assert "Ce texte contient un numéro de téléphone." in page
    assert "&lt;b&gt;vite&lt;/b&gt;" in page
    parole.refresh_from_db()
    assert parole.texte == texte


def test_chaque_geste_de_la_page(connecter, agent, consultation):
    """From received to answered, then resumed, its steps said: each logged with who."""
    client = connecter(agent)
    parole = creer_contribution(consultation, EtatParole.RECUE, courriel=COURRIEL)
    suite = {
        "publier": {},
        "etudier": {"theme": "Éclairage"},
        "repondre": {
            "issue": "transmettre",
            "reponse": "La commune décide.",
            "transmise_a": "la commune fictive",
            "theme": "Éclairage",
        },
    }
    for acte, champs in suite.items():
        assert poster(client, parole, acte, **champs).status_code == 302
        parole.refresh_from_db()
    assert parole.etat == EtatParole.TRANSMISE
    assert parole.theme == "Éclairage"
    reponse = Reponse.objects.get()
    assert (reponse.transmise_a, reponse.signature) == ("la commune fictive", "Service d’essai")
    assert poster(client, parole, "reprendre").status_code == 302
    autre = {"issue": "donner_suite", "reponse": "Un banc est posé.", "transmise_a": "x"}
    assert poster(client, parole, "repondre", **autre).status_code == 302
    reponse.refresh_from_db()
    assert (reponse.texte, reponse.transmise_a) == ("Un banc est posé.", "")
    etape = {"etape": "a_venir", "date": "12/01/2027", "fait": "Poser la lampe"}
    for _ in range(2):  # sent twice, said once
        assert poster(client, parole, "etape", **etape).status_code == 302
    pose = Suite.objects.get()
    avance = {"suite": pose.pk, "vue": "a_venir", "etape": "faite"}
    assert poster(client, parole, "avancer", **avance).status_code == 302
    pose.refresh_from_db()
    assert pose.etape == "faite"
    retire = {"suite": pose.pk, "vue": "faite", "etape": "retirer"}
    assert poster(client, parole, "avancer", **retire).status_code == 302
    assert Suite.objects.count() == 0
    lignes = Moderation.objects.filter(contribution=parole).values_list("acte", "par")
    assert list(lignes) == [
        (acte, agent.pk)
        for acte in ("publier", "etudier", "transmettre", "reprendre", "donner_suite")
    ]
    # The clock is stopped: the second answer is of the same instant, and of the same mail.
    assert [courriel.to for courriel in Email.objects.all()] == [[COURRIEL]] * 2


def test_apres_un_geste_vient_la_suivante(connecter, agent, consultation):
    """What is late comes first; nothing more waits: the queue says so."""
    client = connecter(agent)
    a_temps = creer_contribution(consultation, EtatParole.RECUE, a_relire_avant="2026-12-01")
    en_retard = creer_contribution(consultation, EtatParole.RECUE, a_relire_avant="2026-11-02")
    sans_promesse = creer_contribution(consultation, EtatParole.RECUE)
    page = client.get("/instruction/paroles/").content.decode()
    ordre = [int(pk) for pk in re.findall(r'name="paroles" value="(\d+)"', page)]
    assert ordre == [en_retard.pk, a_temps.pk, sans_promesse.pk]
    assert "À relire <b>3</b>, dont 1 en retard" in page
    vers = [poster(client, parole, "publier", "a-relire").url for parole in (en_retard, a_temps)]
    vers.append(poster(client, sans_promesse, "publier", "a-relire").url)
    assert vers == [
        adresse(a_temps, "a-relire"),
        adresse(sans_promesse, "a-relire"),
        "/instruction/paroles/?file=a-relire",
    ]


def test_un_refus_porte_raison_regle_et_recours(connecter, agent, consultation):
    """The mail, read back: the four things that its author is owed."""
    parole = creer_contribution(consultation, EtatParole.RECUE, courriel=COURRIEL)
    champs = {nom: str(getattr(valeur, "value", valeur)) for nom, valeur in REFUS.items()}
    assert poster(connecter(agent), parole, "refuser", **champs).status_code == 302
    corps = Email.objects.get(to=[COURRIEL]).message
    dits = dict(re.findall(r"^(Raison|Explication|Règle de la charte) : (.*)$", corps, re.M))
    assert dits == {
        "Raison": "Coordonnées personnelles",
        "Explication": REFUS["texte"],
        "Règle de la charte": REFUS["regle"],
    }
    [lien] = re.findall(r"/participer/suivi/\S+", corps)
    assert contributions.du_jeton(lien.split("/")[3]) == parole


@pytest.mark.parametrize("manque", ["motif", "texte", "regle"])
def test_un_refus_sans_l_une_de_ses_raisons_n_en_est_pas_un(connecter, agent, consultation, manque):
    parole = creer_contribution(consultation, EtatParole.RECUE)
    champs = {"motif": "injure", "texte": "Des mots à garder", "regle": REFUS["regle"], manque: ""}
    reponse = poster(connecter(agent), parole, "refuser", **champs)
    assert reponse.status_code == 422
    assert ("Des mots à garder" in reponse.content.decode()) == (manque != "texte")
    parole.refresh_from_db()
    assert parole.etat == EtatParole.RECUE


def test_une_page_depassee_est_dite_et_garde_ce_qui_est_ecrit(connecter, agent, consultation):
    """Somebody refused meanwhile: nothing is published by surprise, the words come back."""
    parole = creer_contribution(consultation, EtatParole.PUBLIEE)
    avant = {"acte": "repondre", "repondre-vu": str(dernier_passage(parole))}
    moderation.ecarter(
        parole,
        VerbeParole.MASQUER,
        **REFUS,
        vu=dernier_passage(parole),
        par=creer_agent(),
        recu_le=PENDANT,
    )
    mots = {"repondre-issue": "classer", "repondre-reponse": "Une réponse longue à taper."}
    reponse = connecter(agent).post(adresse(parole), {**avant, **mots})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Entre-temps" in page
    assert "Une réponse longue à taper." in page
    assert not Reponse.objects.exists()


def test_le_recours_n_est_jamais_vu_par_qui_a_refuse(connecter, agent, consultation):
    """Neither by its page nor by a forged POST; somebody else does."""
    parole = refusee(agent, courriel=COURRIEL)
    recours = contributions.contester(parole, "Il n’y a aucun numéro.", le=PENDANT)
    champs = {"decision": "retablir", "reponse": "Vous avez raison."}
    client = connecter(agent)
    page = client.get(adresse(parole, "recours")).content.decode()
    assert 'value="recours"' not in page
    assert "Vous avez refusé ou masqué ce texte" in page
    forge = poster(client, parole, "recours", **champs)
    assert forge.status_code == 422
    recours.refresh_from_db()
    assert recours.tranche_le is None
    autre = creer_agent()
    assert poster(connecter(autre), parole, "recours", **champs).status_code == 302
    recours.refresh_from_db()
    parole.refresh_from_db()
    assert (recours.tranche_par, recours.est_accepte) == (autre, True)
    assert parole.etat == EtatParole.PUBLIEE
    assert "Vous avez raison." in Email.objects.filter(to=[COURRIEL]).last().message


def test_le_recours_tranche_est_celui_que_la_page_montrait(connecter, agent, consultation):
    """A colleague decided it meanwhile, and another came: that one still waits."""
    parole = refusee(agent)
    premier = contributions.contester(parole, "Un", le=PENDANT)
    client = connecter(creer_agent())
    page = client.get(adresse(parole, "recours")).content.decode()
    assert f'name="porte_sur" value="{premier.pk}"' in page
    Recours.objects.update(tranche_le=PENDANT, tranche_par=creer_agent(), est_accepte=False)
    refus = Moderation.objects.get(pk=premier.moderation_id)
    refus.pk, refus._state.adding = None, True  # refused once more, contested once more
    refus.save()
    second = Recours.objects.create(
        contribution=parole, moderation=refus, texte="Deux", depose_le=PENDANT
    )
    champs = {"acte": "recours", "porte_sur": str(premier.pk), "recours-decision": "retablir"}
    reponse = client.post(adresse(parole), {**champs, "recours-reponse": "Vous avez raison."})
    second.refresh_from_db()
    parole.refresh_from_db()
    assert (reponse.status_code, second.tranche_le, parole.etat) == (422, None, EtatParole.REFUSEE)


def test_un_recours_recu_sur_papier_est_juge_comme_un_autre(connecter, agent, consultation):
    """Who put the text aside may type it, never judge it; once typed, it is offered no more."""
    parole = refusee(agent)
    client = connecter(agent)
    champs = {"source": "papier", "texte": "Il n’y a aucun numéro."}
    avant, apres = (
        poster(client, parole, "recours_recu", **champs, arrive_le=jour).content.decode()
        for jour in ("31/10/2026", "01/01/2030")
    )
    assert ("vérifiez la date du recours" in avant, "pas encore venu" in apres) == (True, True)
    assert "Il n’y a aucun numéro." in avant
    assert not parole.recours.exists()
    jour = PENDANT.strftime("%d/%m/%Y")
    assert poster(client, parole, "recours_recu", **champs, arrive_le=jour).status_code == 302
    recours = parole.recours.get()
    assert (recours.source, recours.saisi_par, recours.texte) == ("papier", agent, champs["texte"])
    page = client.get(adresse(parole, "recours")).content.decode()
    assert 'value="recours_recu"' not in page
    assert f"saisie par {agent}" in page
    encore = poster(client, parole, "recours_recu", **champs, arrive_le=jour)
    assert (encore.status_code, parole.recours.count()) == (422, 1)
    champs = {"decision": "maintenir", "reponse": "Le numéro est à la fin."}
    assert poster(client, parole, "recours", **champs).status_code == 422
    assert poster(connecter(creer_agent()), parole, "recours", **champs).status_code == 302
    recours.refresh_from_db()
    assert (recours.est_accepte, recours.reponse) == (False, "Le numéro est à la fin.")


def test_la_responsable_non_plus_ne_juge_pas_son_propre_refus(consultation):
    responsable = creer_agent(Role.RESPONSABLE)
    parole = refusee(responsable)
    recours = contributions.contester(parole, "", le=PENDANT)
    trancher = partial(
        moderation.trancher_le_recours,
        recours,
        est_accepte=False,
        reponse="Non.",
        recu_le=PENDANT,
    )
    with pytest.raises(moderation.MemePersonne):
        trancher(par=responsable)
    trancher(par=creer_agent())
    with pytest.raises(moderation.DejaTranche):
        trancher(par=creer_agent())


def test_un_recours_ecarte_puis_retire_n_attend_plus(connecter, agent, consultation):
    parole = refusee(creer_agent())
    contributions.contester(parole, "", le=PENDANT)
    client = connecter(agent)
    assert "Recours <b>1</b>" in client.get("/instruction/paroles/").content.decode()
    contributions.retirer(parole, le=PENDANT)
    assert "Recours <b>0</b>" in client.get("/instruction/paroles/").content.decode()
    assert client.get(adresse(parole)).status_code == 200


def signaler(parole: Contribution) -> Signalement:
    rang = Signalement.objects.count()
    return Signalement.objects.create(
        contribution=parole,
        numero=f"SIG-{rang}",
        motif="haine",
        explication="Ces mots visent quelqu’un.",
        courriel="signale@exemple.fr",
        bonne_foi=True,
        envoi=f"s{rang}",
        recu_le=PENDANT,
    )


def test_un_signalement_a_sa_decision_et_ses_voies(connecter, agent, consultation):
    client = connecter(agent)
    champs = {
        "decision": "masquer",
        "raison": "La phrase vise une personne.",
        "voies": "Écrivez au service fictif.",
        "regle": "Ni insulte ni publicité.",
    }
    parole = creer_contribution(consultation, EtatParole.SANS_SUITE, courriel=COURRIEL)
    signalement = signaler(parole)
    assert "Ces mots visent" in client.get(adresse(parole, "signalements")).content.decode()
    sans_regle = poster(
        client, parole, "signalement", numero=signalement.pk, **{**champs, "regle": ""}
    )
    assert sans_regle.status_code == 422
    assert poster(client, parole, "signalement", numero=signalement.pk, **champs).status_code == 302
    parole.refresh_from_db()
    signalement.refresh_from_db()
    assert parole.etat == EtatParole.MASQUEE
    assert signalement.decision == DecisionSignalement.MASQUEE
    corps = Email.objects.get(to=["signale@exemple.fr"]).message
    assert champs["raison"] in corps
    assert champs["voies"] in corps
    assert parole.moderations.last().motif == MotifModeration.ILLICITE
    deja = signaler(parole)
    assert poster(client, parole, "signalement", numero=deja.pk, **champs).status_code == 302
    deja.refresh_from_db()
    assert deja.decision == DecisionSignalement.DEJA_HORS_LIGNE
    anonyme = signaler(parole)
    Signalement.objects.filter(pk=anonyme.pk).update(motif="mineurs", courriel="")
    phrases = []
    for signale in (signaler(parole), anonyme):
        poster(client, parole, "signalement", numero=signale.pk, **champs)
        page = client.get("/instruction/paroles/").content.decode()
        phrases += re.findall(r"a sa décision ; ([^<.]*)\.", page)
    assert phrases[-2:] == [
        "un courriel la dit à qui a signalé",
        "personne n’a laissé de courriel : elle reste dans le journal de cette page",
    ]
    encore = poster(client, parole, "signalement", numero=deja.pk, **champs)
    assert encore.status_code == 422
    assert parole.moderations.count() == 4


def test_en_lot_on_ne_publie_que_ce_que_rien_ne_retient(connecter, agent, consultation):
    sures = [creer_contribution(consultation, EtatParole.RECUE) for _ in range(2)]
    relevee = creer_contribution(consultation, EtatParole.RECUE, texte="mail : a.b@exemple.fr")
    signee = creer_contribution(consultation, EtatParole.RECUE, pseudonyme="06 39 98 12 34")
    vue = creer_contribution(consultation, EtatParole.RECUE)
    contributions.retirer(vue, le=PENDANT)
    envoi = {"paroles": [str(p.pk) for p in (*sures, relevee, signee, vue)]}
    suite = connecter(agent).post("/instruction/paroles/lot/", envoi, follow=True)
    page = suite.content.decode().replace("\xa0", " ")
    assert "2 contributions publiées." in page
    assert f"Contribution {relevee.pk} n’est pas publiée. Ce texte contient une adresse" in page
    assert f"Contribution {signee.pk} n’est pas publiée. Ce texte contient un numéro de" in page
    assert f"Contribution {vue.pk} n’est pas publiée. Entre-temps" in page
    etats = Contribution.objects.filter(etat=EtatParole.PUBLIEE)
    assert set(etats) == set(sures)
    forge = {"paroles": [str(rang) for rang in range(51)]}
    assert connecter(agent).post("/instruction/paroles/lot/", forge).status_code == 400


def test_hors_du_perimetre_on_lit_et_on_n_agit_pas(connecter, consultation):
    """A button that is not there says why; a forged POST reads the same words."""
    ici, ailleurs = Quartier.objects.all()[:2]
    agent = creer_agent()
    agent.appartenances.update(perimetre={"quartiers": [ici.code]})
    permise = creer_contribution(consultation, EtatParole.RECUE, quartier=ici)
    sans_lieu = creer_contribution(consultation, EtatParole.RECUE)
    interdite = creer_contribution(consultation, EtatParole.RECUE, quartier=ailleurs)
    client = connecter(agent)
    assert "Votre périmètre ne comprend pas" in client.get(adresse(interdite)).content.decode()
    reponses_lues = [poster(client, p, "publier") for p in (permise, sans_lieu, interdite)]
    assert [reponse.status_code for reponse in reponses_lues] == [302, 302, 403]
    with pytest.raises(Refus):
        moderation.publier(interdite, vu=0, par=agent, recu_le=PENDANT)


def test_une_consultation_en_brouillon_ne_publie_rien(connecter, agent):
    brouillon = creer_consultation(est_publiee=False)
    parole = creer_contribution(brouillon, EtatParole.RECUE)
    reponse = poster(connecter(agent), parole, "publier")
    assert reponse.status_code == 422
    assert "n’est pas encore publiée" in reponse.content.decode()


@pytest.mark.parametrize("acte", ["", "inconnu", "publier\x00"])
def test_un_acte_forge_est_refuse(connecter, agent, consultation, acte):
    parole = creer_contribution(consultation, EtatParole.RECUE)
    assert connecter(agent).post(adresse(parole), {"acte": acte}).status_code == 400


@pytest.mark.postgresql
def test_deux_personnes_repondent_ou_tranchent_a_la_fois(base_a_plusieurs):
    """One passes, the other reads who did; never two answers, never two decisions."""
    consultation = creer_consultation()
    agents = [creer_agent(), creer_agent()]
    with transaction.atomic():
        parole = creer_contribution(consultation, EtatParole.ETUDIEE)
    contestee = creer_contribution(consultation, EtatParole.RECUE)
    moderation.ecarter(
        contestee, VerbeParole.REFUSER, **REFUS, vu=0, par=creer_agent(), recu_le=PENDANT
    )
    recours = contributions.contester(contestee, "", le=PENDANT)
    refus = []

    def tenter(acte):
        try:
            acte()
        except Refus as erreur:
            refus.append(type(erreur))

    vu = dernier_passage(parole)
    courir(
        [
            partial(
                tenter,
                partial(
                    reponses.repondre,
                    parole,
                    VerbeParole.CLASSER,
                    texte="Non, parce que.",
                    transmise_a="",
                    theme="",
                    vu=vu,
                    par=agent,
                    recu_le=PENDANT,
                ),
            )
            for agent in agents
        ]
    )
    courir(
        [
            partial(
                tenter,
                partial(
                    moderation.trancher_le_recours,
                    recours,
                    est_accepte=accepte,
                    reponse="Relu.",
                    par=agent,
                    recu_le=PENDANT,
                ),
            )
            for agent, accepte in zip(agents, (True, False), strict=True)
        ]
    )
    assert refus == [ParoleChangee, moderation.DejaTranche]
    assert Reponse.objects.count() == 1
    assert Recours.objects.get().tranche_par in agents
    assert parole.moderations.filter(acte=VerbeParole.CLASSER).count() == 1


def test_le_signalement_que_la_page_montre_se_decide_de_la_page(connecter, agent, consultation):
    """As the page sends it; decided meanwhile, what was typed is not put on the next one."""
    client, parole = connecter(agent), creer_contribution(consultation)
    premier, second = signaler(parole), signaler(parole)
    champs = {"decision": "garder", "raison": "Rien de contraire.", "voies": "Écrivez au service."}
    envoi = feuille(client.get(adresse(parole, "signalements")), "signalement-raison")
    envoi |= {f"signalement-{nom}": valeur for nom, valeur in champs.items()}
    envoi["acte"] = "signalement"
    assert client.post(adresse(parole), envoi).status_code == 302
    premier.refresh_from_db()
    assert premier.decision == DecisionSignalement.GARDEE
    envoi["signalement-raison"] = champs["raison"] = "Rien de contraire à la charte."
    trop_tard = client.post(adresse(parole), envoi)
    assert trop_tard.status_code == 422
    assert feuille(trop_tard, "signalement-raison")["signalement-numero"] == [str(second.pk)]
    assert feuille(trop_tard, "signalement-raison")["signalement-raison"] == [""]
    assert champs["raison"] in trop_tard.content.decode()
