"""The opinion of a funder: nothing of its private stage leaks, surface by surface, then it is
shared.
"""

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from post_office.models import Email

from appels.decision import etapes
from appels.decision.actions import avis, decisions, lettres
from appels.decision.actions.decisions import HorsCourse
from appels.depot.actions import arret
from appels.instruction.actions import deports
from appels.models import Avis, AvisRemplace, Dossier, Financement, Lettre, Passage
from partenaires.models import Genre, Partenaire, Role
from quartiers.francais import moment
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    deposer,
    poser_tribunal,
)

pytestmark = pytest.mark.django_db
JETON = re.compile(r'value="[^"]{36,}"')
PRIVE = {
    "recevable": True,
    "sens": "defavorable",
    "motif": "CANARI-MOTIF",
    "montant_propose": 12_345_600,
}


@pytest.fixture
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association()))


@pytest.fixture
def gens(depose):
    """Everybody but the funder who writes."""
    return {
        "organisme": depose.depose_par,
        "agent": creer_agent(),
        "responsable": creer_agent(Role.RESPONSABLE),
        "autre financeur": creer_financeur(Genre.ETAT),
        "lecteur financeur": creer_membre(
            Partenaire.objects.get(genre=Genre.REGION), Role.LECTEUR_FINANCEUR
        ),
    }


@pytest.fixture
def caf(depose):
    return creer_financeur(Genre.CAF)


def ecrire(depose, caf, partager=False) -> Avis:
    return avis.donner(
        depose,
        caf.appartenances.get().partenaire,
        PRIVE,
        partager=partager,
        par=caf,
        recu_le=PENDANT,
    )


SURFACES = {  # surface: its address
    "page": "/dossiers/{}/relecture/",
    "examen": "/instruction/dossiers/{}/",
    "avis": "/instruction/dossiers/{}/avis/",
    "liste": "/instruction/",
    "recherche": "/instruction/?q=CANARI-MOTIF",
    "tri": "/instruction/?tri=-avis&col=avis",
    "compteurs": "/instruction/tableau/",
    "historique": "/dossiers/{}/historique/",
    "versions": "/dossiers/{}/versions/",
    "messages": "/dossiers/{}/echanges/",
    "notes": "/instruction/dossiers/{}/notes/",
    "journal": "/instruction/dossiers/{}/journal.csv",
    "décisions": "/dossiers/{}/decisions/",
    "données": "/mes-donnees.json",
    "public": "/projets/",
    "papiers": "/dossiers/{}/papiers/",
}


def lire(client, chemin) -> str:
    reponse = client.get(chemin)
    return b"".join(reponse).decode(errors="replace")


def test_rien_du_prive_ne_sort(connecter, depose, gens, caf):
    """Each page of each person is the same, but for tokens, whether the opinion exists or not."""
    clients = {nom: connecter(personne) for nom, personne in gens.items()}

    def lus() -> dict:
        return {
            (nom, surface): JETON.sub("", lire(client, chemin.format(depose.pk)))
            for nom, client in clients.items()
            for surface, chemin in SURFACES.items()
        }

    lus()  # who opens a page is then said to write there
    avant = lus()
    ecrire(depose, caf)
    apres = lus()
    assert [cle for cle in avant if apres[cle] != avant[cle]] == []
    assert [
        cle for cle, page in apres.items() if cle[1] != "recherche" and "CANARI-MOTIF" in page
    ] == []


def test_rien_du_prive_dans_un_export_ni_un_courriel_ni_le_journal(connecter, depose, gens, caf):
    courriels, passages = Email.objects.count(), Passage.objects.count()
    ecrire(depose, caf)
    assert (Email.objects.count(), Passage.objects.count()) == (courriels, passages)
    octets = b"".join(
        connecter(gens["agent"]).post(
            "/instruction/exports/", {"format": "csv", "colonnes": ["avis", "porteur"]}
        )
    )
    lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert lignes[1][2:4] == ["0", "4"]
    assert (
        connecter(gens["autre financeur"])
        .post("/instruction/exports/", {"format": "csv", "colonnes": ["avis"]})
        .status_code
        == 422
    )


