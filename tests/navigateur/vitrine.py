"""A browser that shows the pages of the inventory as they came back, and what is looked at on them:
each look gives its faults, one line each.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from tests.inventaire import ORIGINE, Vue

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# Nothing to reach by a key is out of sight once it is reached (WCAG 2.4.7): focused one by one.
CACHES = """() => {
    const atteints = [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
    )].filter(e => !e.disabled && !e.closest('[inert]') && e.checkVisibility({
        visibilityProperty: true,
    }));
    const vu = document.activeElement;
    const fautes = atteints.filter(e => {
        e.focus({preventScroll: true});
        if (document.activeElement !== e) return false;
        const boite = e.getBoundingClientRect();
        if (boite.width < 8 || boite.height < 8) return true;
        for (let p = e; p && p !== document.documentElement; p = p.parentElement) {
            const style = getComputedStyle(p);
            if (style.clipPath !== 'none' || style.opacity === '0') return true;
            const cadre = p.getBoundingClientRect();
            if (style.overflowX === 'hidden' && (cadre.width < 8 || cadre.height < 8)) return true;
        }
        return boite.right <= 0 || boite.bottom + scrollY <= 0;
    });
    vu?.focus({preventScroll: true});
    return fautes.map(e => 'invisible et atteint : ' + e.outerHTML.slice(0, 120));
}"""

# A picture that says something is 200 px wide; a word is 12 px high, drawn or written; nothing is
# cut nor stands out of its place.
LARGEUR = """() => {
    const fautes = [];
    const racine = document.documentElement;
    if (racine.scrollWidth > racine.clientWidth) {
        const large = [...document.querySelectorAll('main *')].filter(
            e => e.getBoundingClientRect().right > racine.clientWidth + 1
                && !e.closest('.defile')).pop();
        fautes.push('défile de côté : ' + (large?.outerHTML ?? '').slice(0, 120));
    }
    const nom = e => e.outerHTML.slice(0, 90);
    const visible = e => e.checkVisibility() && !e.closest('.vh, .pliant thead');
    for (const e of document.querySelectorAll(
        'main svg:is([role=img], [role=group]), main img:not([alt=""]), main input[type=image]'
    )) {
        const largeur = e.getBoundingClientRect().width;
        if (visible(e) && !e.closest('.defile') && largeur < 200) {
            fautes.push(`image de ${Math.round(largeur)} px : ${nom(e)}`);
        }
    }
    for (const texte of document.querySelectorAll('svg text')) {
        if (!visible(texte)) continue;
        const taille = parseFloat(getComputedStyle(texte).fontSize) * texte.getScreenCTM().a;
        const cadre = texte.ownerSVGElement.getBoundingClientRect();
        const boite = texte.getBoundingClientRect();
        if (taille < 12) fautes.push(`dessiné en ${taille.toFixed(1)} px : ${texte.textContent}`);
        if (boite.left < cadre.left - 1 || boite.right > cadre.right + 1
            || boite.top < cadre.top - 1 || boite.bottom > cadre.bottom + 1) {
            fautes.push(`coupé par son dessin : ${texte.textContent}`);
        }
    }
    for (const titre of document.querySelectorAll('.parties > li > :is(a, b):first-child')) {
        if (titre.checkVisibility() && titre.getBoundingClientRect().width
            < 0.5 * titre.parentElement.getBoundingClientRect().width) {
            fautes.push(`titre serré par son état : ${nom(titre)}`);
        }
    }
    for (const cellule of document.querySelectorAll('.pliant tr > [data-t]')) {
        if (getComputedStyle(cellule).display === 'table-cell') continue;
        const debut = document.createRange();
        debut.selectNodeContents(cellule);
        const gauche = cellule.getBoundingClientRect().left + 100;
        if ([...debut.getClientRects()].some(r => r.width > 0 && r.left < gauche)) {
            fautes.push(`passe sous son intitulé : ${nom(cellule)}`);
        }
    }
    const cases = [...document.querySelectorAll(
        'main :is(select, textarea, input:not([type=hidden], [type=checkbox], [type=radio]))'
    )].filter(visible);
    for (const [rang, champ] of cases.entries()) {
        const ici = champ.getBoundingClientRect();
        const voisin = cases[rang + 1]?.getBoundingClientRect();
        const ecart = voisin && voisin.left > ici.right - 1 ? Math.abs(voisin.top - ici.top) : 0;
        if (ecart > 2 && ecart < 16) fautes.push(`pas à la hauteur du précédent : ${nom(champ)}`);
    }
    const mot = document.createRange();
    const courts = /(?<=^|\\s)(?:\\p{L}{3,12}|\\d{2,4})(?=\\s|$)/gu;
    for (const e of document.querySelectorAll(
        'main :is(th, td, h1, h2, h3, label, button, li, a, b, strong, span, small)'
    )) {
        if (!visible(e)) continue;
        for (const texte of e.childNodes) {
            if (texte.nodeType !== Node.TEXT_NODE) continue;
            for (const {0: lu, index} of texte.data.matchAll(courts)) {
                mot.setStart(texte, index);
                mot.setEnd(texte, index + lu.length);
                const hauts = new Set([...mot.getClientRects()].map(r => Math.round(r.top)));
                if (hauts.size > 1) fautes.push(`mot coupé : ${lu} : ${nom(e)}`);
            }
        }
    }
    const marcheur = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const plage = document.createRange();
    while (marcheur.nextNode()) {
        const noeud = marcheur.currentNode;
        const e = noeud.parentElement;
        if (!noeud.data.trim() || e.closest('svg, .vh, option, textarea, script, style, .evitement')
            || !visible(e)) {
            continue;
        }
        const style = getComputedStyle(e);
        if (parseFloat(style.fontSize) < 12) fautes.push(`écrit en ${style.fontSize} : ${nom(e)}`);
        plage.selectNodeContents(noeud);
        const boite = plage.getBoundingClientRect();
        let bloc = e;
        while (getComputedStyle(bloc).display.startsWith('inline')) bloc = bloc.parentElement;
        const cadre = bloc.getBoundingClientRect();
        // The space at the end of a line kept as it was typed hangs out of it.
        const jeu = style.whiteSpace === 'pre-wrap' ? 8 : 1.5;
        if (!e.closest('.defile') && boite.width > 0
            && (boite.right > cadre.right + jeu || boite.left < cadre.left - jeu)) {
            fautes.push(`sort de sa place : ${nom(bloc)}`);
        }
        if (boite.width > 0 && cadre.width < 48 && noeud.data.trim().length > 12) {
            fautes.push(`serré en ${Math.round(cadre.width)} px : ${nom(bloc)}`);
        }
    }
    return [...new Set(fautes)];
}"""

# WCAG 2.4.11: once it has the focus, something of it is in sight and on top.
MASQUE = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const boite = e.getBoundingClientRect();
    const points = [];
    for (const x of [0.02, 0.25, 0.5, 0.75, 0.98]) {
        for (const y of [0.04, 0.25, 0.5, 0.75, 0.96]) {
            points.push([boite.left + x * boite.width, boite.top + y * boite.height]);
        }
    }
    const vu = points.some(([x, y]) => {
        const dessus = document.elementFromPoint(x, y);
        return dessus && (e === dessus || e.contains(dessus) || dessus.contains(e));
    });
    return [vu, e.outerHTML.slice(0, 120), e.closest('footer') !== null];
}"""


