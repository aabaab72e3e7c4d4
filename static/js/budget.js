// The totals of the budget while one types. Without script, the button « Enregistrer et recalculer »
// counts them; the server's rules are in the forms and `budget.py`, this only shows sums.

import { centiemes, centimes, euros } from "./commun/montants.js";

const DELAI = 150; // ms: a total that changes at each key cannot be read
const PAUSE = 1500; // ms without a key, then the balance is said: the only thing that is

const etat = {
  formulaire: document.querySelector("[data-budget]").closest("form"),
  attente: undefined, // the timer of the next count
  parole: undefined, // the timer of what is said of the balance
};

/** The row of a field: a line of the guide or of the plan, a funder, a line of one's own. */
function rangDe(champ) {
  return champ.closest("li, .ligne, fieldset");
}

/** The amount of one field: nothing when its line is unticked, or about to be removed. */
function montantDe(champ) {
  const rang = rangDe(champ);
  if (rang.querySelector('[name$="-retirer"]')?.checked) return 0n;
  if (rang.querySelector('[name$="-oui"]')?.checked === false) return 0n;
  return centimes(champ.value) ?? 0n;
}

/** What the hours of volunteers are worth, on each side; null while a number is missing. */
function valeurDesHeures() {
  const { "b-heures": dites, "b-valeur": valeurDite } = etat.formulaire.elements;
  if (dites.value === "" || valeurDite.value === "") return null;
  const heures = centiemes(dites.value);
  const valeur = centimes(valeurDite.value);
  if (heures === null || valeur === null) return null;
  return (heures * valeur + 50n) / 100n;
}

/** Of whom a request is: how its fields begin; « autres » outside the call. */
function repereDe(nom) {
  return /^p-\d+/.exec(nom)?.[0] ?? "autres";
}

/** Sums of the page: by side, by heading, by funder, and of what is asked of them all. */
function additionner() {
  const cotes = { charges: 0n, produits: 0n, vcharges: 0n, vproduits: 0n };
  const postes = {};
  const parts = {};
  let demandes = 0n;
  const heures = valeurDesHeures();
  if (heures !== null) {
    Object.assign(cotes, { vcharges: heures, vproduits: heures });
    Object.assign(postes, { 86: heures, 87: heures });
  }
  for (const champ of etat.formulaire.querySelectorAll("[data-cote]")) {
    if (heures !== null && ["c-864", "c-870"].includes(champ.name)) continue; // the hours write them
    const montant = montantDe(champ);
    const { cote, poste } = champ.dataset;
    cotes[cote] += montant;
    postes[poste] = (postes[poste] ?? 0n) + montant;
    if (/^([fp]-\d+|nouveau)-montant$/.test(champ.name)) {
      const repere = repereDe(champ.name);
      demandes += montant;
      parts[repere] = (parts[repere] ?? 0n) + montant;
    }
  }
  parts.vous = cotes.produits - demandes;
  return { cotes, postes, demandes, parts, heures };
}

function ecrireLesTotaux({ cotes, postes, demandes, heures }) {
  const charges = cotes.charges + cotes.vcharges;
  const produits = cotes.produits + cotes.vproduits;
  const totaux = {
    ...cotes,
    ecart: cotes.produits - cotes.charges,
    vecart: cotes.vproduits - cotes.vcharges,
    gcharges: charges,
    gproduits: produits,
    gecart: produits - charges,
    f74: demandes,
  };
  for (const sortie of document.querySelectorAll("[data-total]")) {
    sortie.textContent = euros(totaux[sortie.dataset.total]);
  }
  for (const sortie of document.querySelectorAll("[data-total-poste]")) {
    sortie.textContent = euros(postes[sortie.dataset.totalPoste] ?? 0n);
  }
  for (const sortie of document.querySelectorAll("[data-groupe]")) {
    const champs = [...sortie.closest("fieldset").querySelectorAll("[data-cote]")];
    sortie.textContent = euros(champs.reduce((somme, champ) => somme + montantDe(champ), 0n));
  }
  document.querySelector("[data-benevolat]").textContent = euros(heures ?? 0n);
  const parPersonne = document.querySelector("[data-par-personne]");
  if (parPersonne === null) return;
  parPersonne.parentElement.hidden = cotes.charges === 0n;
  const personnes = BigInt(document.querySelector("[data-budget]").dataset.personnes);
  parPersonne.textContent = euros((2n * cotes.charges + personnes) / (2n * personnes));
}

