"""What runs by itself: the agents told, what is kept too long erased; the paper of a synthesis."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from post_office.models import STATUS, Email

from appels.demonstration import paroles, personnes
from appels.models import Rattachement, Synthese
from appels.public import syntheses
from partenaires.concertation import annonces, bilan, courriels, mesures
from partenaires.concertation.actions import conservation, contributions, moderation, reponses
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import (
    Consultation,
    Contribution,
    DecisionSignalement,
    EtatParole,
    Genre,
    Partenaire,
    Recours,
    Role,
    Signalement,
)
from quartiers.models import Parution
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
    deposer,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.lecteurs import texte_pdf

pytestmark = pytest.mark.django_db
MATIN = datetime(2026, 11, 12, 6, 10, tzinfo=ZoneInfo("Europe/Paris"))


def test_les_agents_sont_prevenus_une_fois_par_jour(horloge_figee):
    agent = creer_agent()
    consultation = creer_consultation()
    assert not annonces.annoncer(MATIN)  # nothing waits
    creer_contribution(consultation, EtatParole.RECUE, a_relire_avant="2026-11-11")
    assert not annonces.annoncer(MATIN - timedelta(hours=1))
    assert annonces.annoncer(MATIN)
    assert annonces.annoncer(MATIN)
    note = Email.objects.get(to=[agent.email])
    assert note.subject.endswith("Paroles d’habitants : ce qui attend, dont 1 en retard")
    assert "À relire : 1, dont 1 au-delà du jour promis" in note.message
    assert "À répondre" not in note.message


def parti(contribution: Contribution) -> None:
    Email.objects.filter(to=[contribution.courriel]).update(status=STATUS.sent)


def test_les_adresses_s_effacent_quand_elles_ne_servent_plus(horloge_figee):
    """Months after the answer, and never what is still owed one."""
    consultation = creer_consultation(conservation_des_courriels=6)
    adresses = {}
    for etat in (EtatParole.SANS_SUITE, EtatParole.ETUDIEE, EtatParole.REFUSEE, EtatParole.MASQUEE):
        parole = creer_contribution(consultation, etat, courriel=f"{etat.value}@exemple.fr")
        courriels.publiee(parole, PENDANT)
        parti(parole)
        adresses[etat] = parole
    contributions.contester(adresses[EtatParole.MASQUEE], "", le=PENDANT)
    signalement = Signalement.objects.create(
        contribution=adresses[EtatParole.SANS_SUITE],
        numero="SIG-1",
        motif="haine",
        explication="x",
        nom="Ada",
        courriel="ada@exemple.fr",
        envoi="s",
        recu_le=PENDANT,
        tranche_le=PENDANT,
        tranche_par=creer_agent(),
        decision=DecisionSignalement.GARDEE,
    )
    assert conservation.appliquer(datetime(2027, 5, 10, 7, 0, tzinfo=ZoneInfo("UTC"))) == 0
    fin = datetime(2027, 5, 10, 12, 0, tzinfo=ZoneInfo("UTC"))
    assert conservation.appliquer(fin) == 3
    assert conservation.appliquer(fin) == 0
    restent = Contribution.objects.exclude(courriel="").values_list("etat", flat=True)
    assert set(restent) == {EtatParole.ETUDIEE, EtatParole.MASQUEE}
    signalement.refresh_from_db()
    assert (signalement.nom, signalement.courriel) == ("", "")
    gardes = {courriel.to[0] for courriel in Email.objects.all()}
    assert gardes == {"etudiee@exemple.fr", "masquee@exemple.fr"}


def test_sans_duree_rien_ne_s_efface(horloge_figee):
    consultation = creer_consultation(close_le=PENDANT, close_par=creer_agent())
    parole = creer_contribution(consultation, EtatParole.SANS_SUITE, courriel="a@exemple.fr")
    assert conservation.appliquer(PENDANT + timedelta(days=9999)) == 0
    parole.refresh_from_db()
    assert parole.courriel == "a@exemple.fr"
    assert parole.texte


def test_les_textes_s_effacent_apres_la_cloture(client, horloge_figee):
    consultation = creer_consultation(
        conservation_des_textes=12, close_le=PENDANT, close_par=creer_agent()
    )
    parole = creer_contribution(consultation, EtatParole.SUITE_DONNEE, texte="Canari écrit")
    refusee = creer_contribution(consultation, EtatParole.REFUSEE, texte="Canari refusé")
    page = f"/participer/{consultation.adresse}/"
    assert "Canari écrit" in client.get(page).content.decode()
    assert conservation.appliquer(datetime(2027, 11, 9, 12, 0, tzinfo=ZoneInfo("UTC"))) == 0
    assert conservation.appliquer(datetime(2027, 11, 11, 12, 0, tzinfo=ZoneInfo("UTC"))) == 2
    lue = client.get(page).content.decode()
    assert "Canari" not in lue
    assert "Texte effacé : sa conservation est finie." in lue
    for ligne in (parole, refusee):
        ligne.refresh_from_db()
        assert ligne.texte == ""


def close(**champs):
    agent = creer_agent()
    return creer_consultation(
        close_le=PENDANT,
        close_par=agent,
        bilan_themes="La lumière.",
        bilan_changements="Deux lampes.",
        bilan_publie_le=PENDANT,
        bilan_publie_par=agent,
        **champs,
    )


def test_le_bilan_public_sa_page_son_fichier_son_papier(client, horloge_figee):
    """The same totals on the three; what is not public is on none."""
    consultation = close()
    for etat in EtatParole:
        creer_contribution(consultation, etat, texte=f"Canari {etat.value}")
    base = f"/participer/{consultation.adresse}/bilan"
    page = client.get(f"{base}/").content.decode()
    fichier = client.get(f"{base}.csv").content.decode()
    assert client.get(f"{base}.pdf").status_code == 404
    syntheses.imprimer()
    syntheses.imprimer()
    assert Synthese.objects.get().etabli_le
    papier = texte_pdf(b"".join(client.get(f"{base}.pdf").streaming_content))
    attendus = {f"Canari {ligne.etat}" for ligne in bilan.paroles(consultation)}
    assert len(attendus) == 5
    for texte in (page, fichier, papier):
        assert {
            f"Canari {etat.value}" for etat in EtatParole if f"Canari {etat.value}" in texte
        } == (attendus)
    assert fichier.count("\r\n") == 1 + bilan.compter(consultation).publiques
    assert f"{base}.pdf" in client.get(f"{base}/").content.decode()


def test_un_bilan_publie_dit_ce_qui_attend_encore(client, horloge_figee):
    """An appeal, an answer taken up again: on its page at once, on its paper when it is remade."""
    consultation = close()
    refusee, repondue = (
        creer_contribution(consultation, etat)
        for etat in (EtatParole.REFUSEE, EtatParole.SUITE_DONNEE)
    )
    base = f"/participer/{consultation.adresse}/bilan"
    agent = creer_agent()

    def dit() -> str:
        page = client.get(f"{base}/").content.decode().replace("\xa0", " ")
        trouve = re.search(r"Depuis, (\d+) contributions? att", page)
        return trouve[1] if trouve else ""

    assert dit() == ""
    recours = contributions.contester(refusee, "Relisez.", le=PENDANT)
    assert dit() == "1"
    reponses.reprendre(repondue, vu=dernier_passage(repondue), par=agent, recu_le=PENDANT)
    assert dit() == "2"
    syntheses.imprimer()
    papier = texte_pdf(b"".join(client.get(f"{base}.pdf").streaming_content))
    assert "2 contributions attendent une réponse" in papier.replace("\xa0", " ")
    moderation.trancher_le_recours(
        recours, est_accepte=False, reponse="Non.", par=agent, recu_le=PENDANT
    )
    assert dit() == "1"


def test_un_bilan_non_publie_n_existe_pas(client, horloge_figee):
    consultation = creer_consultation(close_le=PENDANT, close_par=creer_agent())
    for suite in ("bilan/", "bilan.csv", "bilan.pdf"):
        assert client.get(f"/participer/{consultation.adresse}/{suite}").status_code == 404
    syntheses.imprimer()
    assert not Synthese.objects.exists()


def test_une_parole_se_lie_a_un_dossier_des_deux_cotes(connecter, horloge_figee):
    organisme = creer_association()
    dossier = deposer(creer_dossier_complet(creer_appel(), organisme), creer_signataire(organisme))
    parole = creer_contribution(texte="Le jardin de la rue d’Essai")
    agent = creer_agent()
    client = connecter(agent)
    page = f"/instruction/paroles/{parole.pk}/dossiers/"
    faux = client.post(page, {"numero": "CV-1999-0001"})
    assert faux.status_code == 422
    for _ in range(2):
        envoi = {"numero": dossier.numero.lower()}
        assert client.post(page, envoi).status_code == 302
    lien = Rattachement.objects.get()
    assert (lien.par, lien.dossier, lien.contribution) == (agent, dossier, parole)
    assert dossier.numero in client.get(page).content.decode()
    examen = client.get(f"/instruction/dossiers/{dossier.pk}/").content.decode()
    assert "Le jardin de la rue d’Essai" in examen
    publique = f"/participer/{parole.consultation.adresse}/{parole.pk}/"
    assert dossier.numero not in connecter().get(publique).content.decode()
    admettre(dossier)
    creer_accord(dossier)
    publier_les_decisions(dossier.appel)
    assert dossier.numero in connecter().get(publique).content.decode()
    assert Rattachement.objects.publics().get() == lien
    # A street that a resident names would tell where a project is whose place is secret.
    projet = f"/projets/{dossier.numero}/"
    dite = "Le jardin de la rue d’Essai"
    assert dite in connecter().get(projet).content.decode()
    dossier.refresh_from_db()
    dossier.lieu_protege = True
    dossier.save()
    Parution.avancer(PENDANT)
    assert dossier.numero not in connecter().get(publique).content.decode()
    assert dite not in connecter().get(projet).content.decode()
    assert "Le lieu de ce projet reste secret" in client.get(page).content.decode()
    assert client.post(f"/instruction/paroles/liens/{lien.pk}/retirer/").status_code == 302
    assert not Rattachement.objects.exists()


def test_les_barres_se_lisent_de_la_base(horloge_figee):
    """A late answer and a late reading are counted as such; a synthesis equals its rows."""
    consultation = close(reponse_promise_le=PENDANT.date())
    creer_contribution(consultation, EtatParole.SANS_SUITE)
    creer_contribution(consultation, EtatParole.SUITE_DONNEE, le=PENDANT + timedelta(days=1))
    ouverte = creer_consultation(reponse_promise_le="2026-11-01")
    creer_contribution(ouverte, EtatParole.RECUE, a_relire_avant="2026-11-09")
    creer_contribution(ouverte, EtatParole.PUBLIEE, a_relire_avant="2026-11-10", source="papier")
    dites = {m.nom: (m.valeur, m.tenue) for m in mesures.des_paroles(PENDANT.date())}
    attendues = {
        "Contributions publiques répondues": ("2 sur 3 (66,7 %)", None),
        "Contributions hors ligne": ("1 sur 3 (33,3 %)", None),
        "Relectures dans le délai promis": ("1 sur 2 (50 %)", None),
        "Réponses avant le jour promis": ("1 sur 3 (33,3 %)", None),
        f"« {consultation} », répondues au bilan": ("2 sur 2 (100 %)", True),
        f"« {consultation} », bilan et base": ("2 contributions", True),
    }
    assert {nom: (v.replace("\xa0", " "), t) for nom, (v, t) in dites.items()} == attendues


def test_la_demonstration_dit_des_paroles_de_plusieurs_quartiers(client, horloge_figee):
    """Three consultations, every state, a refusal contested, a synthesis; loaded once."""
    service = Partenaire.objects.get(genre=Genre.CUA)
    for nom, role in (("agent", Role.AGENT), ("responsable", Role.RESPONSABLE)):
        personnes.creer_compte(nom, service, role, PENDANT)
    for _ in range(2):
        paroles.charger()
    dites = Contribution.objects.all()
    assert 30 <= dites.count() <= 40
    assert set(dites.values_list("etat", flat=True)) == {etat.value for etat in EtatParole}
    assert dites.exclude(quartier=None).values("quartier").distinct().count() == 6
    assert Recours.objects.en_attente().count() == 1
    assert "inventée pour la démonstration" in Consultation.objects.first().charte
    [finie] = syntheses.publiees()
    assert client.get(f"/participer/{finie.adresse}/bilan/").status_code == 200