# Where the focus is when a summary of errors is shown; null when none is.
FOCUS = "() => document.getElementById('erreurs') && document.activeElement.id"

# A title never touches what it names, what comes before it, nor the rule above it.
RYTHME = """() => [...document.querySelectorAll('main :is(h2, h3, h4, legend)')].flatMap(titre => {
    if (!titre.checkVisibility() || titre.closest('.vh')) return [];
    const boite = titre.getBoundingClientRect();
    const visible = e => e && e.checkVisibility() && !e.closest('.vh')
        && e.getBoundingClientRect().height > 1;
    const nom = `« ${titre.textContent.trim().slice(0, 40)} »`;
    const fautes = [];
    const suite = titre.nextElementSibling;
    if (visible(suite) && suite.getBoundingClientRect().top >= boite.bottom - 1
        && suite.getBoundingClientRect().top - boite.bottom < 3) {
        fautes.push(`${nom} touche ce qui suit`);
    }
    const avant = titre.previousElementSibling;
    if (visible(avant) && avant.getBoundingClientRect().bottom <= boite.top + 1
        && boite.top - avant.getBoundingClientRect().bottom < 7) {
        fautes.push(`${nom} touche ce qui précède`);
    }
    const cadre = titre.parentElement;
    if (!avant && titre.tagName !== 'LEGEND' && getComputedStyle(cadre).borderTopWidth !== '0px'
        && boite.top - cadre.getBoundingClientRect().top < 7) {
        fautes.push(`${nom} touche un trait`);
    }
    return fautes;
})"""


