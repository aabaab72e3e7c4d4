// Every form where somebody writes keeps, in the browser, what was typed until the server says that
// it came: docs/enregistrement.md §9. A new form has it by default; the parts of a project, which
// save by themselves, are those of `saisie.js`.

import {
  blocDuChoix,
  bouton,
  champDe,
  empreinte,
  libelleDe,
  lire,
  montre,
  PREFIXE,
  poserSous,
  remplir,
  seGarde,
  texteACopier,
} from "./commun/champs.js";

const { qui, envois } = document.body.dataset;
const recus = new Set((envois ?? "").split(" ").filter(Boolean));
// The page shows what was typed, not what is saved: nothing here says that the copy is useless.
const MONTRE_LA_SAISIE = document.querySelector("#erreurs, [data-rendu], .avis.danger") !== null;

/** What one form holds: a page has several. */
function etatDe(formulaire, cle) {
  return {
    formulaire,
    cle,
    bases: lire(montre(formulaire)), // by name, what the page showed when it was typed
    attentes: {}, // both moved: [base, typed], until somebody chooses
    annonce: null,
    quand: "",
  };
}

/** The person, the address of the page, and which of its forms. */
function cleDe(formulaire, rang) {
  const [premier] = Object.keys(lire(formulaire));
  const adresse = new URL(formulaire.action, location).pathname;
  const vers = adresse === location.pathname ? "" : adresse;
  return `${PREFIXE}${qui}:${location.pathname}#${vers}${premier}${rang || ""}`;
}

// --- The copy --------------------------------------------------------------------------------

/** The copy under that key; null when there is none, or when it is that of a part. */
function copieSous(cle) {
  try {
    const copie = JSON.parse(localStorage.getItem(cle));
    return copie?.champs ? copie : null;
  } catch {
    return null;
  }
}

/** What the server says it received is forgotten, whatever the page it was typed in. */
function oublierCeQuiEstArrive() {
  for (const cle of Object.keys(localStorage)) {
    const envoi = cle.startsWith(PREFIXE) && copieSous(cle)?.envoi;
    if (envoi && recus.has(envoi)) localStorage.removeItem(cle);
  }
}

/** {name: [base, typed]} of what is not as the page showed it. */
function changes(etat) {
  const champs = {};
  for (const [nom, valeurs] of Object.entries(lire(etat.formulaire))) {
    const base = etat.bases[nom] ?? [];
    if (empreinte(base) !== empreinte(valeurs)) champs[nom] = [base, valeurs];
  }
  return champs;
}

/** Keep what is typed; false when the browser has no room for it. */
function garder(etat, envoi = "") {
  const sansChoix = Object.keys(etat.attentes).length === 0;
  const champs = { ...changes(etat), ...etat.attentes };
  try {
    if (Object.keys(champs).length === 0) {
      localStorage.removeItem(etat.cle);
      return true;
    }
    const quand = new Date().toLocaleTimeString("fr-FR");
    // A choice that was not made is not in what is sent: it waits for the next page.
    const marque = sansChoix ? envoi : "";
    localStorage.setItem(etat.cle, JSON.stringify({ champs, envoi: marque, quand }));
    return true;
  } catch {
    return false;
  }
}

// --- What is said ----------------------------------------------------------------------------

/** One polite status a form, above its buttons; said again only when it changes. */
function dire(etat, phrase, ...suite) {
  if (etat.annonce === null) {
    etat.annonce = document.createElement("p");
    etat.annonce.className = "sur";
    etat.annonce.setAttribute("role", "status");
    const actions = etat.formulaire.querySelector(":scope > .ligne-actions:last-of-type");
    if (actions) actions.before(etat.annonce);
    else etat.formulaire.append(etat.annonce);
  }
  if (etat.annonce.dataset.dit === phrase) return;
  etat.annonce.dataset.dit = phrase;
  etat.annonce.replaceChildren(phrase, " ", ...suite);
}

// --- Put back --------------------------------------------------------------------------------

