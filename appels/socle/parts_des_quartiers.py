"""How a project of several quartiers says what goes to each: SUITES §0.2-3."""

from appels.models import Dossier
from appels.models.contenu import Dimension


def champ(dossier: Dossier) -> str:
    """The first field where it is written."""
    return f"part-{min(_quartiers(dossier), default='')}"


def phrase(dossier: Dossier) -> str:
    """What is wrong or missing, as a sentence; empty when nothing is.

    Shares make the whole; without any, the people of each quartier say it.
    """
    quartiers = _quartiers(dossier)
    if len(quartiers) < 2:
        return ""
    parts = [part.pourcent for part in dossier.parts.all()]
    if parts and sum(parts) != 100:
        return f"Les parts des quartiers font {sum(parts)}\u00a0% : elles doivent faire 100\u00a0%."
    comptes = {
        public.cle
        for public in dossier.publics.all()
        if public.dimension == Dimension.QPV and public.nombre
    }
    if not parts and not quartiers <= comptes:
        return (
            "Le projet se passe dans plusieurs quartiers : dites la part de chacun, ou combien de "
            "personnes viennent de chacun."
        )
    return ""


def _quartiers(dossier: Dossier) -> set[str]:
    return {lieu.quartier.code for lieu in dossier.lieux.all() if lieu.quartier}
