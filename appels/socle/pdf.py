"""Bytes out of a frozen version.

The rendering happens in a child process bounded in time and memory.
"""

import base64
import hashlib
import json
import signal
from datetime import date, datetime

import segno
from django.conf import settings
from django.template.loader import render_to_string

from appels.models import Lettre, Recepisse
from appels.models.contenu import Dimension
from appels.socle import delais_legaux, figement, signes
from partenaires.socle.pepiniere import pepiniere
from quartiers.models import Quartier

VARIANTE = "pdf/a-3a"
TROP_LONG = "La mise en page dépasse le temps permis."
RENDU = pepiniere("appels.socle.rendu")
MARQUE = settings.RACINE / "static" / "marque.svg"


class RenduImpossible(Exception):
    """The document cannot be made: too long, too big, or refused by the renderer."""


def recepisse(recepisse: Recepisse) -> bytes:
    """The receipt: structured as PDF/A-3a, the frozen JSON attached. Same bytes each time."""
    version = recepisse.version
    html = render_to_string("pdf/recepisse.html", contexte_du_recepisse(recepisse))
    return rendre(
        html,
        identifiant=version.empreinte[:32],
        cree_le=version.figee_le.isoformat(),
        pieces=[
            {
                "nom": f"{version.dossier.numero}-version-{version.rang}.json",
                "description": "Le contenu déposé, dont l’empreinte est imprimée sur le récépissé.",
                "base64": base64.b64encode(version.contenu.encode()).decode(),
            }
        ],
    )


def lettre(lettre: Lettre) -> bytes:
    """A decision of a funder, with the words that the law asks (METIER §6.2)."""
    contexte = contexte_de_la_lettre(lettre)
    html = render_to_string(
        "pdf/lettre.html", {**contexte, "marque": marque(), "qr": _qr(contexte["lien"])}
    )
    identifiant = hashlib.sha256(f"lettre {lettre.pk} {lettre.version}".encode()).hexdigest()
    date = lettre.corrigee_le or lettre.preparee_le
    return rendre(html, identifiant=identifiant[:32], cree_le=date.isoformat())


def contexte_de_la_lettre(lettre: Lettre) -> dict:
    """What the letter says, on paper and on its page: what was kept when it was prepared."""
    demande = lettre.financement
    return {
        "lettre": lettre,
        "demande": demande,
        "dossier": demande.dossier,
        "appel": demande.dossier.appel,
        "date": lettre.corrigee_le or lettre.preparee_le,
        "mentions": lettre.mentions,
        "lien": f"{settings.URL_PUBLIQUE}/verifier/{lettre.code}/" if lettre.code else "",
    }


def _qr(lien: str) -> str:
    """As a data: address; empty without a link."""
    return segno.make(lien, error="m").svg_data_uri(border=0, omitsize=True) if lien else ""


def contexte_du_recepisse(recepisse: Recepisse) -> dict:
    """What the receipt says, on paper and on its page: the frozen content and nothing else."""
    version = recepisse.version
    contenu = json.loads(version.contenu)
    depot = contenu["depot"]
    lien = f"{settings.URL_PUBLIQUE}/verifier/{recepisse.code}/"
    recu_le = datetime.fromisoformat(depot["recu_le"])
    rejet_le = _jour(depot["rejet_implicite_le"])
    quartiers = dict(Quartier.objects.values_list("code", "nom_court"))
    par_quartier = [public for public in contenu["publics"] if public[0] == Dimension.QPV]
    return {
        "contenu": contenu,
        "depot": depot,
        "version": version,
        "recepisse": recepisse,
        "lien": lien,
        "recu_le": recu_le,
        "ferme_le": datetime.fromisoformat(contenu["appel"]["ferme_le"]),
        "rejet_le": rejet_le,
        "rejet_est_reporte": rejet_le != delais_legaux.rejet_implicite(recu_le.date()),
        "est_guichet": contenu["appel"]["regime"] == "guichet",
        "empreinte": " ".join(version.empreinte[i : i + 4] for i in range(0, 64, 4)),
        "demandes": [
            demande for demande in contenu["budget"]["financements"] if demande["est_de_l_appel"]
        ],
        "plan": figement.lignes_du_plan(contenu),
        "totaux": contenu["budget"]["totaux"],
        "publics": figement.publics_en_clair({"publics": par_quartier}, quartiers),
        "marque": marque(),
        "qr": _qr(lien),
    }


def _jour(texte: str) -> date | None:
    """A date of the frozen content; None where it says none."""
    return date.fromisoformat(texte) if texte else None


def marque() -> str:
    """Our wordmark as a data: address, the only kind that the renderer may read."""
    return f"data:image/svg+xml;base64,{base64.b64encode(MARQUE.read_bytes()).decode()}"


def rendre(html: str, *, identifiant: str, cree_le: str, pieces: list[dict] | None = None) -> bytes:
    """The PDF of our own HTML; raises `RenduImpossible` with a sentence for the agents."""
    bornes = settings.RENDU_PDF
    html = signes.pour_le_papier(html)
    if len(html) > bornes["taille_html"]:
        raise RenduImpossible("Le document est trop long pour être mis en page.")
    commande = json.dumps(
        {
            "html": html,
            "identifiant": identifiant,
            "cree_le": cree_le,
            "pieces": pieces or [],
            "memoire": bornes["memoire"],
            "calcul": bornes["calcul"],
            "variante": VARIANTE,
        }
    )
    try:
        recolte = RENDU.demander(commande.encode(), bornes["delai"])
    except TimeoutError as erreur:
        raise RenduImpossible(TROP_LONG) from erreur
    if recolte.code in (-signal.SIGXCPU, -signal.SIGALRM):
        raise RenduImpossible(TROP_LONG)
    if recolte.code or not recolte.sortie.startswith(b"%PDF-"):
        raison = recolte.plainte or "sans explication"
        raise RenduImpossible(f"La mise en page a échoué ({raison[:150]}).")
    return recolte.sortie
