"""What cannot be read in a part never erases what was saved, by the button or by itself."""

from datetime import date

import pytest
from django.forms import BaseFormSet

from appels.models import Dossier, NomPartie
from appels.models.partie import Partie
from appels.redaction.forms.partie import FORMULAIRES, PartieSaisie
from appels.socle import completude
from partenaires.socle import champs, fusion
from tests.fabriques import creer_appel, creer_dossier_complet, creer_membre

pytestmark = pytest.mark.django_db
ILLISIBLE = "douze et demi"


def partie_de(dossier: Dossier, nom: NomPartie) -> PartieSaisie:
    return PartieSaisie(Dossier.objects.pour_completude().get(pk=dossier.pk), nom)


def champs_lus(partie: PartieSaisie) -> list[str]:
    """The html names of the fields read by a reader of the house, rows of tables included."""
    noms = []
    for membre in partie.membres:
        for form in membre.forms if isinstance(membre, BaseFormSet) else [membre]:
            noms += [
                form.add_prefix(nom)
                for nom, champ in form.fields.items()
                if isinstance(champ, champs.ChampLu)
            ]
    return noms


def envoi_de(dossier: Dossier, partie: PartieSaisie, **changes):
    version = Partie.objects.filter(dossier=dossier, nom=partie.nom).values_list("version").first()
    prefixes = fusion.tables(partie.membres)
    envoi = fusion.en_envoi({**partie.valeurs(), **changes}, prefixes)
    return {**dict(envoi.lists()), "version": str(version[0] if version else 0)}


def test_chaque_champ_illisible_se_dit_et_garde_ce_qui_est_enregistre(connecter, horloge_figee):
    """Every number, amount and date of every part; as the script sends them, then by the button."""
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_membre(dossier.porteur))
    essayes = 0
    ecarts = []
    for nom in FORMULAIRES:
        chemin = f"/dossiers/{dossier.pk}/partie/{nom}/"
        for cle in champs_lus(partie_de(dossier, nom)):
            avant = partie_de(dossier, nom).valeurs()
            envoi = envoi_de(dossier, partie_de(dossier, nom), **{cle: ILLISIBLE})
            seule = client.post(chemin, envoi, headers={"accept": "application/json"}).json()
            dites = [erreur["phrase"] for erreur in seule["erreurs"]]
            page = client.post(chemin, envoi)
            if not any(ILLISIBLE in phrase for phrase in dites):
                ecarts.append((nom, cle, "le script ne le dit pas", dites))
            if partie_de(dossier, nom).valeurs() != avant:
                ecarts.append((nom, cle, "ce qui était enregistré a changé"))
            if (page.status_code, f'value="{ILLISIBLE}"' in page.content.decode()) != (422, True):
                ecarts.append((nom, cle, "la page ne garde pas ce qui est tapé", page.status_code))
            essayes += 1
    assert ecarts == []
    assert essayes > 60


@pytest.mark.parametrize("invisible", ["\u200b", " \u00a0\ufeff", "\u3164"], ids=ascii)
def test_un_texte_invisible_est_un_texte_vide(connecter, horloge_figee, invisible):
    """A title that nobody sees would be a link without words, and a dossier said complete."""
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_membre(dossier.porteur))
    envoi = envoi_de(dossier, partie_de(dossier, NomPartie.PROJET), intitule=invisible)
    client.post(f"/dossiers/{dossier.pk}/partie/projet/", envoi)
    lu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    dits = [manque.champ for manque in completude.manques(lu) if manque.champ == "intitule"]
    assert (lu.intitule, dits) == ("", ["intitule"])


def test_ce_que_la_page_montre_se_renvoie_sans_rien_changer(connecter, horloge_figee):
    """« 1 200 » shown is 1 200 read: an untouched page changes nothing."""
    dossier = creer_dossier_complet(creer_appel())
    Dossier.objects.filter(pk=dossier.pk).update(beneficiaires=1200)
    client = connecter(creer_membre(dossier.porteur))
    assert partie_de(dossier, NomPartie.LIEUX).valeurs()["beneficiaires"] == "1\u00a0200"
    for nom in FORMULAIRES:
        avant = partie_de(dossier, nom).valeurs()
        envoi = envoi_de(dossier, partie_de(dossier, nom))
        client.post(f"/dossiers/{dossier.pk}/partie/{nom}/", envoi)
        assert partie_de(dossier, nom).valeurs() == avant, nom
    dossier.refresh_from_db()
    assert dossier.beneficiaires == 1200


@pytest.mark.parametrize(
    ("debut", "dits"),
    [
        (date(2027, 2, 1), []),
        (date(2026, 12, 1), []),
        (
            date(2024, 2, 1),
            [
                "Le début du projet est en 2024, loin de 2027, l’année de l’appel : vérifiez cette "
                "date."
            ],
        ),
    ],
)
def test_une_date_loin_de_l_annee_de_l_appel_avertit_sans_empecher(debut, dits):
    dossier = creer_dossier_complet(creer_appel())
    Dossier.objects.filter(pk=dossier.pk).update(debut_le=debut)
    relu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    du_debut = [manque for manque in completude.manques(relu) if manque.champ == "debut_le"]
    assert [manque.phrase for manque in du_debut] == dits
    assert completude.bloquants(relu) == []
