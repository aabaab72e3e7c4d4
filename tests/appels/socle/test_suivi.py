"""One function says where a dossier stands: all surfaces say the same, whatever its history."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appels.decision.actions import lettres, renonciations
from appels.depot.actions import arret, correction
from appels.instruction import alertes, colonnes
from appels.instruction.actions import complements, examen
from appels.instruction.comptes import compter_par_file
from appels.instruction.comptes import depuis as comptes_des_files
from appels.instruction.listes import filtrer
from appels.models import Decision, Dossier, Financement, Gabarit, Lettre
from appels.models.etats import TransitionInterdite
from appels.socle import comptages, resultats, stades, suivi
from appels.socle.stades import ATTENTES, Attente, Stade
from appels.socle.suivi import EtatPublic
from partenaires.models import Role
from partenaires.socle.refus import Refus
from quartiers.francais import date_et_heure
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
    deposer,
)

pytestmark = [pytest.mark.django_db]
APRES = FERMETURE + timedelta(days=5)
JOUR = timedelta(days=1)
ACTES = (
    "admettre",
    "ecarter",
    "reexaminer",
    "demander",
    "demander_budget",
    "repondre",
    "clore",
    "prolonger",
    "accorder",
    "refuser",
    "ajourner",
    "renoncer",
    "liberer",
    "ouvrir",
    "attendre",
    "retirer",
)
HISTOIRES = st.lists(st.tuples(st.sampled_from(ACTES), st.integers(0, 3)), max_size=14)


class Histoire:
    """A deposited dossier, played act after act; what is refused changes nothing."""

    def __init__(self, dossier, signataire, agent, gabarit):
        self.dossier = dossier
        self.signataire = signataire
        self.agent = agent
        self.gabarit = gabarit
        self.le = APRES

    def jouer(self, acte, lequel=0):
        self.le += timedelta(hours=1)
        try:
            with transaction.atomic():
                getattr(self, f"_{acte}")(lequel)
        except (Refus, TransitionInterdite):
            pass
        self.dossier = Dossier.objects.get(pk=self.dossier.pk)

    def _par(self):
        return {"par": self.agent, "recu_le": self.le}

    def _admettre(self, lequel):
        examen.admettre(self.dossier, **self._par())

    def _ecarter(self, lequel):
        examen.ecarter(self.dossier, motif="x", **self._par())

    def _reexaminer(self, lequel):
        examen.reexaminer(self.dossier, motif="x", **self._par())

    def _demander(self, lequel, partie="description"):
        complements.demander(
            self.dossier,
            [complements.Demande(partie, "x")],
            avant_le=self.le + (lequel + 1) * JOUR,
            message="",
            **self._par(),
        )

    def _demander_budget(self, lequel):
        self._demander(lequel, "budget")

    def _repondre(self, lequel):
        if self.dossier.attend_un_complement(self.le):
            copie = correction.corriger(self.dossier, par=self.signataire, recu_le=self.le)
            deposer(copie, self.signataire, self.le)

    def _clore(self, lequel):
        complements.clore(self.dossier, motif="x", **self._par())

    def _prolonger(self, lequel):
        apres = self.le + (lequel + 2) * JOUR
        complements.prolonger(self.dossier, apres, motif="x", **self._par())

    def _decider(self, lequel, decision):
        demandes = list(self.dossier.financements.filter(partenaire__isnull=False))
        demande = demandes[lequel % len(demandes)]
        if not self.dossier.est_en_course:
            return  # a decision that another replaced is among the histories
        demande.decision = decision
        demande.montant_vote = demande.montant if decision == Decision.ACCORDE else None
        demande.decide_le = self.le.date()
        demande.prononcer(par=self.agent, le=self.le)

    def _accorder(self, lequel):
        self._decider(lequel, Decision.ACCORDE)

    def _refuser(self, lequel):
        self._decider(lequel, Decision.REFUSE)

    def _ajourner(self, lequel):
        self._decider(lequel, Decision.AJOURNE)

    def _renoncer(self, lequel):
        donnees = list(renonciations.renoncables(self.dossier)[lequel : lequel + 1])
        renonciations.renoncer(
            self.dossier,
            [demande.pk for demande in donnees],
            "x",
            par=self.signataire,
            recu_le=self.le,
        )

    def _liberer(self, lequel):
        dites = Lettre.objects.liberees().a_jour().values("financement")
        decides = self.dossier.financements.exclude(decision__in=["", Decision.RENONCE])
        for demande in decides.exclude(pk__in=dites)[: lequel + 1]:
            precedentes = demande.lettres.filter(remplacee_par__isnull=True)
            avant = list(precedentes.values_list("pk", flat=True))
            neuve = Lettre.objects.create(
                financement=demande,
                gabarit=self.gabarit,
                objet="o",
                corps="c",
                prise=demande.prises.courantes().get(),
                preparee_le=self.le,
                preparee_par=self.agent,
                etabli_le=self.le,
                liberee_le=self.le,
                liberee_par=self.agent,
            )
            Lettre.objects.filter(pk__in=avant).update(remplacee_par=neuve)

    def _ouvrir(self, lequel):
        attendent = Lettre.objects.filter(financement__dossier=self.dossier, lue_le__isnull=True)
        for lettre in attendent[: lequel + 1]:
            lettres.ouvrir(lettre, par=self.signataire, recu_le=self.le)

    def _attendre(self, lequel):
        self.le += (lequel + 1) * JOUR

    def _retirer(self, lequel):
        if lequel == 0:
            arret.retirer(self.dossier, par=self.signataire, recu_le=self.le)


def est_dite(demande) -> bool:
    """Its organisation knows the decision that stands: by its letter, or because it gave up."""
    if demande.decision == Decision.RENONCE:
        return True
    courantes = [prise.pk for prise in demande.prises.all() if prise.remplacee_le is None]
    return any(lettre.prise_id in courantes for lettre in demande.lettres.all())


def mots_attendus(dossier) -> list[str]:
    """What each funder answered, told again apart: by letters, and by what was given up since."""
    mots = []
    for demande in dossier.financements.filter(partenaire__isnull=False):
        su, mot = None, "Décision à venir"
        for prise in demande.prises.order_by("rang"):
            lettre = prise.lettres.first()
            if lettre:
                su, mot = lettre, prise.get_decision_display()
            elif prise.decision == Decision.RENONCE:
                mot = "Vous avez renoncé"
        mots.append("Lettre à ouvrir" if su and not su.lue_le else mot)
    return mots


def stade_attendu(dossier, instant) -> Stade:
    """The same rule, told again apart from the product, without a query of its kind."""
    finis = {"irrecevable": Stade.IRRECEVABLE, "retire": Stade.RETIRE}
    if dossier.etat in finis:
        return finis[dossier.etat]
    if dossier.etat == "a_completer":
        return Stade.A_COMPLETER if instant < dossier.a_completer_avant else Stade.DELAI_PASSE
    demandes = [d for d in dossier.financements.all() if d.partenaire_id]
    dites = {d.pk: est_dite(d) for d in demandes}
    attendues = [d for d in demandes if not d.decision or (d.decision == "ajourne" and dites[d.pk])]
    if demandes and not attendues:
        if not all(dites.values()):
            return Stade.LETTRES
        recues = [lettre for d in demandes for lettre in d.lettres.all()]
        lues = all(lettre.lue_le for lettre in recues if lettre.remplacee_par_id is None)
        return Stade.DECIDE if lues else Stade.A_OUVRIR
    if dossier.etat == "depose":
        return Stade.A_EXAMINER
    return Stade.FINANCEURS if demandes else Stade.SANS_FINANCEUR


@pytest.fixture
def histoire(horloge_figee):
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    depose = deposer(creer_dossier_complet(creer_appel(), porteur), signataire)
    agent = creer_agent(Role.RESPONSABLE)
    gabarit = Gabarit.objects.create(
        decision="refuse", objet="o", corps="c", signataire="s", qualite="q", par=agent, le=PENDANT
    )
    return Histoire(depose, signataire, agent, gabarit)


def _exiger_la_meme_chose(histoire, clients, regler):
    """Every surface, at this instant."""
    regler(histoire.le)
    dossier, le = histoire.dossier, histoire.le
    dossiers = Dossier.objects.filter(pk=dossier.pk)
    calcule = colonnes.calculer(dossiers, ["stade", "attend"], le).get()
    ou, qui = Stade(calcule.stade), Attente(calcule.attend)
    assert (ou, qui) == (stade_attendu(dossier, le), ATTENTES[ou])
    # list: filters, columns; the file has the same columns; the dashboard counts the same
    assert [autre for autre in Stade if filtrer(dossiers, {"stade": autre}, le)] == [ou]
    assert [autre for autre in Attente if filtrer(dossiers, {"attend": autre}, le)] == [qui]
    assert colonnes.COLONNES["stade"].lue(calcule) == ou.label
    assert colonnes.COLONNES["attend"].lue(calcule) == qui.label
    comptes = comptages.du_service(creer_agent(), dossier.appel_id)
    assert dict(comptes.par_stade(le)) == {ou: 1}
    assert alertes.levees(comptes, dossier.appel, le) == {
        alerte.cle: 1
        for alerte in alertes.ALERTES
        if alertes.en_alerte(dossiers, alerte.cle, le).exists()
    }
    assert comptes_des_files(comptes, le) == compter_par_file(dossiers, le)
    liste = clients["agent"].get("/instruction/?col=stade&col=attend")
    assert liste.context["page"].total == 1
    assert [cellule.texte for cellule in liste.context["atelier"].lignes[0].cellules] == [
        ou.label,
        qui.label,
    ]
    # the page of the agent
    page = clients["agent"].get(f"/instruction/dossiers/{dossier.pk}/")
    autour = page.context["autour"]
    assert (autour.stade, autour.qui) == (ou, stades.A_QUI[qui])
    recevable = "Au service d’agir" in page.content.decode() and "Déclarer recevable" in (
        autour.geste.libelle if autour.geste else ""
    )
    assert recevable == (ou == Stade.A_EXAMINER)
    # what the organisation reads: card, page, and what the agent is told that it reads
    lu = suivi.pour_l_organisme(Dossier.objects.get(pk=dossier.pk), le)
    assert autour.lu == lu
    accueil = clients["organisme"].get("/dossiers/").context["page"]
    listes = (accueil.a_completer, accueil.en_cours, accueil.deposes, accueil.non_deposes)
    assert [s for liste in listes for d, s in liste if d.pk == dossier.pk] == [lu]
    relue = clients["organisme"].get(f"/dossiers/{dossier.pk}/relecture/").content.decode()
    assert f'<h2 id="t-tour">{lu.etat.label}</h2>' in relue
    depot = clients["organisme"].get(f"/dossiers/{dossier.pk}/depose/").content.decode()
    assert f"<strong>{lu.etat.label}.</strong> {lu.phrase}" in depot
    # the public reads nothing that a letter did not tell
    publics = Financement.objects.publics().filter(dossier=dossier)
    assert publics.exclude(lettres__liberee_le__isnull=False).count() == 0
    _exiger_l_accord_des_deux(dossier, ou, qui, lu)


def _exiger_l_accord_des_deux(dossier, ou, qui, lu):
    """The service and the organisation are told the same story, no decision before its letter."""
    liberees = Lettre.objects.liberees().filter(financement__dossier=dossier)
    assert lu.a_ouvrir == liberees.filter(lue_le=None, remplacee_par=None).count()
    assert (lu.etat == EtatPublic.A_COMPLETER) == (ou == Stade.A_COMPLETER)
    tout_est_su = all(
        est_dite(demande) or not demande.prises.exists()
        for demande in dossier.financements.filter(partenaire__isnull=False)
    )
    if tout_est_su:
        assert (lu.etat == EtatPublic.DECIDE) == (ou in (Stade.A_OUVRIR, Stade.DECIDE))
    en_partie = (EtatPublic.DECIDE_EN_PARTIE, EtatPublic.AJOURNE)
    if lu.etat in en_partie:
        assert (ou in (Stade.FINANCEURS, Stade.LETTRES), liberees.exists()) == (True, True)
    if not liberees.exists():
        assert lu.etat not in (EtatPublic.DECIDE, *en_partie)
        assert resultats.pour_l_organisme(dossier) == []
    else:
        lus = [resultat.mot for resultat in resultats.pour_l_organisme(dossier)]
        assert lus == mots_attendus(dossier)
    assert lu.est_a_vous == (qui == Attente.ORGANISME)
    complement = dossier.complement_en_cours()
    if complement and complement.est_une_revision():
        assert lu.etat != EtatPublic.EXAMEN
    if lu.etat == EtatPublic.A_COMPLETER:
        assert lu.avant_le == complement.avant_le == dossier.a_completer_avant
        reponse = dossier.correction_en_cours()
        if reponse:
            assert reponse.echeance(complement.demande_le) == complement.avant_le


def test_toutes_les_pages_disent_la_meme_chose(histoire, connecter, horloge_figee):
    clients = {"agent": connecter(histoire.agent), "organisme": connecter(histoire.signataire)}

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(HISTOIRES)
    def jouer(actes):
        point = transaction.savepoint()
        partie = Histoire(
            Dossier.objects.get(pk=histoire.dossier.pk),
            histoire.signataire,
            histoire.agent,
            histoire.gabarit,
        )
        try:
            for acte, lequel in actes:
                partie.jouer(acte, lequel)
            _exiger_la_meme_chose(partie, clients, horloge_figee)
        finally:
            transaction.savepoint_rollback(point)

    jouer()


def _faire(histoire, *actes):
    for acte in actes:
        histoire.jouer(*(acte if isinstance(acte, tuple) else (acte, 0)))
    return suivi.pour_l_organisme(Dossier.objects.get(pk=histoire.dossier.pk), histoire.le)


def _tout_decider(histoire):
    nombre = histoire.dossier.financements.filter(partenaire__isnull=False).count()
    for rang in range(nombre):
        histoire.jouer("accorder", rang)
    return nombre


def lire_le_stade(histoire):
    dossiers = Dossier.objects.filter(pk=histoire.dossier.pk)
    return dossiers.annotate(stade=stades.stade(histoire.le)).get().stade


def test_une_decision_ne_se_dit_qu_a_sa_lettre(histoire):
    histoire.jouer("admettre")
    nombre = _tout_decider(histoire)
    lu = _faire(histoire)
    assert (lu.etat, lu.a_ouvrir, lire_le_stade(histoire)) == (
        EtatPublic.INSTRUCTION,
        0,
        Stade.LETTRES,
    )
    lu = _faire(histoire, ("liberer", 9))
    assert (lu.etat, lu.qui, lu.a_ouvrir, lire_le_stade(histoire)) == (
        EtatPublic.DECIDE,
        "Vous",
        nombre,
        Stade.A_OUVRIR,
    )
    lu = _faire(histoire, ("ouvrir", 9))
    assert (lu.etat, lu.qui, lu.geste.libelle, lire_le_stade(histoire)) == (
        EtatPublic.DECIDE,
        "Personne",
        "Lire les décisions",
        Stade.DECIDE,
    )


def test_ce_qui_est_rendu_le_reste_jusqu_a_la_lettre_suivante(histoire):
    """The funder decides again: nothing of it is read before its letter."""
    histoire.jouer("admettre")
    nombre = _tout_decider(histoire)
    _faire(histoire, ("liberer", 9), ("ouvrir", 9), ("renoncer", 0))
    rendues = [resultat.mot for resultat in resultats.pour_l_organisme(histoire.dossier)]
    assert rendues == ["Vous avez renoncé", *["Accordé"] * (nombre - 1)]
    _faire(histoire, ("accorder", 0))
    premier = resultats.pour_l_organisme(histoire.dossier)[0]
    assert (premier.mot, premier.accorde) == ("Vous avez renoncé", None)
    _faire(histoire, ("liberer", 9))
    assert resultats.pour_l_organisme(histoire.dossier)[0].mot == "Lettre à ouvrir"
    _faire(histoire, ("ouvrir", 9))
    assert resultats.pour_l_organisme(histoire.dossier)[0].mot == "Accordé"


def test_les_lettres_a_ouvrir_sont_en_tete_de_l_accueil_et_sur_la_carte(histoire, connecter):
    histoire.jouer("admettre")
    nombre = _tout_decider(histoire)
    histoire.jouer("liberer", 9)
    page = connecter(histoire.signataire).get("/dossiers/").content.decode()
    adresse = f"/dossiers/{histoire.dossier.pk}/decisions-recues/"
    titre = f"<h2>{nombre}\u00a0lettres à ouvrir</h2>"
    assert (page.count(titre), page.index(titre) < page.index("<h2>Déposés</h2>")) == (1, True)
    assert page.count(f'href="{adresse}"') == 2


def test_apres_les_decisions_on_ne_propose_plus_de_declarer_recevable(histoire, connecter):
    """Even when a later version put the dossier back before the examination."""
    histoire.jouer("admettre")
    _tout_decider(histoire)
    histoire.jouer("reexaminer")
    page = connecter(histoire.agent).get(f"/instruction/dossiers/{histoire.dossier.pk}/")
    autour = page.context["autour"]
    assert (autour.geste.libelle, autour.stade) == (
        "Préparer les lettres",
        Stade.LETTRES,
    )


@pytest.mark.parametrize("fin", ["repondre", "clore"])
def test_un_plan_revise_ne_rouvre_pas_l_examen(histoire, fin):
    histoire.jouer("admettre")
    _tout_decider(histoire)
    histoire.jouer("liberer", 9)
    histoire.jouer("demander_budget")
    assert histoire.dossier.etat == "a_completer"
    histoire.jouer(fin)
    assert (histoire.dossier.etat, lire_le_stade(histoire)) == ("recevable", Stade.A_OUVRIR)


def test_une_description_demandee_avant_toute_lettre_se_reexamine(histoire):
    """The examination reopens, whether somebody decided or not: else it would tell."""
    histoire.jouer("admettre")
    _tout_decider(histoire)
    histoire.jouer("demander")
    histoire.jouer("repondre")
    assert histoire.dossier.etat == "depose"


@pytest.mark.parametrize("avant", [["admettre"], ["admettre", ("accorder", 0), ("liberer", 0)]])
def test_une_revision_sans_reponse_ne_rouvre_pas_l_examen(histoire, avant):
    """The deadline passes: the dossier is receivable still, and says so; an examination asked
    before any letter is one."""
    lu = _faire(histoire, *avant)
    demande = "demander" if len(avant) > 1 else "demander_budget"
    attendu = _faire(histoire, (demande, 0))
    assert attendu.etat == EtatPublic.A_COMPLETER
    passe = _faire(histoire, ("attendre", 3))
    assert (passe.etat, passe.phrase) == (lu.etat, lu.phrase)
    assert lire_le_stade(histoire) == Stade.DELAI_PASSE


def test_une_description_sans_reponse_avant_toute_lettre_reste_a_examiner(histoire):
    lu = _faire(histoire, "admettre", ("demander", 0), ("attendre", 3))
    assert lu.etat == EtatPublic.EXAMEN


def test_un_plan_demande_avant_la_recevabilite_se_reexamine(histoire):
    histoire.jouer("demander_budget")
    histoire.jouer("repondre")
    assert histoire.dossier.etat == "depose"


def test_la_reponse_montre_le_delai_du_complement_jamais_la_cloture(
    histoire, connecter, horloge_figee
):
    """Asked before the closing, for a day before it: P8."""
    histoire.le = PENDANT
    histoire.jouer("demander", 2)
    attendu = histoire.dossier.complement_en_cours().avant_le
    assert attendu < FERMETURE
    copie = correction.corriger(histoire.dossier, par=histoire.signataire, recu_le=histoire.le)
    horloge_figee(histoire.le)
    client = connecter(histoire.signataire)
    accueil = client.get("/dossiers/").context["page"]
    page = client.get(f"/dossiers/{copie.pk}/").content.decode()
    assert [s.avant_le for _, s in (*accueil.a_completer, *accueil.en_cours)] == [attendu, attendu]
    tour = page.split('class="tour')[1].split("</section>")[0]
    assert ("13\u00a0novembre" in tour, "27\u00a0novembre" in tour) == (True, False)
    # after it, the call still open: the closing is the date again
    assert copie.echeance(attendu) == FERMETURE


def test_zero_reponse_sur_deux_puis_une(histoire, connecter, horloge_figee):
    complements.demander(
        histoire.dossier,
        [complements.Demande("description", "x"), complements.Demande("evaluation", "y")],
        avant_le=APRES + 9 * JOUR,
        message="",
        par=histoire.agent,
        recu_le=APRES,
    )
    depose = Dossier.objects.get(pk=histoire.dossier.pk)
    copie = correction.corriger(depose, par=histoire.signataire, recu_le=APRES + JOUR)
    horloge_figee(APRES + JOUR)
    client = connecter(histoire.signataire)
    page = client.get(f"/dossiers/{copie.pk}/")
    html = page.content.decode()
    assert ("<h2>0\u00a0réponse sur 2</h2>" in html, "8 parties complètes" in html) == (True, False)
    assert ">Répondre</a>" in html
    copie.parties.filter(nom="description").update(enregistree_le=APRES + JOUR)
    sommaire = client.get(f"/dossiers/{copie.pk}/").context["sommaire"]
    assert (sommaire.reponses, len(sommaire.points), sommaire.a_faire.nom) == (1, 2, "evaluation")


def test_un_tableau_des_resultats_sans_rien_dire_avant_l_ouverture(histoire, connecter):
    histoire.jouer("admettre")
    _tout_decider(histoire)
    chemin = f"/dossiers/{histoire.dossier.pk}/relecture/"
    client = connecter(histoire.signataire)
    assert "<h2>Résultats</h2>" not in client.get(chemin).content.decode()
    histoire.jouer("liberer", 0)
    lignes = resultats.pour_l_organisme(histoire.dossier)
    assert [ligne.mot for ligne in lignes] == [
        "Lettre à ouvrir",
        *["Décision à venir"] * (len(lignes) - 1),
    ]
    assert [ligne.accorde for ligne in lignes] == [None] * len(lignes)
    histoire.jouer("ouvrir", 0)
    ligne = resultats.pour_l_organisme(histoire.dossier)[0]
    assert (ligne.mot, ligne.accorde) == ("Accordé", ligne.demande)
    assert "<h2>Résultats</h2>" in client.get(chemin).content.decode()
    agent = connecter(histoire.agent).get(chemin).content.decode()
    assert "<h2>Résultats</h2>" not in agent


def test_la_piece_demandee_est_dite_avant_le_bouton(histoire, connecter):
    brouillon = creer_dossier_complet(histoire.dossier.appel, histoire.dossier.porteur)
    brouillon.pieces.filter(document__exigence="recevabilite").delete()
    phrase = "1\u00a0pièce sera demandée : Comptes approuvés."
    client = connecter(histoire.signataire)
    for chemin in (f"/dossiers/{brouillon.pk}/", f"/dossiers/{brouillon.pk}/deposer/"):
        page = client.get(chemin).content.decode()
        assert page.index(phrase) < page.lower().rindex("attester et déposer")
    assert f"/dossiers/{brouillon.pk}/pieces/?retour=deposer#id_document-" in page


def test_recevable_sans_financeur_de_l_appel_n_attend_aucun_financeur(histoire, connecter):
    histoire.dossier.financements.filter(partenaire__isnull=False).delete()
    lu = _faire(histoire, "admettre")
    assert (lu.etat, lu.qui, lire_le_stade(histoire)) == (
        EtatPublic.SANS_FINANCEUR,
        "Personne",
        Stade.SANS_FINANCEUR,
    )
    page = connecter(histoire.signataire).get(f"/dossiers/{histoire.dossier.pk}/depose/")
    html = page.content.decode()
    assert ("aucun financeur sollicité" in html, "Chaque financeur sollicité" in html) == (
        True,
        False,
    )


def test_ce_qui_reste_a_decider_se_compte(histoire):
    histoire.jouer("admettre")
    lu = _faire(histoire, ("accorder", 0), ("liberer", 0))
    nombre = histoire.dossier.financements.filter(partenaire__isnull=False).count()
    assert lu.phrase == (
        f"1\u00a0réponse reçue sur {nombre}\u00a0financeurs sollicités ; "
        f"{nombre - 1}\u00a0décisions restent à venir."
    )
    demandes = list(histoire.dossier.financements.filter(partenaire__isnull=False))
    for rang in range(1, nombre):
        histoire.jouer("ajourner" if demandes[rang] == demandes[-1] else "accorder", rang)
    lu = _faire(histoire, ("liberer", 9))
    assert lu.phrase.endswith("; 1\u00a0décision reste à venir.")


def test_ce_qui_n_est_qu_ajourne_n_est_pas_decide_en_partie(histoire, connecter):
    histoire.jouer("admettre")
    lu = _faire(histoire, ("ajourner", 0), ("liberer", 0))
    assert (lu.etat, lu.qui) == (EtatPublic.AJOURNE, "Les financeurs")
    page = connecter(histoire.signataire).get(f"/dossiers/{histoire.dossier.pk}/depose/")
    assert "<strong>Décision ajournée.</strong>" in page.content.decode()
    lu = _faire(histoire, ("accorder", 1), ("liberer", 9))
    assert lu.etat == EtatPublic.DECIDE_EN_PARTIE


def test_un_brouillon_qui_ne_se_depose_plus_dit_sa_propre_date(histoire, connecter, horloge_figee):
    """The date of what the service asked is not the closing of the call; nor is that of a code."""
    histoire.jouer("demander", 2)
    attendu = histoire.dossier.complement_en_cours().avant_le
    copie = correction.corriger(histoire.dossier, par=histoire.signataire, recu_le=histoire.le)
    horloge_figee(attendu + JOUR)
    page = connecter(histoire.signataire).get(f"/dossiers/{copie.pk}/").content.decode()
    tour = page.split('class="tour')[1].split("</section>")[0]
    assert (date_et_heure(attendu) in tour, "L’appel est clos" in tour) == (True, False)
    copie.refresh_from_db()
    lu = suivi.pour_l_organisme(copie, attendu + JOUR)
    assert lu.phrase in tour


def test_une_correction_abandonnee_ne_promet_pas_d_etre_retablie(histoire, connecter):
    histoire.le = PENDANT
    copie = correction.corriger(histoire.dossier, par=histoire.signataire, recu_le=PENDANT)
    arret.abandonner(copie, par=histoire.signataire, recu_le=PENDANT)
    copie = Dossier.objects.get(pk=copie.pk)
    attendu = f"Le dossier {histoire.dossier.numero} compte tel qu’il a été déposé. "
    lu = suivi.pour_l_organisme(copie, PENDANT)
    assert lu.phrase == attendu + "Vos textes restent lisibles."
    refus = connecter(histoire.signataire).post(
        f"/dossiers/{copie.pk}/partie/description/", {"besoin": "x"}
    )
    assert "ouvrez-en une autre depuis le dossier déposé" in refus.content.decode()
    # a draft comes back; after the closing it is not said to go on
    brouillon = creer_dossier_complet(histoire.dossier.appel, histoire.dossier.porteur)
    arret.abandonner(brouillon, par=brouillon.cree_par, recu_le=PENDANT)
    brouillon = Dossier.objects.get(pk=brouillon.pk)
    phrases = [suivi.pour_l_organisme(brouillon, le).phrase for le in (PENDANT, APRES)]
    assert ["Pour continuer" in phrase for phrase in phrases] == [True, False]
