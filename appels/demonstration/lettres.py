"""Templates of letters, visibly fictitious, so that the demonstration can write them."""

from appels.decision.actions import lettres
from appels.demonstration import personnes
from appels.models import Appel, Decision, Gabarit
from quartiers import horloge

ANNONCES = {
    Decision.ACCORDE: "accorde {montant_accorde}, comme vous le demandiez. {acte}",
    Decision.PARTIEL: "accorde {montant_accorde} sur les {montant_demande} demandés. "
    "{acte} {motif}",
    Decision.REFUSE: "ne soutient pas ce projet.\n\nMotif : {motif}",
    Decision.AJOURNE: "ajourne sa décision.\n\nMotif : {motif}",
    Decision.SANS_SUITE: "classe la demande sans suite.\n\nMotif : {motif}",
}


def charger() -> None:
    """One template an outcome, and where to appeal; does nothing the second time."""
    if Gabarit.objects.exists():
        return
    instant = horloge.maintenant()
    par = personnes.compte("responsable")
    for decision, annonce in ANNONCES.items():
        lettres.ecrire_un_gabarit(
            decision,
            None,
            {
                "objet": "Décision sur votre demande {numero} (exemple fictif)",
                "corps": "Madame, Monsieur,\n\nVous avez présenté « {projet} » {a_l_appel}. "
                "{le_financeur} " + annonce,
                "signataire": "Prénom Nom (fictif)",
                "qualite": "Qualité et service fictifs",
            },
            par=par,
            recu_le=instant,
        )
    Appel.objects.filter(tribunal="").update(tribunal="la ville d’essai (fictif)")