def test_le_financeur_relit_le_sien_ses_collegues_aussi(connecter, depose, caf):
    ecrire(depose, caf)
    collegue = creer_financeur(Genre.CAF)
    for personne in (caf, collegue):
        assert "CANARI-MOTIF" in lire(
            connecter(personne), f"/instruction/dossiers/{depose.pk}/avis/"
        )


def test_partage_les_autres_financeurs_et_le_service_le_lisent_jamais_l_organisme(
    connecter, depose, gens, caf
):
    chemin = f"/instruction/dossiers/{depose.pk}/avis/"
    connecter(caf).post(
        chemin,
        {
            "recevable": "True",
            "sens": "reserve",
            "motif": "CANARI-MOTIF",
            "montant_propose": "1 500",
            "partager": "1",
        },
    )
    lus = {
        nom: (
            "CANARI-MOTIF" in (page := lire(connecter(personne), chemin)),
            "1\u00a0500\u00a0€ proposés" in page,
        )
        for nom, personne in gens.items()
    }
    # The service at once; a funder once its own is given, which its reader cannot do alone
    assert lus == {nom: (nom in ("agent", "responsable"),) * 2 for nom in gens}
    connecter(gens["autre financeur"]).post(chemin, {"comme_demande": "1"})
    for personne, motif in ((gens["autre financeur"], True), (gens["lecteur financeur"], False)):
        assert ("CANARI-MOTIF" in lire(connecter(personne), chemin)) is motif
    depose.appel.avis_apres_le_sien = False
    depose.appel.save()
    assert "CANARI-MOTIF" in lire(connecter(gens["lecteur financeur"]), chemin)
    assert Passage.objects.filter(acte="aviser").count() == 2
    for surface in ("page", "historique", "versions", "messages"):
        assert "CANARI-MOTIF" not in lire(
            connecter(gens["organisme"]), SURFACES[surface].format(depose.pk)
        )
        assert "Avis d’un financeur" not in lire(
            connecter(gens["organisme"]), SURFACES[surface].format(depose.pk)
        )
    lignes = connecter(gens["agent"]).get("/instruction/?col=avis").context["atelier"].lignes
    assert [cellule.texte for cellule in lignes[0].cellules] == ["2 sur 4"]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"sens": "defavorable"}, "dit pourquoi"),
        ({"sens": "reserve"}, "dit pourquoi"),
        ({"sens": "inconnu"}, "choix valide"),
        ({"montant_propose": "12O"}, "la lettre O"),
        ({"montant_propose": "-5"}, "négatif"),
        ({"recevable": "peut-être"}, "choix valide"),
        ({"sens": "deport", "montant_propose": "10"}, "ne propose pas de montant"),
        ({"partager": "1"}, "Choisissez un avis avant"),
        ({"motif": "x" * 3001}, "au plus 3"),
    ],
)
def test_un_avis_mal_ecrit_le_dit_et_ne_garde_rien(connecter, depose, caf, champs, phrase):
    reponse = connecter(caf).post(f"/instruction/dossiers/{depose.pk}/avis/", champs)
    assert (reponse.status_code, phrase in reponse.content.decode(), Avis.objects.count()) == (
        422,
        True,
        0,
    )


def test_qui_donne_un_avis(connecter, depose, gens, caf):
    chemin, codes = f"/instruction/dossiers/{depose.pk}/avis/", {}
    for nom, personne in {
        **gens,
        "caf": caf,
        "non sollicité": creer_financeur(Genre.DEPARTEMENT),
    }.items():
        codes[nom] = connecter(personne).post(chemin, {"sens": "favorable"}).status_code
    assert codes == {
        "organisme": 403,
        "agent": 422,  # says from whom it holds it
        "responsable": 422,
        "autre financeur": 302,
        "lecteur financeur": 403,
        "caf": 302,
        "non sollicité": 404,
    }
    assert {a.partenaire.genre for a in Avis.objects.all()} == {"caf", "etat"}


def test_un_avis_partage_le_reste_et_ne_se_vide_pas(depose, caf):
    ecrire(depose, caf, partager=True)
    garde = ecrire(depose, caf)
    assert garde.partage_le == PENDANT
    with pytest.raises(avis.AvisIncomplet):
        avis.donner(
            depose, garde.partenaire, {"sens": ""}, partager=False, par=caf, recu_le=PENDANT
        )
    assert (Avis.objects.get().sens, Passage.objects.filter(acte="aviser").count()) == (
        "defavorable",
        1,
    )


