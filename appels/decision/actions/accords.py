"""A funder agrees to a decision entered in its name, or asks that it be seen again."""

from datetime import datetime

from django.db import transaction

from appels.decision.accords import SansMotif
from appels.models import Accord, Acte, DecisionPrise, Lettre, SensAccord
from appels.socle.empechement import verrouiller_pour_instruire
from partenaires.models import Role, Utilisateur
from partenaires.socle.refus import Refus


class DecisionRemplacee(Refus):
    """Another decision took its place, or its letter left, since the page was shown."""

    phrase = (
        "Cette décision vient d’être remplacée, ou sa lettre est partie : rien n’est enregistré. "
        "Relisez celle qui est là maintenant."
    )


class TexteChange(Refus):
    """The letter was corrected, discarded or prepared since the page was shown."""

    phrase = (
        "La lettre vient de changer : rien n’est enregistré. Relisez-la, puis dites votre accord "
        "ou ce qui est à revoir."
    )


class AccordChange(Refus):
    """A colleague of the funder said something else since the page was shown."""

    def __init__(self, accord: Accord):
        motif = f" « {accord.motif} »" if accord.motif else ""
        super().__init__(
            f"Entre-temps, {accord.par} a dit : {str(accord).lower()}.{motif} Rien n’est "
            "enregistré : relisez la décision."
        )


@transaction.atomic
def dire(
    prise: DecisionPrise,
    sens: SensAccord,
    *,
    motif: str = "",
    par: Utilisateur,
    recu_le: datetime,
    vu: str | None = None,
    texte: str | None = None,
) -> Accord:
    """Keep its word, the last one counts, each is logged.

    `vu`: the print of the word that the page showed, empty for none; `texte`: that of the letter.
    Raises `Empeche`, `SansMotif`, `DecisionRemplacee`, `TexteChange` or `AccordChange`; nothing is
    then kept.
    """
    financeur = prise.financement.partenaire
    assert financeur  # nobody else decides in the portal
    dossier = verrouiller_pour_instruire(
        prise.financement.dossier, par=par, roles=[Role.AVIS_FINANCEUR], pour=financeur
    )
    if sens == SensAccord.RESERVE and not motif:
        raise SansMotif
    courante = DecisionPrise.objects.courantes().filter(pk=prise.pk).exists()
    lettre = Lettre.objects.vives().filter(prise=prise).first()
    if not courante or (lettre and lettre.liberee_le):
        raise DecisionRemplacee
    if texte is not None and texte != (lettre.empreinte if lettre else ""):
        raise TexteChange
    dit = Accord.objects.filter(prise=prise).select_related("par").first()
    if dit and vu is not None and vu != dit.empreinte and (dit.sens, dit.motif) != (sens, motif):
        raise AccordChange(dit)
    accord, cree = Accord.objects.get_or_create(
        prise=prise, defaults={"sens": sens, "motif": motif, "par": par, "le": recu_le}
    )
    if not cree:
        accord.sens = sens
        accord.motif = motif
        accord.par = par
        accord.le = recu_le
        accord.perime_le = None
        accord.save()
    dossier.passages.create(
        acte=Acte.ACCORDER,
        par=par,
        le=recu_le,
        motif=f"{prise.financement.nom}, {prise} : {accord}. {motif}".strip()[:300],
    )
    return accord
