"""Which dossiers: by who reads them, by what a page needs of them."""

from django.db import models

from appels.models.etats import EN_COURSE, MODIFIABLES, Etat
from partenaires.models import Genre
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from partenaires.socle import droits

PERIMETRES = {
    "communes": "lieux__commune__code_insee",
    "axes": "axe__cle",
    "quartiers": "lieux__quartier__code",
}
TABLES_LUES = (
    "publics",
    "lignes",
    "financements__partenaire",
    "pieces",
    "appel__documents",
    "appel__regles",
)


class DossierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Their organisations' dossiers; what was deposited for agents and for the funders asked,
        in their perimeter.

        Agents also read the drafts opened to them, and those that they write from paper.
        A first claimant not yet checked sees what was begun since, nothing of the past.
        """
        conditions = models.Q(pk__in=[])
        for appartenance in utilisateur.mes_appartenances:
            siens = models.Q(porteur_id=appartenance.partenaire_id)
            conditions |= (
                siens
                if appartenance.qualite_verifiee
                else (siens & models.Q(cree_le__gte=appartenance.acceptee_le))
            )
            if appartenance.role in ROLES_AGENT:
                ouverts = models.Q(ouvert_au_service_le__isnull=False) | models.Q(
                    papier_recu_le__isnull=False
                )
                conditions |= (
                    ouverts & self._dans(appartenance.perimetre) & self._permis_a(utilisateur)
                )
        deposes = models.Q(depose_le__isnull=False)
        return self.filter(conditions | deposes & self._instruits(utilisateur))

    def instruits_par(self, utilisateur):
        """The deposited ones that an agent or a funder works on: `visibles_par` said simply, for
        long lists.
        """
        return self.deposes().filter(self._instruits(utilisateur))

    def fermes_a(self, utilisateur):
        """The keys of those from which a person of the service or of a funder steps aside."""
        deports = self.model._meta.get_field("deports").related_model.objects
        return deports.en_vigueur().filter(personne=utilisateur).values("dossier")

    def _permis_a(self, utilisateur) -> models.Q:
        """Not closed to this person, nor the correction of one that is."""
        fermes = self.fermes_a(utilisateur)
        return ~models.Q(pk__in=fermes) & ~models.Q(corrige__in=fermes)

    def _instruits(self, utilisateur) -> models.Q:
        """Among what is deposited: all for an agent, those that ask a funder; within the perimeter
        of each role.
        """
        conditions = models.Q(pk__in=[])
        for appartenance in utilisateur.mes_appartenances:
            if appartenance.role in ROLES_AGENT:
                if not appartenance.perimetre:
                    return self._permis_a(utilisateur)
                conditions |= self._dans(appartenance.perimetre)
            elif appartenance.role in ROLES_FINANCEUR:
                conditions |= self._ouverts_a(appartenance.partenaire_id) & self._dans(
                    appartenance.perimetre
                )
        return conditions & self._permis_a(utilisateur)

    def _ouverts_a(self, financeur: int) -> models.Q:
        """Those that ask this funder, and all of the calls that the service opens to it."""
        demandes = self.model.objects.filter(financements__partenaire=financeur).values("pk")
        appels = self.model._meta.get_field("appel").related_model.objects
        return models.Q(pk__in=demandes) | models.Q(
            appel__in=appels.filter(
                financeurs__partenaire=financeur, financeurs__voit_tout=True
            ).values("pk")
        )

    def _dans(self, perimetre: dict) -> models.Q:
        """The communes, axes and quartiers that somebody is limited to; an empty perimeter limits
        nothing.
        """
        conditions = models.Q()
        for nom, champ in PERIMETRES.items():
            if cles := perimetre.get(nom):
                conditions &= models.Q(
                    pk__in=self.model.objects.filter(**{f"{champ}__in": cles}).values("pk")
                )
        return conditions

    def de_l_organisme(self, utilisateur):
        """Those of the organisations of a person, the ones to write first."""
        return self.visibles_par(utilisateur).filter(
            porteur__in=[a.partenaire_id for a in utilisateur.mes_appartenances]
        )

    def a_rediger_par(self, utilisateur):
        """Those of one's organisations; for agents, the requests received on paper."""
        siens = models.Q(porteur__in=[a.partenaire_id for a in utilisateur.mes_appartenances])
        if droits.est_agent(utilisateur):
            siens |= models.Q(papier_recu_le__isnull=False)
        return self.visibles_par(utilisateur).filter(siens)

    def avec_question_du_service(self):
        """`question`: the service wrote and waits for an answer."""
        messages = self.model._meta.get_field("messages").related_model.objects
        return self.annotate(
            question=models.Exists(
                messages.filter(dossier=models.OuterRef("pk"), cote="service", attend_reponse=True)
            )
        )

    def pour_liste(self):
        """Everything a row shows, and nothing more."""
        return self.select_related("appel", "porteur", "axe", "corrige").order_by(
            "-appel__annee", "-depose_le", "-pk"
        )

    def pour_completude(self, tables: tuple[str, ...] | None = None):
        """What `completude` reads, in a fixed number of queries; `tables` when one part is
        enough.
        """

        def existe(nom: str):
            return models.Exists(
                self.model._meta.get_field(nom).related_model.objects.filter(
                    dossier=models.OuterRef("pk")
                )
            )

        objectifs = self.model.objectifs_contrat.through.objects.filter(
            dossier=models.OuterRef("pk")
        )
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
                a_lieux=existe("lieux"),
                a_moyens=existe("moyens"),
                a_indicateurs=existe("indicateurs"),
            )
            .prefetch_related("parties", *(TABLES_LUES if tables is None else tables))
        )

    def pour_lecture(self):
        """What the page of a deposited dossier shows around its frozen version."""
        return self.select_related(
            "appel", "porteur", "axe", "coordonnees_bancaires"
        ).prefetch_related("pieces")

    def non_deposes(self):
        return self.filter(etat__in=MODIFIABLES)

    def modeles(self):
        """Those that a new dossier may be written from: deposited or not, corrections and given up
        drafts apart.
        """
        return self.filter(corrige__isnull=True).exclude(etat=Etat.ABANDONNE)

    def deposes(self):
        return self.filter(depose_le__isnull=False)

    def en_course(self):
        """Neither withdrawn nor refused at the door."""
        return self.filter(etat__in=EN_COURSE)

    def sans_dauphin(self):
        """Deposited here, the State asked, and not received on Dauphin as far as we were told
        (METIER R14).
        """
        demande = self.model._meta.get_field("financements").related_model.objects.filter(
            dossier=models.OuterRef("pk"), partenaire__genre=Genre.ETAT
        )
        return (
            self.deposes()
            .exclude(etat__in=[Etat.RETIRE, Etat.IRRECEVABLE])
            .filter(models.Exists(demande))
            .exclude(dauphin__transmis_le__isnull=False)
        )