def test_deux_collegues_d_un_financeur_le_second_est_prevenu(connecter, depose, caf):
    """Nobody overwrites unseen; what was typed stays, and is kept when sent again."""
    client, chemin = connecter(caf), f"/instruction/dossiers/{depose.pk}/avis/"
    envoi = {
        "sens": "favorable",
        "motif": "Le mien",
        "vue": client.get(chemin).context["form"]["vue"].value() or "",
    }
    ecrire(depose, caf)
    reponse = client.post(chemin, envoi)
    page = reponse.content.decode()
    assert (
        reponse.status_code,
        "Entre-temps, " in page,
        PRIVE["motif"] in page,
        "Le mien" in page,
    ) == (422, True, True, True)
    assert Avis.objects.get().motif == PRIVE["motif"]
    assert (
        client.post(chemin, envoi | {"vue": reponse.context["form"]["vue"].value()}).status_code
        == 302
    )
    assert Avis.objects.get().motif == "Le mien"


def test_pas_d_avis_sur_un_dossier_retire(connecter, depose, caf):
    arret.retirer(depose, par=depose.depose_par, recu_le=PENDANT)
    with pytest.raises(HorsCourse):
        ecrire(depose, caf)
    reponse = connecter(caf).post(f"/instruction/dossiers/{depose.pk}/avis/", {"sens": "favorable"})
    assert (reponse.status_code, "n’est plus en course" in reponse.content.decode()) == (422, True)


# --- Reminding ------------------------------------------------------------------------------------
def test_relancer_les_avis_attendus(connecter, depose, caf, gens):
    """Each person of a funder asked is told how many wait, once a day; a shared opinion, a
    decision, a déport wait no more.
    """
    appel, agent = depose.appel, connecter(gens["agent"])
    deposer(creer_dossier_complet(appel, depose.porteur))
    ecrire(depose, caf, partager=True)
    ecarte = creer_financeur(Genre.CAF)
    for dossier in Dossier.objects.deposes():
        deports.declarer(dossier, ecarte, motif="x", par=ecarte, recu_le=PENDANT)
    chemin = f"/instruction/appels/{appel.pk}/relancer-les-avis/"
    assert "2\u00a0personnes prévenues" in agent.post(chemin, follow=True).content.decode()
    mails = {
        e.to[0]: (e.subject.replace("\u00a0", " "), e.message.replace("\u00a0", " "))
        for e in Email.objects.filter(subject__startswith="Votre avis")
    }
    assert sorted(mails) == sorted([caf.email, gens["autre financeur"].email])
    assert mails[caf.email][0] == f"Votre avis est attendu sur 1 dossier : {appel}"
    assert "2 dossiers de l’" in mails[gens["autre financeur"].email][1]
    assert "CANARI" not in str(mails)
    assert "Personne à prévenir" in agent.post(chemin, follow=True).content.decode()
    assert avis.relancer(appel, recu_le=PENDANT + timedelta(days=1)) == 2
    for demande in Financement.objects.filter(
        partenaire__genre__in=["caf", "etat"], dossier__in=Dossier.objects.deposes()
    ):
        demande.decision, demande.motif = "refuse", "x"
        demande.save()
    assert avis.relancer(appel, recu_le=PENDANT + timedelta(days=2)) == 0
    codes = {nom: connecter(personne).post(chemin).status_code for nom, personne in gens.items()}
    assert codes == {
        "organisme": 403,
        "agent": 302,
        "responsable": 302,
        "autre financeur": 403,
        "lecteur financeur": 403,
    }


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_agents_a_la_fois_relancent_une_fois(base_a_plusieurs, depose, caf):
    barriere, dits = threading.Barrier(6), []

    def une():
        barriere.wait(BORNE)
        try:
            dits.append(avis.relancer(depose.appel, recu_le=PENDANT))
        except Exception as faute:
            dits.append(faute)
        finally:
            connection.close()

    fils = [threading.Thread(target=une) for _ in range(6)]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    assert sorted(dits, key=str) == [0, 0, 0, 0, 0, 1]
    assert Email.objects.filter(subject__startswith="Votre avis").count() == 1