function reprendre(etat) {
  const copie = copieSous(etat.cle);
  if (copie === null) return;
  const presentes = { ...etat.bases };
  const perdus = [];
  let estReprise = false;
  for (const [nom, [base, tapees]] of Object.entries(copie.champs)) {
    const presente = presentes[nom];
    if (presente === undefined) {
      perdus.push(`${nom}\n${tapees.join("\n")}`);
    } else if (empreinte(presente) === empreinte(tapees)) {
      if (MONTRE_LA_SAISIE) etat.bases[nom] = base;
    } else if (empreinte(presente) === empreinte(base)) {
      remplir(etat.formulaire, nom, tapees);
      estReprise = true;
    } else {
      etat.attentes[nom] = [base, tapees];
      proposer(etat, nom);
    }
  }
  etat.formulaire.dispatchEvent(new Event("input")); // for the totals of the page
  if (perdus.length > 0) etat.formulaire.append(texteACopier(perdus.join("\n\n")));
  if (estReprise) {
    dire(
      etat,
      `Retrouvé : ce que vous aviez écrit à ${copie.quand} sur cet appareil, pas encore enregistré.`,
      bouton("Revenir à ce qui est enregistré", () => abandonner(etat)),
    );
  }
  const choix = etat.formulaire.querySelector("[data-choix]");
  if (choix) choix.focus();
}

function abandonner(etat) {
  for (const [nom, base] of Object.entries(etat.bases)) remplir(etat.formulaire, nom, base);
  garder(etat);
  dire(etat, "La page montre ce qui est enregistré.");
}

/** The server's value moved since: both are shown, nothing is laid over. */
function proposer(etat, nom) {
  const champ = champDe(etat.formulaire, nom);
  const libelle = libelleDe(champ);
  const [, tapees] = etat.attentes[nom];
  const phrase = `${libelle} a changé depuis. Vous aviez écrit : ${tapees.join(", ") || "(vide)"}`;
  const bloc = blocDuChoix(champ, libelle, phrase, (leMien) => {
    delete etat.attentes[nom];
    if (leMien) remplir(etat.formulaire, nom, tapees);
    garder(etat);
  });
  poserSous(champ, bloc);
}

// --- On the page -----------------------------------------------------------------------------

function surUneFrappe(etat, evenement) {
  const tient = garder(etat);
  // What saves by itself, cell by cell, says it where it is typed.
  if (!evenement.isTrusted || etat.formulaire.dataset.matrice) return;
  const lieu = tient ? "gardé sur cet appareil" : "et cet appareil ne peut pas le garder";
  dire(etat, `Pas encore enregistré : ${lieu}, jusqu’à votre envoi.`);
}

/** The server holds it, sent by itself: it is what the page shows now. */
function surUnEnregistrement(etat, { detail }) {
  etat.bases[detail.nom] = detail.valeurs;
  delete etat.attentes[detail.nom];
  garder(etat);
}

/** The copy stays until a page says that this very sending came. */
function surUnEnvoi(etat) {
  const { formulaire } = etat;
  let champ = formulaire.querySelector(":scope > [name=envoi]");
  if (champ === null) {
    champ = document.createElement("input");
    champ.type = "hidden";
    champ.name = "envoi";
    formulaire.append(champ);
  }
  champ.value = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  etat.part = true;
  garder(etat, champ.value);
}

function surUnDepart(etat, evenement) {
  if (etat.part || Object.keys(changes(etat)).length === 0 || garder(etat)) return;
  evenement.preventDefault(); // no room for a copy: the browser asks whether to leave
}

function brancher(formulaire, vues) {
  const nue = cleDe(formulaire, 0);
  const rang = vues.filter((vue) => vue === nue).length;
  vues.push(nue);
  const etat = etatDe(formulaire, cleDe(formulaire, rang));
  formulaire.dataset.copie = etat.cle;
  formulaire.addEventListener("input", (evenement) => surUneFrappe(etat, evenement));
  formulaire.addEventListener("change", (evenement) => surUneFrappe(etat, evenement));
  formulaire.addEventListener("submit", () => surUnEnvoi(etat));
  formulaire.addEventListener("enregistre", (evenement) => surUnEnregistrement(etat, evenement));
  addEventListener("beforeunload", (evenement) => surUnDepart(etat, evenement));
  reprendre(etat);
}

if (qui) {
  try {
    oublierCeQuiEstArrive();
  } catch {
    // Storage refused: the forms still leave by their buttons.
  }
  const vues = [];
  for (const formulaire of document.querySelectorAll('form[method="post"]:not([data-saisie])')) {
    if (seGarde(formulaire)) brancher(formulaire, vues);
  }
}