/** A bar: {class of its tone, cents} side by side, on the scale of the longer of the two. */
function dessiner(barre, parts, echelle) {
  const LARGEUR = 400;
  const JOUR = 2.5;
  const presentes = parts.filter(({ montant }) => montant > 0n);
  const place = LARGEUR - JOUR * Math.max(presentes.length - 1, 0);
  let debut = 0;
  const traits = presentes.map(({ ton, montant }) => {
    const longueur = (Number(montant) / Number(echelle)) * place;
    const trait = document.createElementNS("http://www.w3.org/2000/svg", "path");
    trait.setAttribute("class", ton);
    trait.setAttribute("d", `M${debut} 0h${longueur}v12h-${longueur}z`);
    debut += longueur + JOUR;
    return trait;
  });
  const fond = document.createElementNS("http://www.w3.org/2000/svg", "path");
  fond.setAttribute("class", "tout");
  fond.setAttribute("d", `M0 0h${LARGEUR}v12H0z`);
  barre.replaceChildren(fond, ...traits);
}

/** The two bars of the balance, and the key of who pays. */
function dessinerLeSolde({ cotes, parts }) {
  const barres = document.querySelectorAll(".solde .pile");
  if (barres.length === 0) return;
  const qui = [];
  for (const ligne of document.querySelectorAll("[data-part]")) {
    const montant = parts[ligne.dataset.part] ?? 0n;
    ligne.hidden = montant === 0n;
    ligne.querySelector(".nb").textContent = euros(montant);
    qui.push({ ton: ligne.classList[0], montant });
  }
  // Amounts are BigInt, that Math.max does not take.
  let echelle = cotes.charges;
  if (cotes.produits > echelle) echelle = cotes.produits;
  if (echelle === 0n) echelle = 1n;
  dessiner(barres[0], [{ ton: "depense", montant: cotes.charges }], echelle);
  dessiner(barres[1], qui, echelle);
}

/** The share of the products that is asked, in tenths of a percent rounded half up. */
function ecrireLeTaux({ cotes, demandes }) {
  const sortie = document.querySelector("[data-taux]");
  if (sortie === null || cotes.produits === 0n) return;
  const dixiemes = (demandes * 2000n + cotes.produits) / (2n * cotes.produits);
  const decimale = dixiemes % 10n === 0n ? "" : `,${dixiemes % 10n}`;
  sortie.textContent = `${dixiemes / 10n}${decimale}\u00a0%`;
}

/** The words of `guide.Solde`: where the plan stands. */
function titreDuSolde({ cotes }) {
  const ecart = cotes.produits - cotes.charges;
  if (ecart < 0n) return `Il manque ${euros(-ecart)}`;
  if (ecart > 0n) return `Il y a ${euros(ecart)} de trop`;
  if (cotes.charges === 0n) return "Aucun montant pour le moment";
  const sauf = cotes.vproduits === cotes.vcharges ? "" : ", sauf les contributions volontaires";
  return `Le budget est équilibré${sauf}`;
}

function montrerLeSolde(sommes) {
  const { charges, produits, vcharges, vproduits } = sommes.cotes;
  const verdict = document.querySelector("[data-verdict]");
  verdict.querySelector("[data-phrase]").textContent = titreDuSolde(sommes);
  verdict.querySelector("[data-ajuster]").hidden = produits === charges;
  verdict.querySelector("[data-volontaire]").hidden = vproduits === vcharges;
  verdict.classList.toggle("vous", produits !== charges || vproduits !== vcharges);
}

