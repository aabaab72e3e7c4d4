"""Which dossiers: by who reads them, by what a page needs of them."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import lookups

from appels.models.appel import Appel
from appels.models.budget import budget_en_attente
from appels.models.contenu import (
    Beneficiaires,
    Dimension,
    Indicateur,
    Lieu,
    MoyenHumain,
    PartDuQuartier,
)
from appels.models.deport import Deport
from appels.models.echange import Cote, Message
from appels.models.etats import EN_COURSE, MODIFIABLES, Etat
from appels.models.financement import Financement
from appels.models.offre import AxeOuvert, ThemePropose
from appels.models.partie import Partie
from appels.models.saisie import Saisie
from partenaires.models import Appartenance, Genre, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, ROLES_PORTEUR
from partenaires.socle import droits
from quartiers.models import JournaliseQuerySet

PERIMETRES = {
    "communes": "lieux__commune__code_insee",
    "axes": "axe__cle",
    "quartiers": "lieux__quartier__code",
}
TABLES_LUES = ("publics", "lignes", "financements", "pieces", "appel__documents", "appel__regles")
ROLES_INSTRUISENT = (*ROLES_AGENT, *ROLES_FINANCEUR)
CE_DOSSIER = models.OuterRef("pk")


def _des_quartiers() -> dict[str, models.Subquery]:
    """Its first and last quartiers by code (None without), what its shares make, and whether the
    people of a quartier are said nowhere.
    """
    lieux = Lieu.objects.filter(dossier=CE_DOSSIER, quartier__isnull=False)
    codes = lieux.order_by("quartier__code").values("quartier__code")
    parts = PartDuQuartier.objects.filter(dossier=CE_DOSSIER).order_by().values("dossier")
    dits = Beneficiaires.objects.filter(
        dossier=models.OuterRef("dossier"),
        dimension=Dimension.QPV,
        cle=models.OuterRef("quartier__code"),
        nombre__gt=0,
    )
    return {
        "premier_quartier": models.Subquery(codes[:1]),
        "dernier_quartier": models.Subquery(codes.reverse()[:1]),
        "total_des_parts": models.Subquery(parts.values(total=models.Sum("pourcent"))),
        "a_un_quartier_sans_public": models.Exists(lieux.filter(~models.Exists(dits))),
    }


class DossierQuerySet(JournaliseQuerySet[Any]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Those of their organisations; once deposited, those of the service and of the funders.

        Agents and funders read within their perimeter; a funder, what asks for its money. Agents
        also read the drafts opened to them, and those that they write from paper. Of their own
        organisation, both read what its members read, and nothing more.
        A first claimant not yet checked sees what was begun since, nothing of the past; what they
        began is handed to nobody once the service refused them, but the service reads it.
        What was taken over from past years is no dossier to open: see `repris_lus_par`.
        """
        visibles = models.Q(pk__in=[])
        for appartenance in utilisateur.mes_appartenances:
            de_l_organisme = models.Q(porteur_id=appartenance.partenaire_id)
            if not appartenance.qualite_verifiee:
                depuis = models.Q(cree_le__gte=appartenance.acceptee_le)
                de_l_organisme &= depuis & models.Q(papier_recu_le__isnull=True)
            visibles |= de_l_organisme & (models.Q(cree_par=utilisateur) | ~_d_un_autre())
            if appartenance.roles & set(ROLES_AGENT):
                ouverts = models.Q(ouvert_au_service_le__isnull=False)
                sur_papier = models.Q(papier_recu_le__isnull=False)
                visibles |= (
                    (ouverts | sur_papier | _d_une_demande_refusee())
                    & self._dans(appartenance.perimetre)
                    & self._permis_a(utilisateur)
                )
        deposes = models.Q(depose_le__isnull=False)
        tous = self.filter(visibles | deposes & self._instruits(utilisateur))
        return tous.exclude(etat=Etat.REPRIS)

    def instruits_par(self, utilisateur: Utilisateur) -> Self:
        """The deposited ones that an agent or a funder works on.

        It is `visibles_par` said simply, for long lists.
        """
        return self.deposes().filter(self._instruits(utilisateur))

    def du_perimetre_de(
        self, utilisateur: Utilisateur, roles: Collection[str], chez: int | None = None
    ) -> Self:
        """Those that these roles of a person reach, closed to the person or not; `chez`: held
        there, not elsewhere.
        """
        return self.filter(self._du_perimetre(utilisateur, roles, chez))

    def ecartes_par_un_deport(self, utilisateur: Utilisateur) -> Self:
        """Those, and their corrections, from which this person is declared to step aside."""
        declares = Deport.objects.en_vigueur().filter(personne=utilisateur).values("dossier")
        return self.filter(models.Q(pk__in=declares) | models.Q(corrige__in=declares))

    def portes_par(self, utilisateur: Utilisateur) -> Self:
        """Those of the organisations for which this person writes, signs or reads."""
        return self.filter(porteur__in=_porteurs(utilisateur))

    def avec_son_auteur_ecarte(self, cles: Collection[int]) -> Self:
        """These, with `est_d_un_autre`: what `lit_en_membre` asks."""
        d_un_autre = models.ExpressionWrapper(_d_un_autre(), output_field=models.BooleanField())
        return self.filter(pk__in=cles).annotate(est_d_un_autre=d_un_autre)

    def suivis_pour_le_service(self, utilisateur: Utilisateur) -> Self:
        """What an agent counts as an agent, drafts included: not what is closed to the person, nor
        the past years taken over."""
        suivis = self._du_perimetre(utilisateur, ROLES_AGENT) & self._permis_a(utilisateur)
        return self.filter(suivis).exclude(etat=Etat.REPRIS)

    def lus_pour_le_service(self, utilisateur: Utilisateur) -> Self:
        """Among them, what an agent reads: the deposited ones, and the drafts opened to it."""
        return self.suivis_pour_le_service(utilisateur).filter(
            models.Q(depose_le__isnull=False)
            | models.Q(ouvert_au_service_le__isnull=False)
            | models.Q(papier_recu_le__isnull=False)
        )

    def _permis_a(self, utilisateur: Utilisateur) -> models.Q:
        """Not closed to this person: no declared conflict, nor their own organisation.

        A correction is closed with the dossier that it corrects.
        """
        declares = Deport.objects.en_vigueur().filter(personne=utilisateur).values("dossier")
        permis = ~models.Q(pk__in=declares) & ~models.Q(corrige__in=declares)
        porteurs = _porteurs(utilisateur)
        return permis & ~models.Q(porteur__in=porteurs) if porteurs else permis

    def _instruits(self, utilisateur: Utilisateur) -> models.Q:
        """Among what is deposited: all for an agent, those that ask a funder."""
        return self._du_perimetre(utilisateur, ROLES_INSTRUISENT) & self._permis_a(utilisateur)

    def _du_perimetre(
        self, utilisateur: Utilisateur, roles: Collection[str], chez: int | None = None
    ) -> models.Q:
        """What these roles reach, each within its own perimeter."""
        atteints = models.Q(pk__in=[])
        for appartenance in utilisateur.mes_appartenances:
            if chez not in (None, appartenance.partenaire_id):
                continue
            roles_ici = appartenance.roles & set(roles)
            if roles_ici & set(ROLES_AGENT):
                if not appartenance.perimetre:
                    return models.Q()
                atteints |= self._dans(appartenance.perimetre)
            elif roles_ici & set(ROLES_FINANCEUR):
                atteints |= self._ouverts_a(appartenance.partenaire_id) & self._dans(
                    appartenance.perimetre
                )
        return atteints

    def _ouverts_a(self, financeur: int) -> models.Q:
        """Those that ask this funder, and all of the calls that the service opens to it."""
        demandes = Financement.objects.filter(dossier=CE_DOSSIER, partenaire=financeur)
        appels = Appel.objects.filter(
            financeurs__partenaire=financeur,
            financeurs__voit_tout=True,
            financeurs__retire_le__isnull=True,
        ).values("pk")
        # A value of each row, which the database cannot turn into a reading of all that ask it
        une = models.Subquery(demandes.order_by().values("pk")[:1])
        return models.Q(lookups.IsNull(une, False)) | models.Q(appel__in=appels)

    def _dans(self, perimetre: dict) -> models.Q:
        """The communes, axes and quartiers that somebody is limited to; empty limits nothing."""
        limites = models.Q()
        for nom, champ in PERIMETRES.items():
            cles = perimetre.get(nom)
            if cles:
                dedans = self.model.objects.filter(**{f"{champ}__in": cles})
                limites &= models.Q(pk__in=dedans.values("pk"))
        return limites

    def de_l_organisme(self, utilisateur: Utilisateur) -> Self:
        """Those of the organisations of a person, the ones to write first."""
        return self.visibles_par(utilisateur).filter(porteur__in=_organismes(utilisateur))

    def a_rediger_par(self, utilisateur: Utilisateur) -> Self:
        """Those of one's organisations; for agents, the requests received on paper."""
        a_rediger = models.Q(porteur__in=_organismes(utilisateur))
        if droits.est_agent(utilisateur):
            a_rediger |= models.Q(papier_recu_le__isnull=False)
        return self.visibles_par(utilisateur).filter(a_rediger)

    def avec_question_du_service(self) -> Self:
        """`question`: the service wrote and waits for an answer."""
        questions = Message.objects.filter(
            dossier=CE_DOSSIER, cote=Cote.SERVICE, attend_reponse=True
        )
        return self.annotate(question=models.Exists(questions))

    def avec_question_de_l_organisme(self) -> Self:
        """`question`: the organisation wrote and waits for an answer."""
        questions = Message.objects.filter(
            dossier=CE_DOSSIER, cote=Cote.ORGANISME, attend_reponse=True
        )
        return self.annotate(question=models.Exists(questions))

    def pour_liste(self) -> Self:
        """Everything a row shows, and nothing more."""
        return self.select_related("appel", "porteur", "axe", "corrige").order_by(
            "-appel__annee", "-depose_le", "-pk"
        )

    def pour_completude(
        self, tables: tuple[str, ...] | None = None, *, parties: bool = True
    ) -> Self:
        """What `completude` reads, in a fixed number of queries.

        `tables` names those to read when one part is enough; `parties`: their versions too.
        """
        lues = map(_a_lire, TABLES_LUES if tables is None else tables)
        objectifs = self.model.objectifs_contrat.through.objects.filter(dossier=CE_DOSSIER)
        return (
            self.select_related(
                "appel",
                "porteur__fiche",
                "porteur__commune",
                "axe",
                "coordonnees_bancaires",
                "corrige",
                "repris_de",
            )
            .annotate(
                a_objectifs=models.Exists(objectifs),
                a_lieux=models.Exists(Lieu.objects.filter(dossier=CE_DOSSIER)),
                a_moyens=models.Exists(MoyenHumain.objects.filter(dossier=CE_DOSSIER)),
                a_indicateurs=models.Exists(Indicateur.objects.filter(dossier=CE_DOSSIER)),
                **budget_en_attente(CE_DOSSIER),
                a_indicateurs_sans_cible=models.Exists(
                    Indicateur.objects.filter(dossier=CE_DOSSIER, cible__isnull=True)
                ),
                **_des_quartiers(),
            )
            .avec_leur_offre()
            .prefetch_related(*(["parties"] if parties else []), *lues)
        )

    def avec_la_partie(self, nom: str, version: int) -> Self:
        """Each says the key of this part, and whether what it showed at this version is kept."""
        parties = Partie.objects.filter(dossier=CE_DOSSIER, nom=nom)
        saisies = Saisie.objects.filter(
            partie__dossier=CE_DOSSIER, partie__nom=nom, version=version
        )
        return self.annotate(
            la_partie=models.Subquery(parties.values("pk")), est_gardee=models.Exists(saisies)
        )

    def avec_leur_offre(self) -> Self:
        """Each says whether the call offers its axis, or one of its themes, no longer."""
        axes = AxeOuvert.objects.filter(appel=models.OuterRef("appel"), axe=models.OuterRef("axe"))
        proposes = ThemePropose.objects.filter(
            appel=models.OuterRef("dossier__appel"), theme=models.OuterRef("theme")
        )
        themes = self.model.themes.through.objects.filter(dossier=CE_DOSSIER)
        axe_retire = models.Q(axe__isnull=False) & ~models.Exists(axes)
        return self.annotate(
            a_un_axe_retire=models.ExpressionWrapper(axe_retire, models.BooleanField()),
            a_un_theme_retire=models.Exists(themes.filter(~models.Exists(proposes))),
        )

    def pour_lecture(self) -> Self:
        """What the page of a deposited dossier shows around its frozen version."""
        return self.select_related(
            "appel", "porteur", "axe", "coordonnees_bancaires"
        ).prefetch_related("pieces")

    def repris(self) -> Self:
        """Taken over from past years: read beside the others, never worked on."""
        return self.filter(etat=Etat.REPRIS)

    def modeles_de(self, utilisateur: Utilisateur) -> Self:
        """Those that a person may begin a new dossier from: what their organisations wrote, and
        what was taken over of their past, once everybody reads it.

        Not for a claimant whom nobody knows yet: it holds what was asked.
        """
        publies = self.model.objects.repris().filter(
            financements__prises__publications__le__isnull=False,
            financements__prises__publications__retiree_le__isnull=True,
        )
        siens = self.de_l_organisme(utilisateur).modeles().values("pk")
        connus = [
            appartenance.partenaire_id
            for appartenance in utilisateur.mes_appartenances
            if appartenance.qualite_verifiee
        ]
        repris = models.Q(pk__in=publies.values("pk"), porteur__in=connus)
        return self.filter(models.Q(pk__in=siens) | repris)

    def repris_lus_par(self, utilisateur: Utilisateur) -> Self:
        """Those that an agent or a funder reads, each within the same bounds as what is
        deposited."""
        return self.repris().filter(self._instruits(utilisateur))

    def non_deposes(self) -> Self:
        """The drafts, signature asked or not."""
        return self.filter(etat__in=MODIFIABLES)

    def modeles(self) -> Self:
        """Those that a new dossier may be written from.

        Deposited or not; corrections and drafts given up are left aside.
        """
        return self.filter(corrige__isnull=True).exclude(etat=Etat.ABANDONNE)

    def deposes(self) -> Self:
        """Those received, whatever became of them."""
        return self.filter(depose_le__isnull=False)

    def en_course(self) -> Self:
        """Neither withdrawn nor refused at the door."""
        return self.filter(etat__in=EN_COURSE)

    def sans_dauphin(self) -> Self:
        """Deposited here, the State asked, and not received on Dauphin as far as we were told.

        METIER R14.
        """
        a_l_etat = Financement.objects.filter(dossier=CE_DOSSIER, partenaire__genre=Genre.ETAT)
        return (
            self.deposes()
            .exclude(etat__in=[Etat.RETIRE, Etat.IRRECEVABLE])
            .filter(models.Exists(a_l_etat))
            .exclude(dauphin__transmis_le__isnull=False)
        )


