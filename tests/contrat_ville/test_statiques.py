"""Static files as production serves them: every name in a page or a script leads to a file."""

import re
from pathlib import PurePosixPath

from django.conf import settings as reglages
from django.contrib.messages.constants import DEFAULT_TAGS, ERROR, SUCCESS, WARNING
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
NOMME_PAR_SON_CONTENU = re.compile(r"\.[0-9a-f]{12}\.js$")
EN_PRODUCTION = "contrat_ville.statiques.Statiques"


def rassembler(settings, dossier, classe=EN_PRODUCTION):
    """Everything collected into a folder, as the image does."""
    settings.STATIC_ROOT = dossier
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": classe}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return dossier


def scripts_des_pages() -> set[str]:
    """What the templates load."""
    gabarits = (reglages.RACINE / "templates").rglob("*.html")
    motif = re.compile(r"""<script[^>]*\{% static ["']([^"']+)["'] %\}""")
    return {nom for gabarit in gabarits for nom in motif.findall(gabarit.read_text("utf-8"))}


def suivre(dossier, nom: str, vus: set[str]) -> list[str]:
    """The faults of a script and of all that it imports; `vus` receives the names."""
    if nom in vus:
        return []
    vus.add(nom)
    if not NOMME_PAR_SON_CONTENU.search(nom):
        return [f"{nom} ne porte pas l’empreinte de son contenu"]
    if not (dossier / nom).is_file():
        return [f"{nom} n’existe pas"]
    fautes = [] if (dossier / f"{nom}.gz").is_file() else [f"{nom} n’est pas compressé"]
    for chemin in IMPORT.findall((dossier / nom).read_text("utf-8")):
        fautes += suivre(dossier, str(PurePosixPath(nom).parent / chemin), vus)
    return fautes


def fautes_des_scripts(dossier) -> tuple[list[str], set[str]]:
    vus: set[str] = set()
    fautes = []
    for script in sorted(scripts_des_pages()):
        fautes += suivre(dossier, staticfiles_storage.stored_name(script), vus)
    return fautes, vus


def test_chaque_import_mene_a_un_fichier_nomme_par_son_contenu(settings, tmp_path):
    fautes, vus = fautes_des_scripts(rassembler(settings, tmp_path / "statiques"))
    assert fautes == []
    ecrits = {
        str(script.relative_to(reglages.RACINE / "static"))
        for script in (reglages.RACINE / "static" / "js").rglob("*.js")
    }
    # None is forgotten: each script of the folder is on a page, by itself or imported.
    assert {re.sub(r"\.[0-9a-f]{12}\.js$", ".js", nom) for nom in vus} == ecrits


def test_chaque_script_fait_ce_que_toute_page_doit(settings, tmp_path):
    """On each page of a signed-in person, leaving erases the copies and an error is read first:
    `copie.js` is on all of them (`base.html`), `saisie.js` where it is not.
    """
    dossier = rassembler(settings, tmp_path / "statiques")
    commun = staticfiles_storage.stored_name("js/commun/champs.js")
    for script in ("js/copie.js", "js/saisie.js"):
        vus: set[str] = set()
        suivre(dossier, staticfiles_storage.stored_name(script), vus)
        assert (script, commun in vus) == (script, True)


def test_ce_qui_explique_une_ligne_ne_voyage_pas(settings, tmp_path):
    """What is sent is lighter than the sources, and says the same."""
    dossier = rassembler(settings, tmp_path / "statiques")
    for source in ("css/portail.css", "js/saisie.js"):
        ecrite = (reglages.RACINE / "static" / source).read_text("utf-8")
        envoyee = (dossier / staticfiles_storage.stored_name(source)).read_text("utf-8")
        assert ("/*" in ecrite, "/*" in envoyee) == (True, False)
    regles = re.compile(r"\{")
    feuille = dossier / staticfiles_storage.stored_name("css/portail.css")
    ecrite = re.sub(
        r"/\*.*?\*/", "", (reglages.RACINE / "static/css/portail.css").read_text(), flags=re.S
    )
    assert len(regles.findall(feuille.read_text())) == len(regles.findall(ecrite))


def test_temoin_sans_notre_classe_un_import_garde_son_nom_nu(settings, tmp_path):
    """The control: WhiteNoise alone leaves « ./commun/montants.js », that caches may keep."""
    dossier = rassembler(
        settings,
        tmp_path / "statiques",
        "whitenoise.storage.CompressedManifestStaticFilesStorage",
    )
    fautes, _ = fautes_des_scripts(dossier)
    assert fautes == [
        f"js/commun/{nom}.js ne porte pas l’empreinte de son contenu"
        for nom in ("montants", "champs")
    ]


def test_une_seule_classe_nomme_les_statiques(racine):
    """The image collects without the secrets of production, by the same setting: what it builds is
    tried in `test_deploiement.py`.
    """
    motif = r"[\w.]*\.(?:Compressed|Statiques)\w*"
    nommees = {
        fichier: re.findall(motif, (racine / fichier).read_text(encoding="utf-8"))
        for fichier in ("Dockerfile", "contrat_ville/settings.py")
    }
    assert nommees == {"Dockerfile": [], "contrat_ville/settings.py": [EN_PRODUCTION]}


def test_chaque_message_a_le_ton_de_ce_qu_il_dit():
    """What a view says comes with Django's own word for its degree: the sheet knows each."""
    feuille = (reglages.RACINE / "static/css/portail.css").read_text("utf-8")
    tons = {
        mot for regle in re.findall(r"\.avis:is\(([^)]+)\)", feuille) for mot in regle.split(", ")
    }
    degres = {DEFAULT_TAGS[degre] for degre in (SUCCESS, WARNING, ERROR)}
    assert {f".{degre}" for degre in degres} - tons == set()