# --- The stages -----------------------------------------------------------------------------------


def test_les_etapes_de_chaque_financeur_sans_rien_dire_du_prive(connecter, horloge_figee):
    """Awaited, kept, shared, decided, notified: what a funder keeps, or decided and did not notify,
    shows to it and to who may know.
    """
    appel, porteur = creer_appel(), creer_association()
    depose = admettre(deposer(creer_dossier_complet(appel, porteur)))
    caf, etat, agent = creer_financeur(), creer_financeur(Genre.ETAT), creer_agent(Role.RESPONSABLE)
    demande = depose.financements.get(partenaire__genre=Genre.CAF)

    def lues() -> list[str]:
        return [
            next(
                str(a.etape)
                for a in etapes.avancements(
                    depose, list(Avis.objects.visibles_par(qui).filter(dossier=depose)), qui
                )
                if a.financement == demande
            )
            for qui in (caf, etat, agent)
        ]

    donnees = {"recevable": True, "sens": "favorable", "motif": "m", "montant_propose": 5}
    assert lues() == ["attendu", "attendu", "attendu"]
    avis.donner(depose, demande.partenaire, donnees, partager=False, par=caf, recu_le=PENDANT)
    assert lues() == ["prive", "attendu", "attendu"]
    avis.donner(depose, demande.partenaire, donnees, partager=True, par=caf, recu_le=PENDANT)
    assert lues() == ["partage", "partage", "partage"]
    demande.decision, demande.motif = "refuse", "x"
    decisions.saisir(depose, [demande], par=agent, recu_le=PENDANT)
    assert lues() == ["decide", "partage", "decide"]
    lettres.ecrire_un_gabarit(
        "refuse",
        None,
        {"objet": "o", "corps": "{motif}", "signataire": "s", "qualite": "q"},
        par=agent,
        recu_le=PENDANT,
    )
    lettres.preparer(poser_tribunal(appel), par=agent, recu_le=PENDANT)
    Lettre.objects.update(etabli_le=PENDANT)
    lettres.liberer(appel, [Lettre.objects.get().pk], 1, par=agent, recu_le=PENDANT)
    assert lues() == ["notifie", "notifie", "notifie"]
    assert (
        "Notifié"
        in connecter(etat).get(f"/instruction/dossiers/{depose.pk}/avis/").content.decode()
    )


# --- A shared opinion that changes --------------------------------------------------------------
def changer(depose, caf, quand=PENDANT + timedelta(days=1), **donnees):
    avis.donner(
        depose,
        caf.appartenances.get().partenaire,
        {**PRIVE, **donnees},
        partager=False,
        par=caf,
        recu_le=quand,
    )


def test_un_avis_partage_qui_change_garde_ce_qu_il_disait(connecter, depose, gens, caf):
    ecrire(depose, caf, partager=True)
    changer(depose, caf, sens="favorable", motif="Le projet a été revu.")
    [ancien] = AvisRemplace.objects.all()
    dit = (ancien.sens, ancien.motif, ancien.montant_propose, ancien.auteur, ancien.par)
    assert dit == ("defavorable", "CANARI-MOTIF", 12_345_600, caf, caf)
    assert depose.passages.filter(acte="aviser").count() == 2
    phrase = f"Remplace l’avis du {moment(PENDANT)}"
    lus = {
        nom: phrase in lire(connecter(personne), f"/instruction/dossiers/{depose.pk}/avis/")
        for nom, personne in {**gens, "caf": caf}.items()
    }
    # Whoever owes its own opinion does not read this one yet
    attendus = dict.fromkeys(lus, True) | {
        "organisme": False,
        "autre financeur": False,
        "lecteur financeur": False,
    }
    assert lus == attendus
    historique = lire(connecter(gens["organisme"]), f"/dossiers/{depose.pk}/historique/")
    assert "remplace" not in historique


def test_un_avis_prive_ou_inchange_ne_remplace_rien(depose, caf):
    ecrire(depose, caf)
    changer(depose, caf, motif="Encore un brouillon")
    ecrire(depose, caf, partager=True)
    changer(depose, caf)
    assert (AvisRemplace.objects.count(), depose.passages.filter(acte="aviser").count()) == (0, 1)