def _a_lire(table: str) -> str | models.Prefetch:
    """A table read with dossiers; the requests say what the call no longer offers."""
    if table == "financements":
        return models.Prefetch(table, Financement.objects.avec_leur_offre())
    return table


def _porteurs(utilisateur: Utilisateur) -> list[int]:
    """The keys of the organisations that a person is a member of.

    A place in the service or at a funder is not one: a commune that carries a project and funds it
    has people on both sides, and they are not the same.
    """
    return [
        appartenance.partenaire_id
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_PORTEUR)
    ]


def _adhesion_de_l_auteur() -> models.QuerySet[Appartenance]:
    """The membership under which a dossier was begun: the author's, there, at that time."""
    return Appartenance.objects.filter(
        utilisateur=models.OuterRef("cree_par"),
        partenaire=models.OuterRef("porteur"),
        demandee_le__lte=models.OuterRef("cree_le"),
    )


def _d_un_autre() -> models.Q:
    """Begun by a claimant whom the service refused, or whose access waits for an answer."""
    ecartees = models.Q(refusee_le__isnull=False) | models.Q(acceptee_le__isnull=True)
    return models.Q(models.Exists(_adhesion_de_l_auteur().filter(ecartees)))


def lit_en_membre(membre: Appartenance, dossier: Any) -> bool:
    """What `visibles_par` says to a member of the organisation, for many members at once.

    `dossier`: read by `avec_son_auteur_ecarte`; the membership is alive.
    """
    if not membre.qualite_verifiee:
        est_d_avant = membre.acceptee_le is None or dossier.cree_le < membre.acceptee_le
        if est_d_avant or dossier.est_sur_papier:
            return False
    return dossier.cree_par_id == membre.utilisateur_id or not dossier.est_d_un_autre


def _d_une_demande_refusee() -> models.Q:
    """Begun by a claimant whom the service refused: it stays readable to the service."""
    refusees = _adhesion_de_l_auteur().filter(refusee_le__isnull=False)
    return models.Q(models.Exists(refusees))


def _organismes(utilisateur: Utilisateur) -> list[int]:
    """The keys of the organisations of a person."""
    return [appartenance.partenaire_id for appartenance in utilisateur.mes_appartenances]
