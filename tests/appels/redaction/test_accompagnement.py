"""The service helps: a draft opened to it and closed again, a request on paper entered for an
organisation.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from post_office.models import Email

from appels.demonstration import dossiers
from appels.depot.actions import recepisses
from appels.instruction.actions import demandes_papier
from appels.models import Acte, DemandePapier, Dossier, Piece
from appels.redaction.actions import accompagnement, rappels
from appels.socle import verrous
from partenaires.models import Fiche, Genre, Partenaire, Role
from tests.fabriques import (
    FERMETURE,
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

pytestmark = pytest.mark.django_db
PAPIER = {
    "intitule": "Écrit à la main",
    "jour": "2026-11-09",
    "heure": "15:00",
    "signataire": "Ada Essai, présidente",
}


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def brouillon(porteur):
    return creer_dossier_complet(creer_appel(), porteur)


def ouvrir(brouillon):
    accompagnement.ouvrir(brouillon, par=brouillon.cree_par, recu_le=PENDANT)


# --- A draft opened to the service ----------------------------------------------------------------
def test_ouvrir_puis_refermer_et_voir_qui_a_lu(connecter, brouillon, horloge_figee):
    client, agent = connecter(brouillon.cree_par), creer_agent()
    service, chemin = connecter(agent), f"/dossiers/{brouillon.pk}/"
    assert service.get(f"{chemin}relecture/").status_code == 404
    client.post(f"{chemin}ouvrir/")
    assert "Il ne l’a pas encore lu." in client.get(chemin).content.decode()
    assert f"{chemin}relecture/" in service.get("/instruction/ouverts/").content.decode()
    for minutes in (0, 10, 70):
        horloge_figee(PENDANT + timedelta(minutes=minutes))
        assert service.get(f"{chemin}relecture/").status_code == 200
    page = client.get(chemin).content.decode()
    assert page.count(f"par {agent}.") == 2
    client.post(f"{chemin}ouvrir/", {"refermer": "1"})
    assert (
        service.get(f"{chemin}relecture/").status_code,
        "/relecture/" in service.get("/instruction/ouverts/").content.decode(),
    ) == (404, False)
    assert list(brouillon.passages.values_list("acte", flat=True)) == [
        Acte.OUVRIR,
        Acte.LIRE,
        Acte.LIRE,
        Acte.REFERMER,
    ]


def test_ouvert_le_service_lit_et_n_ecrit_pas(connecter, brouillon):
    ouvrir(brouillon)
    service, chemin = connecter(creer_agent()), f"/dossiers/{brouillon.pk}/"
    piece = Piece.objects.get(dossier=brouillon, est_chiffree=False)
    assert [
        service.get(page).status_code
        for page in (f"{chemin}relecture/", f"/pieces/{piece.pk}/", f"{chemin}papiers/")
    ] == [200, 200, 200]
    assert [
        service.get(f"{chemin}{page}").status_code
        for page in ("", "partie/projet/", "pieces/", "deposer/", "signature/")
    ] == [404] * 5
    assert (
        service.post(f"{chemin}partie/description/", {"besoin": "x", "version": "1"}).status_code
        == 404
    )
    assert service.get(f"{chemin}rib/").status_code == 403
    assert connecter(creer_financeur()).get(f"{chemin}relecture/").status_code == 404


@pytest.mark.parametrize(("qui", "code"), [("lecteur", 403), ("etranger", 404), ("agent", 404)])
def test_qui_ouvre_un_brouillon(connecter, brouillon, porteur, qui, code):
    personne = {
        "lecteur": lambda: creer_membre(porteur, Role.LECTEUR),
        "agent": creer_agent,
        "etranger": lambda: creer_signataire(creer_association()),
    }[qui]()
    assert connecter(personne).post(f"/dossiers/{brouillon.pk}/ouvrir/").status_code == code
    assert Dossier.objects.get(pk=brouillon.pk).ouvert_au_service_le is None


def test_un_dossier_depose_ne_s_ouvre_pas(connecter, brouillon):
    signataire = creer_signataire(brouillon.porteur)
    deposer(brouillon, signataire)
    page = (
        connecter(signataire)
        .post(f"/dossiers/{brouillon.pk}/ouvrir/", follow=True)
        .content.decode()
    )
    assert "le service le lit déjà" in page


# --- A request received on paper ------------------------------------------------------------------
SCAN = dossiers.pdf_fictif("Papier")  # made once: a PDF tells the second when it was made


def envoyer(client, appel, organisme, **champs):
    scan = SimpleUploadedFile("demande.pdf", SCAN)
    return client.post(
        f"/instruction/appels/{appel.pk}/papier/",
        {**PAPIER, "porteur": organisme.pk, "cle": uuid4(), "scan": scan, **champs},
    )


def test_l_agent_saisit_depose_et_l_organisme_recoit_son_recepisse(
    connecter, porteur, horloge_figee
):
    appel, agent = creer_appel(), creer_agent()
    client = connecter(agent)
    horloge_figee(FERMETURE + timedelta(days=2))  # entered after the closing, received before
    reponse = envoyer(client, appel, porteur)
    dossier = Dossier.objects.get()
    chemin = f"/dossiers/{dossier.pk}/"
    assert (reponse.url, DemandePapier.objects.get().saisie_par) == (chemin, agent)
    assert "signée par Ada Essai, présidente" in client.get(chemin).content.decode()
    dossiers.remplir(dossier, FERMETURE + timedelta(days=2))
    form = client.get(f"{chemin}deposer/").context["form"]
    assert "a signées sur le papier" in client.get(f"{chemin}deposer/").content.decode()
    client.post(
        f"{chemin}deposer/",
        {
            "lu": form["lu"].value(),
            "qualite": "Présidente",
            "aides_publiques": "moins",
            **{texte.cle: "on" for texte in form.textes},
        },
    )
    dossier.refresh_from_db()
    assert (dossier.est_depose, dossier.depose_le.isoformat(), dossier.depose_par) == (
        True,
        "2026-11-09T14:00:00+00:00",
        agent,
    )
    recepisses.etablir(dossier.versions.get())
    page = client.get(f"{chemin}recepisse/").content.decode()
    assert ("Ada Essai, présidente" in page, f"saisie par {agent}" in page) == (True, True)
    # said once, and sent to whom it was: nobody of the organisation deposited from an address
    assert ("présidente, Présidente" in page, "utilisée pour le dépôt" in page) == (False, False)
    assert "Il est envoyé à la personne qui représente l’organisme" in page
    assert sorted(
        {to for adresses in Email.objects.values_list("to", flat=True) for to in adresses}
    ) == sorted(["ada@example.org", agent.email])
    assert b"".join(client.get(f"{chemin}papier/")).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"jour": "2026-11-12"}, "dans le futur"),
        ({"jour": "2026-09-01"}, "n’a pas été reçue pendant l’appel"),
        ({"scan": SimpleUploadedFile("x.exe", b"MZ")}, "programme"),
        ({"scan": ""}, "Choisissez un fichier"),
        ({"signataire": ""}, "obligatoire"),
        ({"porteur": "0"}, "choix valide"),
        ({"heure": "25:00"}, "cette heure n’existe pas"),
    ],
)
def test_une_saisie_papier_fautive_se_dit(connecter, porteur, champs, phrase):
    reponse = envoyer(connecter(creer_agent()), creer_appel(), porteur, **champs)
    assert (reponse.status_code, phrase in reponse.content.decode(), Dossier.objects.count()) == (
        422,
        True,
        0,
    )


def test_recue_apres_la_cloture_elle_est_refusee(porteur):
    with pytest.raises(verrous.AppelFerme):
        demandes_papier.saisir_papier(
            creer_appel(),
            porteur,
            intitule="x",
            cle=uuid4(),
            signataire="x",
            scan=None,
            papier_recu_le=FERMETURE,
            par=creer_agent(),
            recu_le=FERMETURE,
        )


def test_deux_fois_le_meme_envoi_n_ouvre_qu_une_demande(connecter, porteur):
    client, appel, cle = connecter(creer_agent()), creer_appel(), uuid4()
    urls = {envoyer(client, appel, porteur, cle=cle).url for _ in range(2)}
    assert (len(urls), Dossier.objects.count()) == (1, 1)
    # back to the page, the next paper of the pile: another request, not the first one again
    autre = envoyer(client, appel, porteur, cle=cle, intitule="Une autre demande")
    assert autre.url not in urls
    assert Dossier.objects.filter(intitule="Une autre demande").count() == 1


def test_l_organisme_lit_sa_demande_papier_et_ne_l_ecrit_pas(connecter, porteur):
    envoyer(connecter(creer_agent()), creer_appel(), porteur)
    dossier, membre = Dossier.objects.get(), creer_signataire(porteur)
    client, chemin = connecter(membre), f"/dossiers/{dossier.pk}/"
    assert [client.get(f"{chemin}{page}").status_code for page in ("", "relecture/")] == [200, 200]
    assert b"".join(client.get(f"{chemin}papier/")).startswith(b"%PDF-")
    assert (
        client.post(f"{chemin}partie/description/", {"besoin": "x", "version": "0"}).status_code
        == 403
    )
    assert client.get(f"{chemin}deposer/").status_code == 403
    assert (
        connecter(creer_signataire(creer_association())).get(f"{chemin}papier/").status_code == 404
    )
    assert connecter(creer_financeur()).get(f"{chemin}papier/").status_code == 404


def test_le_service_ajoute_un_organisme_sans_compte_et_complete_sa_fiche(connecter, horloge_figee):
    client = connecter(creer_agent())
    donnees = {
        "genre": "association",
        "nom": "Sans ordinateur",
        "siret": "732 829 320 00074",
        "rna": "W621000001",
    }
    reponse = client.post("/instruction/organismes/nouveau/", donnees)
    organisme = Partenaire.objects.get(nom="Sans ordinateur")
    assert client.post("/instruction/organismes/nouveau/", donnees).url == reponse.url
    assert (organisme.genre, Fiche.objects.filter(partenaire=organisme).count()) == (
        Genre.ASSOCIATION,
        1,
    )
    assert "Ajouté par le service" in client.get(reponse.url).content.decode()
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 200
    creer_membre(organisme, Role.ADMINISTRATEUR)
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 404
    refus = client.post("/instruction/organismes/nouveau/", {**donnees, "siret": "1"})
    assert (refus.status_code, "SIRET n’est pas valable" in refus.content.decode()) == (422, True)


def test_une_demande_papier_n_est_rappelee_a_personne(connecter, porteur):
    creer_membre(porteur)
    envoyer(connecter(creer_agent()), creer_appel(), porteur)
    assert (rappels.rappeler(FERMETURE - timedelta(hours=1)), Email.objects.count()) == (0, 0)