/** The words of `Ajustement`: what each button would do about the gap that the page shows. */
function proposerDAjuster({ cotes }) {
  const ecart = cotes.charges - cotes.produits;
  const [sens, combien] = ecart < 0n ? ["de moins", -ecart] : ["de plus", ecart];
  for (const bouton of document.querySelectorAll("[data-ajuste]")) {
    const champ = etat.formulaire.elements[bouton.dataset.ajuste];
    const avant = montantDe(champ);
    const attend = avant === 0n && champ.value.trim() !== "";
    const entier = `${euros(combien)} ${sens}, soit ${euros(avant + ecart)}`;
    bouton.hidden = ecart === 0n || avant + ecart < 0n || attend;
    bouton.value = `${champ.name}:${ecart}`;
    bouton.textContent = `${bouton.dataset.qui} ${avant === 0n ? euros(combien) : entier}`;
  }
}

/** Said after a pause, and only when it changed: a screen reader says it each time. */
function direLeSolde() {
  const parole = document.querySelector("[data-parole]");
  const titre = document.querySelector("[data-phrase]").textContent;
  if (parole.textContent !== titre) parole.textContent = titre;
}

function recalculer() {
  const sommes = additionner();
  ecrireLesTotaux(sommes);
  ecrireLeTaux(sommes);
  dessinerLeSolde(sommes);
  montrerLeSolde(sommes);
  proposerDAjuster(sommes);
  clearTimeout(etat.parole);
  etat.parole = setTimeout(direLeSolde, PAUSE);
}

/** Not at once: a sentence that goes while a button is pressed would move it from under the finger. */
function recalculerBientot() {
  clearTimeout(etat.attente);
  etat.attente = setTimeout(recalculer, DELAI);
}

/** As the server reads a word: no accent, no capital. */
function simplifier(texte) {
  const nu = texte.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return ` ${nu.replaceAll(/[-’']/g, " ")} `;
}

/** The account that these words make think of, the longest word first. */
function compteDesMots(mots, libelle) {
  const texte = simplifier(libelle);
  const connus = Object.keys(mots).sort((un, autre) => autre.length - un.length);
  return mots[connus.find((mot) => texte.includes(` ${mot}`))] ?? "";
}

/** Choose the account in the list, unless somebody did: it is a proposal. */
function proposerUnCompte(libelle) {
  const zone = libelle.closest("[data-mots]");
  const choix = libelle.closest("fieldset").querySelector('select[name$="-code"]');
  if (zone === null || choix === null) return;
  if (choix.value !== "" && choix.dataset.propose !== choix.value) return;
  const compte = compteDesMots(JSON.parse(zone.dataset.mots), libelle.value);
  choix.value = compte;
  choix.dataset.propose = compte;
  rattacherLaLigne(choix);
}

/** A new line counts on the side and under the heading of the account chosen for it. */
function rattacherLaLigne(choix) {
  const montant = choix.closest("fieldset").querySelector('[name$="-montant"]');
  const poste = choix.value && document.querySelector(`[name="c-${choix.value}"]`);
  if (poste) {
    Object.assign(montant.dataset, poste.dataset);
  } else {
    delete montant.dataset.cote;
  }
}

etat.formulaire.addEventListener("input", ({ target }) => {
  if (target.matches("[data-cote]") && target.value !== "") {
    const oui = rangDe(target).querySelector('[name$="-oui"]');
    if (oui) oui.checked = true;
  }
  if (target.matches('[name$="-libelle"]')) proposerUnCompte(target);
  recalculerBientot();
});
etat.formulaire.addEventListener("change", (evenement) => {
  if (evenement.target.matches('select[name$="-code"]')) rattacherLaLigne(evenement.target);
  recalculerBientot();
});
// Sent by `saisie.js` when it fills a field itself.
etat.formulaire.addEventListener("recalculer", recalculer);
recalculer();
