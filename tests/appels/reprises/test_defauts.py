"""A file with a thousand lines and every kind of defect: each is said by line and column."""

import pytest

from appels.models import Dossier, Reprise
from appels.reprises.actions import application, reception
from contrat_ville.mauvaises_lignes import ARRETENT, en_csv, hostiles, rangee
from partenaires.models import Partenaire, Role
from tests.fabriques import PENDANT, creer_agent, creer_association

pytestmark = pytest.mark.django_db


def test_mille_lignes_et_toutes_les_fautes(horloge_figee):
    direction, connu = creer_agent(Role.RESPONSABLE), creer_association(nom="Les Pinsons")
    assert len(ARRETENT) >= 30
    rangees, attendus = hostiles(1000, connu.siret)
    rangees += [rangee(siret=connu.siret), rangee(siret=connu.siret, demande="7")]
    reprise = reception.recevoir("a.csv", en_csv(*rangees), par=direction, recu_le=PENDANT)
    plan = reception.plan_de(reprise)
    lus = plan.previsions
    ecarts = []
    for (rang, genre, colonne, debut, arrete), prevision in zip(attendus, lus, strict=False):
        dits = {(d.genre, d.colonne, d.arrete) for d in prevision.ligne.defauts}
        phrases = [d.phrase.replace("\u00a0", " ") for d in prevision.ligne.defauts]
        if (
            prevision.ligne.rang != rang
            or (genre, colonne, arrete) not in dits
            or not any(phrase.startswith(debut) for phrase in phrases)
            or prevision.est_prise is arrete
        ):
            ecarts.append((rang, genre, dits, phrases))
    assert ecarts == []
    assert [une.genre for une in lus[-1].ligne.defauts] == ["redite"]
    somme = {une.nom: une for une in plan.sommes()}["demandé"]
    assert somme.fichier == somme.prise + somme.laissee
    application.appliquer(reprise, plan.empreinte, par=direction, recu_le=PENDANT)
    reprises = Reprise.objects.get().lignes
    assert reprises.count() == 1002
    assert Dossier.objects.filter(etat="repris").count() == plan.neuves
    assert reprises.filter(sort="laissee").count() == plan.laissees
    ecrits = sum(
        demande.montant or 0
        for dossier in Dossier.objects.filter(etat="repris").prefetch_related("financements")
        for demande in dossier.financements.all()
    )
    assert ecrits == somme.prise  # to the cent
    assert Partenaire.objects.filter(nom__startswith="aaa").count() == 0


def test_des_titres_repetes_au_milieu_du_tableau(horloge_figee):
    connu = creer_association()
    octets = en_csv(rangee(siret=connu.siret))
    titres = octets.decode("utf-8-sig").splitlines()[0]
    octets += f"{titres}\r\n".encode()
    reprise = reception.recevoir("a.csv", octets, par=creer_agent(), recu_le=PENDANT)
    assert [
        [une.genre for une in prevision.ligne.defauts]
        for prevision in reception.plan_de(reprise).previsions
    ] == [[], ["titres"]]
