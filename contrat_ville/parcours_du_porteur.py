"""A volunteer who has never filed anything: from the home page to a first draft, then to a deposit.

Played in a browser that is given (a page of Playwright), with or without script; what is counted is
what a person does: pages that load, clicks, fields filled, and how far down the first field stands.
"""

from dataclasses import dataclass, field
from typing import Any

from appels.demonstration.dossiers import BIC, IBAN, pdf_fictif

PAGES_MAX = 25
CLICS_MAX = 45
CHAMPS_MAX = 60
HAUTEUR_MAX = {"téléphone": 400, "ordinateur": 500}  # CSS pixels, of the first field of a part
PREMIER_CHAMP = """() => {
  const champs = "main :is(input:not([type=hidden]), textarea, select)";
  for (const champ of document.querySelectorAll(champs)) {
    const boite = champ.getBoundingClientRect();
    const style = getComputedStyle(champ);
    if (boite.width > 0 && style.visibility !== "hidden") return boite.top + scrollY;
  }
  return 0;
}"""


@dataclass
class Compteur:
    """What a person did so far."""

    onglet: Any
    pages: int = 0
    clics: int = 0
    champs: int = 0
    hauteurs: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.onglet.on("load", self._compter_une_page)

    def _compter_une_page(self, *_: object) -> None:
        self.pages += 1

    def aller(self, adresse: str) -> None:
        """An address opened from outside: the first page, the link of a mail."""
        self.onglet.goto(adresse, wait_until="load")

    def suivre(self, element: str) -> None:
        """A link or a button that loads a page."""
        with self.onglet.expect_event("load"):
            self.onglet.locator(element).first.click()
        self.clics += 1

    def cocher(self, *elements: str) -> None:
        for element in elements:
            case = self.onglet.locator(element).first
            if not case.is_checked():
                case.check()
                self.clics += 1

    def ecrire(self, valeurs: dict[str, str]) -> None:
        """Texts typed in fields by their names."""
        for nom, valeur in valeurs.items():
            self.onglet.fill(f'[name="{nom}"]', valeur)
            self.champs += 1

    def mesurer(self, nom: str) -> None:
        """How far down the first field of a part stands."""
        self.hauteurs[nom] = round(self.onglet.evaluate(PREMIER_CHAMP))

    def ouvrir_la_partie(self, lien: str, nom: str) -> None:
        self.suivre(lien)
        self.mesurer(nom)

    @property
    def en_mots(self) -> str:
        return f"{self.pages} pages, {self.clics} clics, {self.champs} champs"


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
    compteur.ecrire({"prenom": "Ana", "nom": "Fictive", "mot_de_passe": "une phrase assez longue"})
    compteur.suivre("main button.bouton")
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


def ecrire_les_parties(compteur: Compteur, quartier: str) -> None:
    """The parts in their order, each saved by the button that names the next one."""
    suite = "main form p.ligne-actions button.bouton"
    compteur.ouvrir_la_partie('main a[href$="/partie/projet/"]', "projet")
    compteur.cocher('[name="objectifs_contrat"]:visible', '[name="politique_ville"]')
    compteur.cocher('[name="forme"]', '[name="frequence"]', '[name="periodicite"]')
    compteur.ouvrir_la_partie(suite, "description")
    compteur.ecrire(TEXTES)
    compteur.ouvrir_la_partie(suite, "lieux")
    compteur.ecrire({"beneficiaires": "40", f"qpv-{quartier}": "40"})
    compteur.ouvrir_la_partie(suite, "moyens")
    compteur.ecrire({"benevoles-nombre": "4"})
    compteur.ouvrir_la_partie(suite, "evaluation")
    compteur.ecrire(
        {
            "evaluation": "Une feuille de présence.",
            "resultats_attendus": "25 familles venues cinq fois.",
            "indicateurs-0-libelle": "Familles venues",
            "indicateurs-0-cible": "25",
            "indicateurs-0-unite": "familles",
        }
    )
    compteur.ouvrir_la_partie(suite, "budget")
    compteur.cocher('[name="c-601-oui"]', '[name="c-613-oui"]', '[name="c-756-oui"]')
    compteur.ecrire({"c-601": "1 000", "c-613": "500", "c-756": "300"})
    compteur.cocher('[name^="p-"][name$="-oui"]')
    demande = compteur.onglet.locator('[name^="p-"][name$="-oui"]').first.get_attribute("name")
    compteur.ecrire({demande.replace("-oui", "-montant"): "1 200"})
    compteur.suivre(suite)


def joindre_et_confirmer(compteur: Compteur, fiche: dict[str, str]) -> None:
    """The files that the deposit demands, the account, then the sheet of the organisation."""
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