# The widths at which the sheet changes, on both sides, and the common screens.
RUPTURES = (320, 480, 767, 768, 991, 992, 1199, 1200, 1920)
LARGEURS = (*RUPTURES, 344, 360, 390, 414, 560, 640, 700, 800, 880, 960, 1024, 1100, 1280, 1440)
EN_DIRECT = "x ".join(["Ce champ ne se lit pas : écrivez un nombre, par exemple 1 234,50. "] * 6)
COLLANT = """texte => {
    const etat = document.querySelector('[data-etat]');
    if (etat) etat.textContent = texte;
    return [...document.querySelectorAll('body *')].some(
        e => ['sticky', 'fixed'].includes(getComputedStyle(e).position));
}"""
TOUCHES_MAX = 400


class Vitrine:
    """A tab that shows pages as they came back, with their sheet and their scripts."""

    def __init__(self, chromium):
        self.contexte = chromium.new_context(locale="fr-FR", reduced_motion="reduce")
        self.onglet = self.contexte.new_page()
        self.onglet.route("**/*", self._repondre)
        self._html = ""

    def montrer(self, vue: Vue, largeur: int = 1280, hauteur: int = 900, couleurs: str = "light"):
        self.onglet.set_viewport_size({"width": largeur, "height": hauteur})
        self.onglet.emulate_media(color_scheme=couleurs)
        self._html = vue.html
        self.onglet.goto(ORIGINE + vue.chemin)

    def elargir(self, largeur: int) -> None:
        self.onglet.set_viewport_size({"width": largeur, "height": 900})

    def regarder(self, regard: str) -> list[str]:
        return self.onglet.evaluate(regard)

    def masques(self) -> list[str]:
        """What is behind a bar once the key Tab has reached it, the bar saying a long error."""
        if not self.onglet.evaluate(COLLANT, EN_DIRECT):
            return []
        fautes = []
        for touche in range(TOUCHES_MAX):
            self.onglet.keyboard.press("Tab")
            vu = self.onglet.evaluate(MASQUE)
            if vu is None and touche == 0:  # it was at the end: the next one is the first
                continue
            if vu is None or vu[2]:
                break
            if not vu[0]:
                fautes.append(f"masqué : {vu[1]}")
        return fautes

    def _repondre(self, route) -> None:
        chemin = urlsplit(route.request.url).path
        if route.request.frame.parent_frame:  # a document shown in the page asks for no focus
            route.fulfill(body="", content_type="text/html; charset=utf-8")
            return
        if not chemin.startswith("/static/"):
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
            return
        trouve = Path(finders.find(chemin.removeprefix("/static/")))
        route.fulfill(body=trouve.read_bytes(), content_type=TYPES[trouve.suffix])
