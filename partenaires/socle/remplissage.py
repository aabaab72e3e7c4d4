"""Put typed values back in the form of a page that is already drawn, whatever drew it.

Works on the HTML itself, so that every form of every page is filled the same way: the form is found
by its address and its fields, then its controls take the values as a browser would have shown them.
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Champs = dict[str, list[str]]
Attributs = dict[str, str | None]
JAMAIS_REMPLIS = {"password", "file", "submit", "button", "reset", "image"}
CASES = {"checkbox", "radio"}
# What a form is about says so (`data-objet`), and each saved row of a table: what was typed for
# another is never put in it.
LIGNE = re.compile(r"(.+-\d+)-id")


@dataclass
class Controle:
    """A control in the source: where its tag stands; a text area or a list, up to its end."""

    balise: str
    attributs: Attributs
    debut: int
    fin: int
    fin_du_texte: int = 0
    options: list["Controle"] = field(default_factory=list)
    plis: list[int] = field(default_factory=list)  # where each closed <details> around it stands

    @property
    def nom(self) -> str:
        return self.attributs.get("name") or ""

    @property
    def genre(self) -> str:
        return (self.attributs.get("type") or "text").lower() if self.balise == "input" else ""

    def est_d_un_autre(self, champs: "Champs") -> bool:
        """It names an object, and another one was sent."""
        valeur = self.attributs.get("value") or ""
        return self.nom in champs and self.genre == "hidden" and champs[self.nom] != [valeur]


@dataclass
class Formulaire:
    """A posted form of the page."""

    adresse: str
    debut: int
    controles: list[Controle] = field(default_factory=list)

    def ressemblance(self, champs: Champs) -> int:
        """How much of what was typed it asks; a hidden value that differs says another form, and
        one that names the object, certainly.
        """
        points = 0
        if any(c.est_d_un_autre(champs) for c in self.controles if "data-objet" in c.attributs):
            return 0
        for controle in self.controles:
            if controle.nom not in champs:
                continue
            valeur = controle.attributs.get("value") or ""
            if controle.genre not in (*CASES, "hidden") or valeur in champs[controle.nom]:
                points += 2
            elif controle.genre == "hidden":
                points -= 1
        return points

    def lignes_d_un_autre(self, champs: Champs) -> tuple[str, ...]:
        """How begin the names of the rows that stand where another one stood.

        None where the version that was read is sent: the server puts the rows together.
        """
        if any(controle.nom == "version" for controle in self.controles):
            return ()
        lignes = [(LIGNE.fullmatch(c.nom), c.est_d_un_autre(champs)) for c in self.controles]
        return tuple(f"{trouve[1]}-" for trouve, est_autre in lignes if trouve and est_autre)


class Lecteur(HTMLParser):
    """The posted forms of a page and their controls, with their places in the source."""

    def __init__(self, page: str, ici: str):
        super().__init__(convert_charrefs=False)
        self.ici = ici
        self.formulaires: list[Formulaire] = []
        self.fin_du_contenu = -1
        self._courant: Formulaire | None = None
        self._plis: list[tuple[int, bool]] = []  # the <details> that we are in, open or not
        self._ouvert: Controle | None = None  # a text area or a list, not closed yet
        self._lignes = [0]
        for ligne in page.split("\n"):
            self._lignes.append(self._lignes[-1] + len(ligne) + 1)
        self.feed(page)
        self.close()

    def _place(self) -> int:
        ligne, colonne = self.getpos()
        return self._lignes[ligne - 1] + colonne

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        debut = self._place()
        fin = debut + len(self.get_starttag_text() or "")
        attributs = dict(attrs)
        if tag == "details":
            self._plis.append((debut, "open" in attributs))
        elif tag == "form":
            self._ouvrir_un_formulaire(attributs, debut)
        elif self._courant is not None and tag in ("input", "textarea", "select", "option"):
            self._lire_un_controle(Controle(tag, attributs, debut, fin))

    handle_startendtag = handle_starttag

    def _ouvrir_un_formulaire(self, attributs: Attributs, debut: int) -> None:
        if (attributs.get("method") or "").lower() != "post":
            return
        adresse = urlsplit(urljoin(self.ici, attributs.get("action") or "")).path
        self._courant = Formulaire(adresse, debut)
        self.formulaires.append(self._courant)

    def _lire_un_controle(self, controle: Controle) -> None:
        assert self._courant is not None
        if controle.balise == "option":
            if self._ouvert is not None:
                self._ouvert.options.append(controle)
            return
        controle.plis = [debut for debut, est_ouvert in self._plis if not est_ouvert]
        self._courant.controles.append(controle)
        if controle.balise in ("textarea", "select"):
            self._ouvert = controle

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.fin_du_contenu = self._place()
        elif tag == "details" and self._plis:
            self._plis.pop()
        elif tag == "form":
            self._courant = None
        elif tag in ("textarea", "select") and self._ouvert is not None:
            self._ouvert.fin_du_texte = self._place()
            self._ouvert = None


def remplir(page: str, *, ici: str, adresse: str, champs: Champs, avis: str) -> tuple[str, Champs]:
    """The page with its form filled and `avis` before it, and what found no field."""
    candidats = [
        formulaire
        for formulaire in Lecteur(page, ici).formulaires
        if formulaire.adresse == adresse and formulaire.ressemblance(champs) > 0
    ]
    if not candidats:
        return page, champs
    formulaire = max(candidats, key=lambda candidat: candidat.ressemblance(champs))
    ailleurs = formulaire.lignes_d_un_autre(champs)
    a_leur_place = {nom: v for nom, v in champs.items() if not nom.startswith(ailleurs)}
    restants = {nom: list(valeurs) for nom, valeurs in a_leur_place.items()}
    poses: list[tuple[int, int, str]] = [(formulaire.debut, formulaire.debut, avis)]
    for controle in formulaire.controles:
        if _se_remplit(controle, champs) and not controle.nom.startswith(ailleurs):
            typees = champs.get(controle.nom, [])
            if _a_change(controle, typees, page):
                poses += [(pli, pli, " open") for pli in map(_dans_la_balise, controle.plis)]
            poses += _pose(controle, typees, restants)
    remplie = page
    for debut, fin, texte in sorted(set(poses), reverse=True):
        remplie = remplie[:debut] + texte + remplie[fin:]
    noms = {controle.nom for controle in formulaire.controles}
    poses_en_place = noms & set(a_leur_place)
    return remplie, {nom: v for nom, v in champs.items() if nom not in poses_en_place}


def _se_remplit(controle: Controle, champs: Champs) -> bool:
    """What a person fills in; a hidden field only when it was sent: the version that was read."""
    if not controle.nom or controle.genre in JAMAIS_REMPLIS:
        return False
    return controle.genre != "hidden" or controle.nom in champs


def _dans_la_balise(debut: int) -> int:
    """Where an attribute is written in the tag <details> that begins there."""
    return debut + len("<details")


def _a_change(controle: Controle, typees: list[str], page: str) -> bool:
    """The page does not show what was typed here: a fold that hides it is opened."""
    attributs = controle.attributs
    if controle.genre == "hidden" or not typees:
        return False
    if controle.balise == "select":
        choisies = [option for option in controle.options if "selected" in option.attributs]
        montrees = choisies or controle.options[:1]
        return {option.attributs.get("value") or "" for option in montrees} != set(typees)
    if controle.genre in CASES:
        return ("checked" in attributs) != ((attributs.get("value") or "on") in typees)
    montree = attributs.get("value") or ""
    if controle.balise == "textarea":
        montree = unescape(page[controle.fin : controle.fin_du_texte])
    return [_nue(montree)] != [_nue(typee) for typee in typees]


def _nue(texte: str) -> str:
    """One writing of line ends, none at the edges."""
    return texte.replace("\r\n", "\n").strip()


def _pose(controle: Controle, typees: list[str], restants: Champs) -> list[tuple[int, int, str]]:
    """What to write in the source so that this control shows what was typed."""
    attributs = dict(controle.attributs)
    if controle.balise == "select":
        return [_pose_du_choix(option, typees) for option in controle.options]
    if controle.genre in CASES:
        attributs.pop("checked", None)
        if (attributs.get("value") or "on") in typees:
            attributs["checked"] = ""
        return [(controle.debut, controle.fin, _balise("input", attributs))]
    if not restants.get(controle.nom):
        return []
    valeur = restants[controle.nom].pop(0)
    if controle.balise == "textarea":
        return [(controle.fin, controle.fin_du_texte, "\n" + escape(valeur))]
    attributs["value"] = valeur
    return [(controle.debut, controle.fin, _balise("input", attributs))]


def _pose_du_choix(option: Controle, typees: list[str]) -> tuple[int, int, str]:
    """An option written again, selected when it is among what was typed."""
    attributs = dict(option.attributs)
    attributs.pop("selected", None)
    if (attributs.get("value") or "") in typees:
        attributs["selected"] = ""
    return (option.debut, option.fin, _balise("option", attributs))


def _balise(nom: str, attributs: Attributs) -> str:
    """An opening tag, its values escaped."""
    ecrits = [
        f' {cle}="{escape(valeur)}"' if valeur is not None else f" {cle}"
        for cle, valeur in attributs.items()
    ]
    return f"<{nom}{''.join(ecrits)}>"


def ajouter_a_la_fin(page: str, bloc: str) -> str:
    """The page with this block at the end of its main part."""
    fin = Lecteur(page, "/").fin_du_contenu
    return page[:fin] + bloc + page[fin:] if fin >= 0 else page
