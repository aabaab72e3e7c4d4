"""The accounts that a person reads or chooses stand under the headings of the plan."""

from appels.redaction.forms.lignes import NouvelleLigneForm
from partenaires.organismes.forms.fiche import BudgetOrganismeForm
from partenaires.socle import plan_comptable


def test_les_comptes_de_l_organisme_sont_groupes_par_poste():
    form = BudgetOrganismeForm(montants={})
    groupes = [groupe for _titre, postes in form.cotes for groupe in postes]
    assert [champ.name for _titre, champs in groupes for champ in champs] == list(form.fields)
    assert ("60 Achats", 3) in [(titre, len(champs)) for titre, champs in groupes]
    assert len(groupes) < len(form.fields)


def test_le_compte_d_une_ligne_se_choisit_sous_son_poste_et_en_entier():
    vide, *groupes = NouvelleLigneForm().fields["code"].choices
    assert vide == ("", "Choisir")
    codes = [code for _titre, comptes in groupes for code, _nom in comptes]
    assert codes == list(plan_comptable.comptes())
    for _titre, comptes in groupes:
        for code, nom in comptes:
            assert nom.endswith(plan_comptable.comptes()[code].libelle)
