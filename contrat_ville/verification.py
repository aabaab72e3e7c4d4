"""`demo --verifier`: the main job played through HTTP, with the budget of a real dossier."""

import hashlib
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
from pypdf import PdfReader
from stdnum import luhn

REEL = Path(__file__).resolve().parent.parent / "tests" / "donnees" / "dossier-reel-anonymise.json"
# Seconds: only keeps it from hanging; on a busy machine the paper comes later, not less surely.
PATIENCE = 600
FICHE = {
    "objet_social": "Vérifier le portail.",
    "adresse": "1 rue Fictive",
    "code_postal": "62000",
    "ville": "Arras",
    "representant_prenom": "Camille",
    "representant_nom": "Vérification",
    "representant_fonction": "Présidente",
    "representant_telephone": "03 21 00 00 00",
    "representant_email": "representante@demo.example",
}
ATTENDUS = {"hors 86 et 87": 141_112, "comptes 86 et 87": 116_000, "total général": 257_112}


class Ecart(Exception):
    """What was seen is not what was expected."""


class Formulaires(HTMLParser):
    """The forms of a page with their current values, and its text."""

    def __init__(self, html: str):
        super().__init__()
        self.formulaires: list[dict] = []
        self.texte: list[str] = []
        self._zone: str | None = None  # the text area being read
        self._liste: str | None = None  # the select
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field, or a choice of the list being read."""
        attributs = dict(attrs)
        if tag == "form":
            action = attributs.get("action", "")
            self.formulaires.append({"action": action, "champs": {}, "noms": set()})
        if not self.formulaires:
            return
        nom = attributs.get("name")
        if nom:
            self._champ(tag, nom, attributs)
        elif tag == "option" and self._liste:
            champs = self.formulaires[-1]["champs"]
            if "selected" in attributs or champs[self._liste] is None:
                champs[self._liste] = attributs.get("value", "")

    def _champ(self, tag: str, nom: str, attributs: dict[str, str | None]) -> None:
        """What the field holds now; boxes as a list of those that are ticked."""
        champs = self.formulaires[-1]["champs"]
        self.formulaires[-1]["noms"].add(nom)
        nature = attributs.get("type")
        if tag == "input" and nature in ("checkbox", "radio"):
            if "checked" in attributs:
                champs.setdefault(nom, []).append(attributs.get("value", "on"))
        elif tag == "input" and nature != "file":
            champs[nom] = attributs.get("value", "")
        elif tag == "textarea":
            self._zone = nom
            champs[nom] = ""
        elif tag == "select":
            self._liste = nom
            champs[nom] = None

    def handle_endtag(self, tag: str) -> None:
        """A text area or a list is over."""
        if tag == "textarea":
            self._zone = None
        if tag == "select":
            self._liste = None

    def handle_data(self, data: str) -> None:
        """The words of the page, and those of a text area."""
        self.texte.append(data)
        if self._zone:
            self.formulaires[-1]["champs"][self._zone] += data

    def contenu(self) -> str:
        """The text with plain spaces."""
        return " ".join("".join(self.texte).replace("\u00a0", " ").split())


class Navigateur:
    """A browser without script: cookies, forms, redirections."""

    def __init__(self, adresse: str):
        self.adresse = adresse
        self.ouvreur = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        self.page = Formulaires("")
        self.url = adresse

    def aller(self, chemin: str, corps: bytes | None = None, type_mime: str = "") -> bytes:
        """Load a page; raises `Ecart` for anything but success."""
        url = urllib.parse.urljoin(self.url, chemin)
        demande = urllib.request.Request(url, data=corps, headers={"Referer": self.url})  # noqa: S310
        if type_mime:
            demande.add_header("Content-Type", type_mime)
        try:
            with self.ouvreur.open(demande, timeout=PATIENCE) as reponse:
                recu = reponse.read()
                self.url = reponse.url
                est_une_page = reponse.headers.get_content_type() == "text/html"
        except urllib.error.HTTPError as erreur:
            page = Formulaires(erreur.read().decode(errors="replace"))
            raise Ecart(f"{chemin} répond {erreur.code} : {page.contenu()[:1500]}") from erreur
        if est_une_page:
            self.page = Formulaires(recu.decode())
        return recu

    def envoyer(self, marque: str, **reponses: Any) -> None:
        """Fill the form that has the field or the action `marque`, and submit it."""
        for formulaire in self.page.formulaires:
            if marque in formulaire["noms"] or marque in formulaire["action"]:
                champs = {**formulaire["champs"], **reponses}
                corps = urllib.parse.urlencode(champs, doseq=True).encode()
                self.aller(formulaire["action"] or self.url, corps)
                return
        raise Ecart(f"Aucun formulaire « {marque} » sur {self.url}")

    def envoyer_fichier(self, marque: str, nom: str, contenu: bytes) -> None:
        """Submit a file through its own form."""
        for formulaire in self.page.formulaires:
            if marque in formulaire["action"] and "fichier" in formulaire["noms"]:
                corps, type_mime = en_parties(formulaire["champs"], nom, contenu)
                self.aller(formulaire["action"] or self.url, corps, type_mime)
                return
        raise Ecart(f"Aucun envoi de fichier « {marque} » sur {self.url}")


def en_parties(champs: dict[str, str], nom: str, contenu: bytes) -> tuple[bytes, str]:
    """(body, type) of the fields and of the PDF « fichier », as RFC 7578 says."""
    limite = uuid4().hex
    disposition = f"--{limite}\r\nContent-Disposition: form-data; "
    corps = "".join(
        f'{disposition}name="{cle}"\r\n\r\n{valeur}\r\n' for cle, valeur in champs.items()
    )
    corps += f'{disposition}name="fichier"; filename="{nom}"\r\n'
    corps += "Content-Type: application/pdf\r\n\r\n"
    fin = f"\r\n--{limite}--\r\n"
    return (
        corps.encode() + contenu + fin.encode(),
        f"multipart/form-data; boundary={limite}",
    )


def en_euros(montant: int) -> str:
    """« 141 112 € » with plain spaces."""
    return f"{montant:,}".replace(",", " ") + " €"


def exiger(vrai: bool, phrase: str) -> None:
    """Raises `Ecart` with the sentence when it is not so."""
    if not vrai:
        raise Ecart(phrase)


def trouver(motif: str, texte: str) -> re.Match[str]:
    """Where the pattern stands; raises `Ecart` when it is nowhere."""
    trouve = re.search(motif, texte, re.DOTALL)
    if trouve is None:
        raise Ecart(f"« {motif} » est introuvable : {texte[:800]}")
    return trouve


def jouer(adresse: str, dire: Callable[[str], None]) -> int:
    """Play the journey; 0 when everything was as expected, 1 otherwise, saying which."""
    try:
        _parcours(Navigateur(adresse), json.loads(REEL.read_text(encoding="utf-8")), dire)
    except Ecart as ecart:
        dire(f"ÉCART : {ecart}")
        return 1
    dire("Vérification : tout est conforme.")
    return 0


def _parcours(nav: Navigateur, reel: dict, dire: Callable[[str], None]) -> None:
    _s_inscrire(nav, dire)
    _fonder_un_organisme(nav, dire)
    nav.envoyer("intitule", intitule="Reprise d’un dossier réel anonymisé (essai)")
    dossier = urllib.parse.urlsplit(nav.url).path
    dire(f"Nouveau dossier : {dossier}")
    _taper_le_budget(nav, dossier, reel, dire)
    _completer(nav, dossier, dire)
    numero = _deposer(nav, dossier, dire)
    _controler_le_recepisse(nav, dossier, numero, dire)


def _s_inscrire(nav: Navigateur, dire: Callable[[str], None]) -> None:
    """From nothing, by the page of the call: an account, then the mail that the page shows."""
    from appels.demonstration import personnes

    adresse = f"verification-{uuid4().hex[:12]}@{personnes.DOMAINE}"
    html = nav.aller(trouver(r'href="(/appel/)"', nav.aller("/").decode())[1]).decode()
    nav.aller(trouver(r"/dossiers/nouveau/\d+/", html)[0])
    inscription = trouver(r'href="(/compte/signup/[^"]*)"', nav.aller(nav.url).decode())[1]
    nav.aller(unescape(inscription))
    nav.envoyer(
        "password1",
        prenom="Camille",
        nom="Vérification",
        email=adresse,
        password1="une phrase de vérification assez longue",
    )
    nav.aller("/demonstration/courriels/")
    exiger(adresse in nav.page.contenu(), "le courriel de confirmation devrait être montré")
    lien = trouver(r"https?://[^/\s]+(/compte/confirm-email/\S+)", nav.page.contenu())[1]
    nav.aller(lien)
    nav.envoyer("/compte/confirm-email/")
    exiger("/organismes/nouveau/" in nav.url, f"la suite devrait être l’organisme, pas {nav.url}")
    dire(f"Compte créé et confirmé : {adresse}")


def _fonder_un_organisme(nav: Navigateur, dire: Callable[[str], None]) -> None:
    """Three fields; the person then comes to the dossier that they wanted. The sheet follows."""
    nav.envoyer(
        "qualite",
        genre="association",
        nom="Association de vérification (fictive)",
        siret=_siret_jamais_vu(),
        rna=f"W{uuid4().int % 10**9:09d}",
        qualite="Présidence",
    )
    exiger("/dossiers/nouveau/" in nav.url, f"la suite devrait être le dossier, pas {nav.url}")
    voulu = nav.url
    html = nav.aller("/organismes/").decode()
    nav.aller(trouver(r"/organismes/\d+/fiche/", html)[0])
    nav.envoyer("representant_nom", **FICHE)
    dire("Organisme fondé, fiche remplie : administration et signature à la même personne")
    nav.aller(voulu)


def _siret_jamais_vu() -> str:
    """Fourteen digits with a good key that no earlier run used."""
    racine = f"{uuid4().int % 10**8:08d}"
    siren = racine + luhn.calc_check_digit(racine)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


def _taper_le_budget(
    nav: Navigateur, dossier: str, reel: dict, dire: Callable[[str], None]
) -> None:
    """Line by line, saving each time, as a person without script would."""
    page = f"{dossier}partie/budget/"
    nav.aller(page)
    lignes = [*reel["charges"], *reel["produits"]]
    for ligne in lignes:
        montant = str(ligne["montant"])
        if "financeur" in ligne:
            nav.envoyer(
                "c-604",
                **{
                    "nouveau-cle": f"hors:{ligne['code']}",
                    "nouveau-libelle": ligne["financeur"],
                    "nouveau-montant": montant,
                    "nouveau-commentaire": ligne.get("commentaire", ""),
                    "rester": "1",
                },
            )
        else:
            nav.envoyer("c-604", **{f"c-{ligne['code']}": montant, "rester": "1"})
    dire(f"Budget tapé : {len(lignes)} lignes")
    nav.aller(f"{page}?vue=cerfa")  # the guide says the balance; the whole plan, every total
    texte = nav.page.contenu()
    for nom, total in ATTENDUS.items():
        exiger(en_euros(total) in texte, f"à l’écran, {nom} devrait être {en_euros(total)}")
    exiger("Le budget est équilibré" in texte, "à l’écran, le budget devrait être équilibré")
    dire(f"Totaux à l’écran : {totaux()}")


def totaux() -> str:
    """The three that are expected, in words."""
    return " / ".join(en_euros(total) for total in ATTENDUS.values())


def _completer(nav: Navigateur, dossier: str, dire: Callable[[str], None]) -> None:
    """The other parts, the documents, the bank coordinates."""
    nav.aller(f"{dossier}organisme/")
    nav.envoyer("confirmee", confirmee="on")
    nav.aller("/dossiers/")  # the only one of this newcomer, with the year of its call
    annee = trouver(r"appel (\d{4})", nav.page.contenu())[1]
    html = nav.aller(f"{dossier}partie/projet/").decode()
    nav.envoyer(
        "intitule",
        axe=trouver(r'name="axe" value="([^"]+)"', html)[1],
        objectifs_contrat=trouver(r'name="objectifs_contrat" value="([^"]+)"', html)[1],
        forme="numeraire",
        frequence="renouvellement",
        periodicite="ponctuelle",
        politique_ville="True",
        debut_le=f"{annee}-02-01",
        fin_le=f"{annee}-11-30",
    )
    nav.aller(f"{dossier}partie/description/")
    textes = ("besoin", "objectifs", "description", "methode", "egalite", "participation")
    nav.envoyer("besoin", **dict.fromkeys(textes, "Texte tapé par la vérification."))
    html = nav.aller(f"{dossier}partie/lieux/").decode()
    code = trouver(r'name="qpv-(QN\w+)"', html)[1]
    quartier = trouver(r'name="lieux-0-quartier".*?<option value="(\d+)"', html)[1]
    nav.envoyer(
        "public_vise",
        public_vise="Jeunes du quartier.",
        beneficiaires="300",
        **{f"qpv-{code}": "200", "lieux-0-quartier": quartier},
    )
    nav.aller(f"{dossier}partie/moyens/")
    nav.envoyer("benevoles-nombre", **{"benevoles-nombre": "290", "volontaires-nombre": "10"})
    nav.aller(f"{dossier}partie/evaluation/")
    nav.envoyer(
        "evaluation",
        evaluation="Suivi mensuel.",
        resultats_attendus="Trois cents jeunes.",
        **{"indicateurs-0-libelle": "Jeunes suivis", "indicateurs-0-unite": "jeunes"},
        **{"indicateurs-0-cible": "300"},
    )
    _joindre_les_pieces(nav, dossier)
    dire("Autres parties, pièces et compte : enregistrés")


def _joindre_les_pieces(nav: Navigateur, dossier: str) -> None:
    """A file for each document asked, then the bank coordinates."""
    from appels.demonstration import dossiers

    html = nav.aller(f"{dossier}pieces/").decode()
    for chemin in sorted(set(re.findall(rf"{dossier}pieces/\d+/ajouter/", html))):
        nav.aller(f"{dossier}pieces/")
        nav.envoyer_fichier(chemin, "document.pdf", dossiers.pdf_fictif("Document de vérification"))
    nav.aller(f"{dossier}pieces/")
    nav.envoyer("iban", titulaire="Association fictive", iban=dossiers.IBAN, bic=dossiers.BIC)


def _deposer(nav: Navigateur, dossier: str, dire: Callable[[str], None]) -> str:
    """Tick what the page asks, deposit; the number of the dossier."""
    html = nav.aller(f"{dossier}deposer/").decode()
    coches = dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"', html), "on")
    exiger(
        bool(coches),
        "la page de dépôt devrait proposer les attestations : " + nav.page.contenu()[:800],
    )
    nav.envoyer("lu", qualite="Présidence", aides_publiques="moins", **coches)
    exiger(nav.url.endswith("/depose/"), "le dépôt devrait donner un numéro")
    numero = trouver(r"CV-\d{4}-\d{4}", nav.page.contenu())[0]
    dire(f"Déposé : {numero}")
    return numero


def _controler_le_recepisse(
    nav: Navigateur, dossier: str, numero: str, dire: Callable[[str], None]
) -> None:
    """Wait for the PDF, read it, compare its attachment with the public page."""
    limite = time.monotonic() + PATIENCE
    while f'href="{dossier}recepisse.pdf"' not in nav.aller(f"{dossier}depose/").decode():
        exiger(time.monotonic() < limite, "le récépissé devrait finir par être prêt")
        time.sleep(1)
    pdf = nav.aller(f"{dossier}recepisse.pdf")
    texte = _texte_du_pdf(pdf)
    for nom, total in ATTENDUS.items():
        exiger(en_euros(total) in texte, f"dans le PDF, {nom} devrait être {en_euros(total)}")
    exiger(numero in texte, f"le PDF devrait porter le numéro {numero}")
    dire(f"Totaux dans le PDF : {totaux()}")
    with pikepdf.open(BytesIO(pdf)) as document:
        joint = next(iter(document.attachments.values())).get_file().read_bytes()
    empreinte = hashlib.sha256(joint).hexdigest()
    code = trouver(r"/verifier/(\w+)/", nav.aller(f"{dossier}recepisse/").decode())[1]
    nav.aller(f"/verifier/{code}/")
    phrase = "la page publique devrait donner l’empreinte du contenu joint au PDF"
    exiger(empreinte in nav.page.contenu(), phrase)
    nav.envoyer_fichier("", "recepisse.pdf", pdf)
    exiger("Conforme" in nav.page.contenu(), "la page publique devrait reconnaître le PDF")
    dire(f"Empreinte vérifiée sur la page publique : {empreinte}")


def _texte_du_pdf(pdf: bytes) -> str:
    """Its words, with plain spaces."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return " ".join("".join(pages).replace("\u00a0", " ").split())
