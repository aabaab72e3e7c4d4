"""A volunteer who has never filed anything: from the home page to a first draft, then to a deposit;
and somebody who files last year's project again.

Played in a browser that is given, with or without script.
"""

from functools import partial

from appels.demonstration import exemple, personnes
from appels.demonstration.dossiers import BIC, IBAN, pdf_fictif
from appels.models import Appel, Depart, Dossier
from appels.models.etats import Etat
from contrat_ville.parcours import ORDINATEUR, TELEPHONE, Appareil, Compteur, Parcours
from partenaires.models import Appartenance, Role

PAGES_MAX = 25
CLICS_MAX = 45
CHAMPS_MAX = 60
PAGES_DU_RENOUVELLEMENT = 13  # issue 18, line 10
CLICS_DU_RENOUVELLEMENT = 20
FICHE = {
    "objet_social": "Cuisiner ensemble.",
    "adresse": "1 rue fictive",
    "code_postal": "62000",
    "ville": "Arras",
    "representant_prenom": "Ana",
    "representant_nom": "Fictive",
    "representant_fonction": "Présidente",
    "representant_telephone": "03 21 00 00 00",
    "representant_email": "ana@exemple.org",
}


def parcours() -> list[Parcours]:
    """A first draft, then a deposit, by people whom nobody knows here."""
    return [
        Parcours("Écrire un premier brouillon", "", 4, 3, premier_brouillon, 5, TELEPHONE),
        _depot(TELEPHONE, rang=1),
        _depot(ORDINATEUR, rang=2),
    ]


def qui_renouvelle() -> str:
    """The account that signs, in the demonstration, for whom deposited last in a year before.

    The projects that `semis` adds have nobody to sign for them.
    """
    courant = Appel.objects.latest("annee", "rang")
    anciens = Dossier.objects.deposes().exclude(appel=courant).exclude(etat=Etat.REPRIS)
    signent = Appartenance.objects.avec_role(Role.SIGNATAIRE)
    ancien = anciens.filter(porteur__in=signent.values("partenaire")).latest("depose_le")
    return personnes.signataire(ancien.porteur).email.partition("@")[0]


def renouvellement(compte: str) -> Parcours:
    """By somebody whose organisation deposited a year before; empty: who is signed in already."""
    nom = "Renouveler un projet"
    return Parcours(
        nom, compte, CLICS_DU_RENOUVELLEMENT, PAGES_DU_RENOUVELLEMENT, renouveler, 2, TELEPHONE
    )


def _depot(appareil: Appareil, *, rang: int) -> Parcours:
    nom = f"Déposer un premier dossier, sur un {appareil.nom}"
    faire = partial(deposer_seule, rang=rang)
    return Parcours(nom, "", CLICS_MAX, PAGES_MAX, faire, CHAMPS_MAX, appareil)


def deposer_seule(compteur: Compteur, *, rang: int) -> None:
    """The whole of it; `rang` tells one organisation from another."""
    premier_brouillon(compteur)
    garder(compteur, f"ana{rang}@exemple.org")
    organisme = {
        "nom": f"Association fictive de la cantine {rang}",
        "siret": exemple.siret_fictif(900 + rang),
        "rna": f"W621000{900 + rang}",
        "qualite": "Présidente",
    }
    entrer(compteur, f"/commencer/{Depart.objects.latest('pk').cle}/", organisme)
    dossier = Dossier.objects.latest("pk")
    ecrire_les_parties(compteur, dossier.lieux.values_list("quartier__code", flat=True).get())
    joindre_et_confirmer(compteur, FICHE)
    deposer(compteur)


def premier_brouillon(compteur: Compteur) -> None:
    """From the home page to a draft that reads."""
    compteur.aller("/")
    compteur.suivre('main a[href="/commencer/"]')
    compteur.mesurer("commencer")
    compteur.ecrire({"intitule": "La cantine fictive du samedi"})
    compteur.cocher('[name="quartier"]', '[name="axe"]')
    compteur.ecrire(
        {
            "public_vise": "Des parents seuls et leurs enfants.",
            "montant": "1 500",
            "debut_le": "01/02/2027",
            "fin_le": "30/11/2027",
        }
    )
    compteur.suivre("main button.bouton")


def garder(compteur: Compteur, adresse: str) -> None:
    """One mail keeps it."""
    compteur.ecrire({"adresse": adresse})
    compteur.suivre('button[name="garder"]')


def entrer(compteur: Compteur, lien: str, organisme: dict[str, str]) -> None:
    """The link of the mail: a password, one's organisation, then the answers are in a dossier."""
    compteur.aller(lien)
    compteur.mesurer("retrouver mon brouillon")
    compteur.ecrire({"prenom": "Ana", "nom": "Fictive", "mot_de_passe": "une phrase assez longue"})
    compteur.suivre("main button.bouton")
    compteur.mesurer("créer un organisme")
    compteur.cocher('[name="genre"][value="association"]')
    compteur.ecrire(organisme)
    compteur.suivre("main form button.bouton")
    compteur.suivre("main form button.bouton")


TEXTES = {
    "besoin": "À notre goûter fictif, 14 parents sur 30 ne connaissaient personne.",
    "objectifs": "Vingt parents connaissent trois voisins.",
    "description": "Trente ateliers de cuisine, le samedi.",
    "methode": "De février à novembre, un atelier par semaine.",
    "egalite": "Les mères seules sont d’abord invitées.",
    "participation": "Quatre habitantes choisissent les menus.",
}


