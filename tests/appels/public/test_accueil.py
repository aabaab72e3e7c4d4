"""What the home page and that of a quartier say of the money and of the residents' say."""

import re
from html import unescape

import pytest

from appels.models import Lieu
from appels.models.appel import Appel
from partenaires.models import EtatParole
from quartiers.models import Parution, Quartier
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_appel,
    creer_dossier_complet,
    deposer,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db
ICI, AILLEURS = "QN06262M", "QN06259M"


def lire(client, chemin: str) -> str:
    Parution.avancer(PENDANT)  # another test may have left this parution in memory
    return re.sub(r"[ \n]+", " ", unescape(client.get(chemin).content.decode()))


def soutenir(appel: Appel, *codes: str, montant: int = 100_000) -> None:
    """A project of these quartiers, granted by the Communauté Urbaine."""
    dossier = creer_dossier_complet(appel)
    Lieu.objects.filter(dossier=dossier).update(quartier=Quartier.objects.get(code=codes[0]))
    for code in codes[1:]:
        Lieu.objects.create(dossier=dossier, quartier=Quartier.objects.get(code=code))
    creer_accord(deposer(dossier), montant=montant)


def centimes(euros: str) -> int:
    return int(re.sub(r"\D", "", euros)) * 100


def test_l_accueil_ne_montre_l_argent_qu_une_fois_publie_et_au_centime(connecter):
    client = connecter()
    ancien, nouveau = creer_appel(2026), creer_appel(2027)
    soutenir(ancien, ICI, montant=900_000)
    soutenir(nouveau, ICI)
    soutenir(nouveau, AILLEURS, montant=250_000)
    assert "Ce que le contrat a financé" not in lire(client, "/")
    publier_les_decisions(ancien)
    assert "Ce que le contrat a financé en 2026" in lire(client, "/")
    publier_les_decisions(nouveau)
    page = lire(client, "/")
    bande = page[page.index("Ce que le contrat a financé en 2027") : page.index("pas à pas")]
    nombre, total = re.findall(r'<dd class="n">([^<]+)</dd>', bande)
    payes = re.findall(r'<li class="(f\d)">[^<]+<span class="nb">([^<]+)</span>', bande)
    estimes = re.findall(r'<td class="nb">([^<]*€)</td>', bande)
    assert (nombre, centimes(total)) == ("2", 350_000)
    assert sum(centimes(euros) for _ton, euros in payes) == 350_000
    assert sum(map(centimes, estimes)) == 350_000
    assert bande.count('class="pile haute"') == 1


def test_l_accueil_donne_la_parole_quand_il_y_a_de_quoi(connecter):
    client = connecter()
    titre = "La parole aux habitantes et habitants"
    assert titre not in lire(client, "/")
    consultation = creer_consultation()
    page = lire(client, "/")
    assert (titre in page, f"/participer/{consultation.adresse}/ecrire/" in page) == (True, True)
    creer_contribution(consultation, EtatParole.SUITE_DONNEE, texte="Un banc CANARI dit")
    for etat in (EtatParole.RECUE, EtatParole.REFUSEE, EtatParole.MASQUEE, EtatParole.RETIREE):
        creer_contribution(consultation, etat, texte="Un mot CANARI tu")
    page = lire(client, "/")
    assert re.findall(r"CANARI (\w+)", page) == ["dit"]
    assert "Un banc d’essai est posé." in page


def test_un_quartier_montre_ses_projets_ses_paroles_et_deux_montants(connecter):
    client = connecter()
    appel = creer_appel()
    soutenir(appel, ICI)
    soutenir(appel, AILLEURS, montant=250_000)
    publier_les_decisions(appel)
    quartier = Quartier.objects.get(code=ICI)
    consultation = creer_consultation()
    for etat, texte in ((EtatParole.SUITE_DONNEE, "Ici dit"), (EtatParole.REFUSEE, "Ici tu")):
        creer_contribution(consultation, etat, quartier=quartier, texte=f"CANARI {texte}")
    autre = Quartier.objects.get(code=AILLEURS)
    creer_contribution(consultation, EtatParole.SUITE_DONNEE, quartier=autre, texte="CANARI Là-bas")
    page = lire(client, f"/quartiers/{ICI}/")
    assert re.findall(r"CANARI (\w+ \w+)", page) == ["Ici dit"]
    montants = re.findall(r'<dd class="moyen">([^<]+)</dd>', page)
    assert [centimes(montant) for montant in montants] == [100_000, 100_000]
    assert page.count('<li class="projet">') == 1
    assert "Aucun projet n’est encore publié" not in page
    ailleurs = lire(client, "/quartiers/QN06258M/")
    assert "Aucun projet n’est encore publié pour ce quartier" in ailleurs
    assert "Projets soutenus dans le quartier" not in ailleurs
