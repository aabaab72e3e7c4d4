"""What a file of past years says is written at once, or not at all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction

from appels.instruction.forms.appel import SOUS_POSTES
from appels.models import (
    ACCORDS,
    Appel,
    Decision,
    DecisionPrise,
    Dossier,
    Financement,
    Lieu,
    LigneReprise,
    Regime,
    Reprise,
)
from appels.models.etats import Etat
from appels.models.financement import DECISION
from appels.reprises import empreintes
from appels.reprises.actions import series
from appels.reprises.actions.reception import plan_de
from appels.reprises.lieux import nom_du_lieu
from appels.reprises.numeros import numero
from appels.reprises.plan import CleAction, Plan, Prevision, source_des_montants
from appels.socle import droits, soutiens
from appels.socle.feuilles import simple
from partenaires.models import Genre, Partenaire, Utilisateur
from partenaires.socle import droits as droits_des_organismes
from partenaires.socle.refus import Refus
from quartiers.francais import recherchable

LIBRE = "74x"  # a funder that is no partner of the contract


class PlanChange(Refus):
    """What the file would write is not what was read."""

    phrase = (
        "Entre-temps, ce que ce fichier écrirait a changé (un organisme, une autre reprise, un "
        "quartier). Relisez les lignes, puis appliquez. Rien n’est enregistré."
    )


class OrganismesADecider(Refus):
    """Names wait for a person: a line is left aside because somebody says so, never by default."""


class SaPropreReprise(Refus):
    """Nobody writes what their own organisation was given."""


def verrouiller_les_reprises(reprise: Reprise) -> Reprise:
    """This one, all of them held: files are applied and undone one by one."""
    list(Reprise.objects.select_for_update(of=("self",)).order_by("pk").only("pk"))
    return Reprise.objects.get(pk=reprise.pk)


@transaction.atomic
def appliquer(reprise: Reprise, lu: str, *, par: Utilisateur, recu_le: datetime) -> Plan:
    """Write what the file says; `lu`: the print of the plan that was read.

    Raises `RepriseAilleurs`, `PlanChange`, `OrganismesADecider` or `SaPropreReprise`.
    """
    droits.peut_appliquer_une_reprise.exiger(par)
    tenue = verrouiller_les_reprises(reprise)
    tenue.franchir("appliquer", par=par, le=recu_le)
    plan = plan_de(tenue)
    if plan.empreinte != lu:
        raise PlanChange
    _exiger_des_decisions(plan)
    exiger_d_etre_dehors(plan.organismes(), par)
    _Ecriture(tenue, plan, par, recu_le).ecrire()
    return plan


def _exiger_des_decisions(plan: Plan) -> None:
    attendus = {une.ligne.cle_organisme for une in plan.previsions if une.porteur.est_a_decider} | {
        une.ligne.financeur for une in plan.previsions if une.financeur.est_a_decider
    }
    if attendus:
        raise OrganismesADecider(
            "Des noms du fichier attendent qu’une personne dise qui ils sont : décidez-les, ou "
            "laissez leurs lignes de côté. Rien n’est enregistré."
        )


def exiger_d_etre_dehors(organismes: Iterable[Partenaire], par: Utilisateur) -> None:
    """Raises `SaPropreReprise` for a member of one of these organisations."""
    siens = [un for un in organismes if droits_des_organismes.est_membre(par, un.pk)]
    if siens:
        noms = ", ".join(str(un) for un in siens)
        raise SaPropreReprise(
            f"Vous êtes membre de {noms} : votre déport est d’office. Une autre personne de la "
            "direction s’en charge, ou ses lignes sont laissées de côté. Rien n’est enregistré."
        )


class _Ecriture:
    """One application, step by step; each table is written in one go."""

    def __init__(self, reprise: Reprise, plan: Plan, par: Utilisateur, le: datetime) -> None:
        self.reprise, self.plan, self.par, self.le = reprise, plan, par, le
        self.ecrites = [une for une in plan.previsions if une.ecrit]
        self.dossiers: dict[CleAction, Dossier] = {}
        self.crees: list[int] = []  # organisations
        self.series: dict[str, Any] = {}
        self.appels = {
            appel.annee: appel for appel in Appel.objects.filter(regime=Regime.HISTORIQUE)
        }

    def ecrire(self) -> None:
        """Write the lines that stand, and keep what they write over: the batch may be undone."""
        connus = {une.dossier.pk for une in self.ecrites if une.dossier}
        avant = empreintes.etats(connus)
        sources = self._garder_les_lignes()
        porteurs = self._creer_les_organismes()
        self._creer_les_dossiers(porteurs)
        self._situer()
        self._demander(sources)
        ecrits = {dossier.pk for dossier in self.dossiers.values()}
        self.reprise.avant = {
            "dossiers": avant,
            "apres": {
                pk: empreintes.empreinte(etat) for pk, etat in empreintes.etats(ecrits).items()
            },
            "organismes": self.crees,
            "series": self.series,
        }
        self.reprise.save(update_fields=["avant"])
        # Of an action public already, its axis and its quartiers; its amounts wait for the release
        soutiens.renouveler(ecrits, self.le)

    def _garder_les_lignes(self) -> dict[int, LigneReprise]:
        """Every line with what became of it, taken or not; {rank: line}."""
        gardees = [
            LigneReprise(
                reprise=self.reprise,
                rang=une.ligne.rang,
                sort=une.sort,
                texte=une.ligne.texte,
                remarques=_remarques(une),
                **source_des_montants(
                    une.financement.reprise if une.financement else None, une.ligne
                ),
            )
            for une in self.plan.previsions
        ]
        return {gardee.rang: gardee for gardee in LigneReprise.objects.bulk_create(gardees)}

    def _creer_les_organismes(self) -> dict[str, Partenaire]:
        """{name in the file: the organisation}, those that a person asked to create."""
        nes: dict[str, Partenaire] = {}
        for une in self.ecrites:
            cle = une.ligne.cle_organisme
            if une.porteur.creer and cle not in nes:
                nes[cle] = Partenaire.objects.create(
                    genre=Genre(une.porteur.creer),
                    nom=une.ligne.organisme or une.ligne.siret or une.ligne.rna,
                    siret=une.ligne.siret,
                    rna=une.ligne.rna,
                    source=f"Reprise {self.reprise.nom}, ligne {une.ligne.rang}"[:300],
                    cree_le=self.le,
                )
        self.crees = [ne.pk for ne in nes.values()]
        return nes

    def _creer_les_dossiers(self, nes: dict[str, Partenaire]) -> None:
        """The actions that are not known yet, and those that are, by key."""
        nouveaux: dict[CleAction, Dossier] = {}
        for une in self.ecrites:
            if une.dossier:
                self.dossiers[une.cle] = une.dossier
                _completer(une.dossier, une)
            elif une.cle not in nouveaux:
                porteur = une.porteur.partenaire or nes[une.ligne.cle_organisme]
                nouveaux[une.cle] = self._dossier(une, porteur)
            else:
                nouveaux[une.cle].lieu_protege |= une.ligne.est_protege
        _numeroter(nouveaux.values())
        self.series = series.rattacher(nouveaux.values())
        Dossier.objects.bulk_create(nouveaux.values())
        self.dossiers |= nouveaux

    def _dossier(self, une: Prevision, porteur: Partenaire) -> Dossier:
        """Without a number yet, nor what only a deposit has."""
        assert une.ligne.annee
        return Dossier(
            appel=self._appel(une.ligne.annee),
            porteur=porteur,
            etat=Etat.REPRIS,
            intitule=une.ligne.intitule,
            axe=une.axe,
            lieu_protege=une.ligne.est_protege,
            cree_le=self.le,
            cree_par=self.par,
        )

    def _appel(self, annee: int) -> Appel:
        """The year as a call that never opens."""
        if annee not in self.appels:
            rangs = Appel.objects.filter(annee=annee).values_list("rang", flat=True)
            self.appels[annee] = Appel.objects.create(
                annee=annee,
                rang=max(rangs, default=0) + 1,
                titre=f"Année {annee}, données reprises",
                regime=Regime.HISTORIQUE,
            )
        return self.appels[annee]

    def _situer(self) -> None:
        """A place for each quartier, or former quartier, that is not there yet."""
        presents: set[tuple[int, int | None, str]] = {
            (lieu.dossier_id, lieu.quartier_id, simple(lieu.intitule))
            for lieu in Lieu.objects.filter(dossier__in=list(self.dossiers.values()))
        }
        lieux = []
        for une in self.ecrites:
            dossier = self.dossiers[une.cle]
            for quartier in une.lieux.quartiers:
                if (dossier.pk, quartier.pk, "") not in presents:
                    presents.add((dossier.pk, quartier.pk, ""))
                    lieux.append(Lieu(dossier=dossier, quartier=quartier))
            for nom in une.lieux.anciens:
                intitule = nom_du_lieu(nom)
                if (dossier.pk, None, simple(intitule)) not in presents:
                    presents.add((dossier.pk, None, simple(intitule)))
                    lieux.append(Lieu(dossier=dossier, intitule=intitule))
        Lieu.objects.bulk_create(lieux)

    def _demander(self, sources: dict[int, LigneReprise]) -> None:
        """The requests and their decisions, each with the line that says them."""
        nouveaux: list[Financement] = []
        changes: list[Financement] = []
        for une in self.ecrites:
            demande = une.financement or Financement(
                dossier=self.dossiers[une.cle], **_financeur(une)
            )
            _remplir(demande, une, sources[une.ligne.rang])
            (changes if une.financement else nouveaux).append(demande)
        Financement.objects.bulk_create(nouveaux)
        DecisionPrise.objects.bulk_create(
            _prise(demande, 1) for demande in nouveaux if demande.decision
        )
        for demande in changes:
            self._changer(demande)

    def _changer(self, demande: Financement) -> None:
        """A request known already: what is decided of it follows what was."""
        demande.save()
        derniere = demande.prises.courantes().first()
        if derniere and all(
            getattr(derniere, champ) == getattr(demande, champ) for champ in DECISION
        ):
            return
        demande.prises.courantes().update(remplacee_le=self.le)
        if demande.decision or derniere:
            _prise(demande, derniere.rang + 1 if derniere else 1).save()


def _remarques(une: Prevision) -> list[list[str]]:
    """[column, sentence] of a line: why it is left aside, and what is said of it."""
    dites = [[defaut.colonne, defaut.phrase] for defaut in une.ligne.defauts]
    return dites if une.est_prise or dites else [["", une.phrase]]


def _completer(dossier: Dossier, une: Prevision) -> None:
    """What the line says of an action known already; a secret stays one, whatever a file says."""
    axe = une.axe or dossier.axe
    est_protege = dossier.lieu_protege or une.ligne.est_protege
    if (axe, est_protege) != (dossier.axe, dossier.lieu_protege):
        dossier.axe, dossier.lieu_protege = axe, est_protege
        dossier.save(update_fields=["axe", "lieu_protege"])


def _numeroter(dossiers: Iterable[Dossier]) -> None:
    """A number each, that nobody has; the same file gives the same ones."""
    tous = list(dossiers)
    pris = set(Dossier.objects.filter(etat=Etat.REPRIS).values_list("numero", flat=True))
    for dossier in tous:
        porteur = dossier.porteur
        qui = porteur.siret or porteur.rna or simple(porteur.nom)
        essai = 0
        while (propose := _numero_de(dossier, qui, essai)) in pris:
            essai += 1
        pris.add(propose)
        dossier.numero = propose
        dossier.cle_creation = uuid5(NAMESPACE_OID, propose)
        dossier.recherche = recherchable(propose, dossier.intitule)


def _numero_de(dossier: Dossier, qui: str, essai: int) -> str:
    return numero(dossier.appel.annee, qui, simple(dossier.intitule), essai)


def _financeur(une: Prevision) -> dict[str, object]:
    """The funder of a line: a partner of the contract, else its name."""
    partenaire = une.financeur.partenaire
    if partenaire is None:
        return {"libelle": une.ligne.financeur, "sous_poste": LIBRE}
    return {"partenaire": partenaire, "sous_poste": SOUS_POSTES[Genre(partenaire.genre)]}


def _remplir(demande: Financement, une: Prevision, source: LigneReprise) -> None:
    """What the line says; what it does not say stays as it was known."""
    ligne = une.ligne
    demande.reprise = source
    demande.montant = source.demande
    demande.decide_le = ligne.decide_le or demande.decide_le
    demande.acte = ligne.acte or demande.acte
    demande.decision = _decision(une, source, demande.decision)
    accorde = demande.decision in ACCORDS
    demande.montant_vote = source.vote if accorde else None


def _decision(une: Prevision, source: LigneReprise, avant: str) -> str:
    """Of the word of the line, else of its amounts, all of them together."""
    dite = une.ligne.decision
    if dite and dite not in ACCORDS:
        return dite
    if source.vote:
        en_partie = source.demande is not None and source.vote < source.demande
        return Decision.PARTIEL if en_partie else Decision.ACCORDE
    return "" if avant in ACCORDS else avant


def _prise(demande: Financement, rang: int) -> DecisionPrise:
    """Taken elsewhere: neither author nor instant here."""
    return DecisionPrise(
        financement=demande,
        rang=rang,
        **{champ: getattr(demande, champ) for champ in DECISION},
    )
