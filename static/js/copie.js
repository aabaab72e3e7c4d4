// Every form where somebody writes keeps, in the browser, what was typed until the server says that
// it came: docs/enregistrement.md §9. A new form has it by default; the parts of a project, which
// save by themselves, are those of `saisie.js`.

import {
  blocDuChoix,
  bouton,
  champDe,
  empreinte,
  libelleDe,
  lier,
  ligneDe,
  lire,
  moment,
  montre,
  PREFIXE,
  poserSous,
  remplir,
  seGarde,
  texteACopier,
} from "./commun/champs.js";

const { qui, envois } = document.body.dataset;
const TITRE = document.title.split(" – ")[0]; // without the name of the portal
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
    perdus: {}, // [base, typed] of what the page has no field for: shown, to be copied
    annonce: null,
  };
}

/** What the form is about, where one address shows several in turn; empty anywhere else. */
function objetDe(formulaire) {
  const champ = formulaire.querySelector("[data-objet]");
  return champ?.value ? `${champ.dataset.objet} ${champ.value}` : "";
}

/** The person, then what the form is about, or the address of the page and which of its forms. */
function cleDe(formulaire, rang) {
  const objet = objetDe(formulaire);
  if (objet) return `${PREFIXE}${qui}:#${objet}${rang ? `/${rang}` : ""}`;
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

/** [base, typed], and which row of its table it is of, where it is a saved one. */
function valeursGardees(etat, nom, base, tapees) {
  const ligne = ligneDe(etat.formulaire, nom);
  return ligne ? [base, tapees, ligne] : [base, tapees];
}

/** {name: what is kept of it} of what is not as the page showed it. */
function changes(etat) {
  const champs = {};
  for (const [nom, valeurs] of Object.entries(lire(etat.formulaire))) {
    const base = etat.bases[nom] ?? [];
    if (empreinte(base) !== empreinte(valeurs)) {
      champs[nom] = valeursGardees(etat, nom, base, valeurs);
    }
  }
  return champs;
}

/** Keep what is typed; false when the browser has no room for it. */
function garder(etat, envoi = "") {
  const sansChoix = Object.keys(etat.attentes).length === 0;
  const champs = { ...etat.perdus, ...changes(etat), ...etat.attentes };
  try {
    if (Object.keys(champs).length === 0) {
      localStorage.removeItem(etat.cle);
      return true;
    }
    // A choice that was not made is not in what is sent: it waits for the next page.
    const copie = { champs, envoi: sansChoix ? envoi : "", quand: new Date().toISOString() };
    // Where the page may come to show another object: its address, and what it was.
    if (objetDe(etat.formulaire)) Object.assign(copie, { page: location.pathname, titre: TITRE });
    localStorage.setItem(etat.cle, JSON.stringify(copie));
    return true;
  } catch {
    return false;
  }
}

// --- What is said ----------------------------------------------------------------------------

/** One polite status a form, above its buttons; said again only when it changes. */
function dire(etat, dite, ...suite) {
  const phrase = lier(dite);
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

/** Each field: put back, to choose, or of a place that the page has no more; true when put back. */
function remettre(etat, champs) {
  const presentes = { ...etat.bases };
  let estReprise = false;
  for (const [nom, [base, tapees, ligne]] of Object.entries(champs)) {
    const presente = presentes[nom];
    if (presente === undefined || (ligne ?? "") !== ligneDe(etat.formulaire, nom)) {
      etat.perdus[nom] = [base, tapees, ligne];
    } else if (empreinte(presente) === empreinte(tapees)) {
      if (MONTRE_LA_SAISIE) etat.bases[nom] = base;
    } else if (empreinte(presente) === empreinte(base)) {
      remplir(etat.formulaire, nom, tapees);
      estReprise = true;
    } else {
      etat.attentes[nom] = valeursGardees(etat, nom, base, tapees);
      proposer(etat, nom);
    }
  }
  return estReprise;
}

function reprendre(etat) {
  const copie = copieSous(etat.cle);
  if (copie === null) return;
  const estReprise = remettre(etat, copie.champs);
  etat.formulaire.dispatchEvent(new Event("input")); // for the totals of the page
  if (Object.keys(etat.perdus).length > 0) {
    etat.formulaire.append(texteACopier(texteDe(etat.perdus)));
  }
  if (estReprise) {
    const quand = moment(copie.quand);
    dire(
      etat,
      `Retrouvé : ce que vous aviez écrit ${quand} sur cet appareil, pas encore enregistré.`,
      bouton("Revenir à ce qui est enregistré", () => abandonner(etat)),
    );
  }
  const choix = etat.formulaire.querySelector("[data-choix]");
  if (choix) choix.focus();
}

/** What was typed, each answer under its name. */
function texteDe(champs) {
  const reponses = Object.entries(champs).map(([nom, [, tapees]]) => [nom, ...tapees].join("\n"));
  return reponses.join("\n\n");
}

/**
 * Typed in this page for what it does not show any more: a project that left the agenda, a notice
 * that somebody decided. Never put in the form of another, shown to be copied.
 */
function montrerCeQuiNEstPlusIci() {
  const ici = [...document.querySelectorAll("form[data-copie]")].map((un) => un.dataset.copie);
  for (const cle of Object.keys(localStorage)) {
    const copie = cle.startsWith(`${PREFIXE}${qui}:#`) ? copieSous(cle) : null;
    if (copie?.page !== location.pathname || ici.includes(cle)) continue;
    const phrase = `Ce que vous aviez écrit ${moment(copie.quand)} n’a plus sa place ici (${copie.titre}). Votre texte, à copier`;
    const bloc = texteACopier(texteDe(copie.champs), phrase);
    const effacer = bouton("Effacer ce texte", () => {
      localStorage.removeItem(cle);
      bloc.remove();
    });
    bloc.append(effacer);
    document.querySelector("main").append(bloc);
  }
}

function abandonner(etat) {
  for (const [nom, base] of Object.entries(etat.bases)) remplir(etat.formulaire, nom, base);
  etat.perdus = {};
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
  const AILLEURS = "[data-saisie], [data-depart]"; // kept by their own scripts
  for (const formulaire of document.querySelectorAll(`form[method="post"]:not(${AILLEURS})`)) {
    if (seGarde(formulaire)) brancher(formulaire, vues);
  }
  try {
    montrerCeQuiNEstPlusIci();
  } catch {
    // Storage refused: nothing was kept.
  }
}