def ouvrir_la_partie(compteur: Compteur, lien: str, nom: str) -> None:
    compteur.suivre(lien)
    compteur.mesurer(nom)


def ecrire_les_parties(compteur: Compteur, quartier: str) -> None:
    """The parts in their order, each saved by the button that names the next one."""
    suite = "main form p.ligne-actions button.bouton"
    ouvrir_la_partie(compteur, 'main a[href$="/partie/projet/"]', "projet")
    compteur.cocher('[name="objectifs_contrat"]:visible', '[name="politique_ville"]')
    compteur.cocher('[name="forme"]', '[name="frequence"]', '[name="periodicite"]')
    ouvrir_la_partie(compteur, suite, "description")
    compteur.ecrire(TEXTES)
    ouvrir_la_partie(compteur, suite, "lieux")
    compteur.ecrire({"beneficiaires": "40", f"qpv-{quartier}": "40"})
    ouvrir_la_partie(compteur, suite, "moyens")
    compteur.ecrire({"benevoles-nombre": "4"})
    ouvrir_la_partie(compteur, suite, "evaluation")
    compteur.ecrire(
        {
            "evaluation": "Une feuille de présence.",
            "resultats_attendus": "25 familles venues cinq fois.",
            "indicateurs-0-libelle": "Familles venues",
            "indicateurs-0-cible": "25",
            "indicateurs-0-unite": "familles",
        }
    )
    ouvrir_la_partie(compteur, suite, "budget")
    compteur.cocher('[name="c-601-oui"]', '[name="c-613-oui"]', '[name="c-756-oui"]')
    compteur.ecrire({"c-601": "1 000", "c-613": "500", "c-756": "300"})
    compteur.cocher('[name^="p-"][name$="-oui"]')
    demande = compteur.onglet.locator('[name^="p-"][name$="-oui"]').first.get_attribute("name")
    compteur.ecrire({demande.replace("-oui", "-montant"): "1 200"})
    compteur.suivre(suite)


def joindre_et_confirmer(compteur: Compteur, fiche: dict[str, str]) -> None:
    """The files that the deposit demands, the account, then the sheet of the organisation."""
    compteur.mesurer("pièces")
    demandes = compteur.onglet.locator("section:has(.etat.vide)[id^=document-]").all()
    for cle in [section.get_attribute("id") for section in demandes]:
        joindre(compteur, f"#{cle}")
    compteur.ecrire({"titulaire": "Association fictive", "iban": IBAN, "bic": BIC})
    compteur.suivre('form[action$="/coordonnees/"] button')
    compteur.suivre('main a[href$="/organisme/"], main a.bouton')
    remplir_la_fiche(compteur, fiche)


def joindre(compteur: Compteur, section: str) -> None:
    """One file; without script, its sending loads the page again."""
    fichier = {"name": "piece.pdf", "mimeType": "application/pdf", "buffer": pdf_fictif(section)}
    compteur.onglet.locator(f"{section} input[type=file]").set_input_files([fichier])
    compteur.onglet.locator(f"{section} form[data-envoi] button").click()
    compteur.onglet.wait_for_selector(f"{section} >> text=/joint/")
    compteur.champs += 1
    compteur.clics += 1


def remplir_la_fiche(compteur: Compteur, fiche: dict[str, str]) -> None:
    if "/organisme/" not in compteur.onglet.url:
        compteur.suivre('main a[href$="/organisme/"]')
    compteur.suivre('main a[href*="/fiche/"]')
    compteur.mesurer("fiche")
    compteur.ecrire(fiche)
    compteur.suivre("main form p.ligne-actions button.bouton")
    if "/fiche/" in compteur.onglet.url:
        compteur.suivre('main a[href*="/organisme/"]')
    compteur.cocher('[name="confirmee"]')
    compteur.suivre("main form button.bouton")


def deposer(compteur: Compteur) -> None:
    """Attest and deposit: each declaration is read and ticked."""
    compteur.suivre('main a[href$="/deposer/"]')
    formulaire = compteur.onglet.locator("main form").last
    for case in formulaire.locator("input[type=checkbox]").all():
        case.check()
        compteur.clics += 1
    compteur.cocher('[name="aides_publiques"]')
    if compteur.onglet.input_value('[name="qualite"]') == "":
        compteur.ecrire({"qualite": "Présidente"})
    compteur.suivre("main form p.ligne-actions button.bouton")


def renouveler(compteur: Compteur) -> None:
    """From « Mes dossiers »: last year's answers, what this year changes, the deposit."""
    compteur.aller("/dossiers/")
    compteur.suivre('main a[href*="/dossiers/nouveau/"]')
    compteur.suivre('main a[href*="reprendre="]')
    compteur.suivre("main form button.bouton")
    compteur.suivre('main a[href$="/organisme/"]')
    compteur.cocher('[name="confirmee"]')
    compteur.suivre("main form button.bouton")
    compteur.suivre('main a[href$="/partie/projet/"]')
    compteur.mesurer("projet")
    compteur.ecrire({"debut_le": "01/02/2027", "fin_le": "30/11/2027"})
    compteur.suivre('button[name="sommaire"]')
    compteur.suivre('main a[href$="/pieces/"]')
    compteur.suivre('form[action$="/prendre/"] button')
    compteur.suivre("main p.ligne-actions a.bouton")
    deposer(compteur)
