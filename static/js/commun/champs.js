// What a person types in a form: read, put back, chosen between two texts, and sent.

const ECRITURES = "textarea, input:not([type=checkbox], [type=radio], [type=hidden], [type=file])";
const A_ECRIRE = `:is(${ECRITURES}):not([type=submit], [type=button])`;
// Passwords, codes and bank data are never kept: their forms say so to the browser already.
const SECRETS =
  "form[autocomplete=off], [type=password], [autocomplete=one-time-code], [name=code]";

/** Somebody writes in it, and nothing of it is secret. */
export function seGarde(formulaire) {
  const estSecret = formulaire.matches(SECRETS) || formulaire.querySelector(SECRETS) !== null;
  return !estSecret && formulaire.querySelector(A_ECRIRE) !== null;
}

function estUneCase(champ) {
  return champ.type === "checkbox" || champ.type === "radio";
}

function valeursDe(champ) {
  if (estUneCase(champ)) return champ.checked ? [champ.value] : [];
  if (champ.selectedOptions) return [...champ.selectedOptions].map((choix) => choix.value);
  return [champ.value];
}

/** What is typed, ticked and chosen, {name: list of texts}; an empty list for what is unticked. */
export function lire(formulaire) {
  const valeurs = {};
  for (const champ of formulaire.elements) {
    const estTape = champ.name && !["hidden", "file", "submit", "button"].includes(champ.type);
    if (!estTape || champ.matches("fieldset, output")) continue;
    valeurs[champ.name] = [...(valeurs[champ.name] ?? []), ...valeursDe(champ)];
  }
  return valeurs;
}

/** A form, or a part of it, as the server shows it, whatever was typed since. */
export function montre(element) {
  const neuf = element.cloneNode(true);
  const porteur = neuf.matches("form") ? neuf : document.createElement("form");
  if (porteur !== neuf) porteur.append(neuf);
  porteur.reset();
  return neuf;
}

/** Two equal prints, the same values. */
export function empreinte(valeurs) {
  return JSON.stringify(valeurs);
}

/** The saved row that a field is of: at the same rank stands another one, once a row was taken away. */
export function ligneDe(formulaire, nom) {
  const [prefixe] = /^.+-\d+(?=-)/.exec(nom) ?? [];
  return formulaire.elements[`${prefixe}-id`]?.value ?? "";
}

export function remplir(formulaire, nom, valeurs) {
  const restantes = [...valeurs];
  for (const champ of formulaire.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
    if (estUneCase(champ)) {
      champ.checked = valeurs.includes(champ.value);
    } else if (champ.type === "select-multiple") {
      for (const choix of champ.options) choix.selected = valeurs.includes(choix.value);
    } else if (champ.type !== "file") {
      champ.value = restantes.shift() ?? "";
    }
  }
}

/** The first control of that name; for a group, its first choice. */
export function champDe(formulaire, nom) {
  return formulaire.querySelector(`[name="${CSS.escape(nom)}"]:not([type=hidden])`);
}

export function libelleDe(champ) {
  return champ.labels?.[0]?.textContent.trim() || champ.getAttribute("aria-label") || champ.name;
}

export function bouton(intitule, agir) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "bouton second petit";
  element.textContent = lier(intitule);
  element.addEventListener("click", agir);
  return element;
}

/** Two texts for one answer, in the flow under its field: `choisir(true)` keeps mine. */
export function blocDuChoix(champ, libelle, phrase, choisir) {
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  bloc.dataset.choix = "";
  bloc.tabIndex = -1;
  bloc.setAttribute("role", "group");
  bloc.setAttribute("aria-label", libelle);
  const titre = document.createElement("p");
  titre.textContent = lier(phrase);
  const trancher = (leMien) => {
    bloc.remove();
    champ?.focus();
    choisir(leMien);
  };
  bloc.append(
    titre,
    bouton(`Garder le mien : ${libelle}`, () => trancher(true)),
    " ",
    bouton(`Prendre l’autre : ${libelle}`, () => trancher(false)),
  );
  return bloc;
}

/** Under the field: after its group when it is one of several choices, after its row in a table. */
export function poserSous(champ, bloc) {
  const groupe = estUneCase(champ) ? champ.closest("fieldset") : null;
  (groupe ?? champ).after(bloc);
}

/** A text that has no field any more is shown, to be copied; a page may show several. */
export function texteACopier(texte, phrase = "Votre texte, à copier") {
  const titre = document.createElement("label");
  titre.textContent = lier(phrase);
  const zone = document.createElement("textarea");
  const rang = document.querySelectorAll("[id^=texte-a-copier]").length;
  zone.id = `texte-a-copier${rang || ""}`;
  titre.htmlFor = zone.id;
  zone.readOnly = true;
  zone.rows = 12;
  zone.value = texte;
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  bloc.append(titre, zone);
  return bloc;
}

// --- The rows of a table ---------------------------------------------------------------------

/** The tables of a form, each with its empty row: `data-ligne` says of which table it is. */
export function tablesDe(formulaire) {
  const tables = {};
  for (const zone of [formulaire, ...formulaire.querySelectorAll("template")]) {
    for (const bloc of (zone.content ?? zone).querySelectorAll("[data-ligne]")) {
      const nom = bloc.dataset.ligne;
      // New rows stand before this mark, after the empty one that the page shows.
      const fin = tables[nom]?.fin ?? document.createComment("");
      (zone.content ? zone : bloc).after(fin);
      tables[nom] = { nom, formulaire, fin, modele: montre(bloc) };
    }
  }
  return tables;
}

function prefixeDe(bloc) {
  const { name } = bloc.querySelector("[name]");
  return name.slice(0, name.lastIndexOf("-"));
}

/** The rows of the page that are counted, {rank: its block}, in order. */
function rangees(table) {
  const blocs = [];
  for (const champ of table.formulaire.querySelectorAll(`[name^="${table.nom}-"]`)) {
    const rang = /^\d+(?=-)/.exec(champ.name.slice(table.nom.length + 1));
    const bloc = champ.closest("fieldset");
    if (rang && !blocs.includes(bloc)) blocs.push(bloc);
  }
  return blocs;
}

function compter(table) {
  table.formulaire.elements[`${table.nom}-TOTAL_FORMS`].value = rangees(table).length;
}

function renommer(bloc, apres) {
  const avant = prefixeDe(bloc);
  for (const element of [bloc, ...bloc.querySelectorAll("*")]) {
    for (const nom of ["name", "id", "for", "aria-describedby"]) {
      const valeur = element.getAttribute(nom);
      if (valeur) element.setAttribute(nom, valeur.replaceAll(`${avant}-`, `${apres}-`));
    }
  }
}

/** An empty row after the others; true when there is room for one. */
function ajouterUneVide(table) {
  const vide = table.modele.cloneNode(true);
  const rang = rangees(table).length;
  const maximum = Number(table.formulaire.elements[`${table.nom}-MAX_NUM_FORMS`].value);
  if (rang >= maximum) return false;
  if (prefixeDe(vide).startsWith(`${table.nom}-`)) renommer(vide, `${table.nom}-${rang}`);
  const titre = vide.querySelector("legend");
  titre.textContent = titre.textContent.replace(/\d+/, rang + 1);
  table.fin.before(vide);
  compter(table);
  return true;
}

/** An empty row after the others, where they are short: a long one is asked for by its button. */
function proposerUneVide(table) {
  const { nom, modele, formulaire } = table;
  if (modele.dataset.surDemande !== undefined) return false;
  if (formulaire.querySelector(`[data-ligne="${nom}"]`)) return false;
  return ajouterUneVide(table);
}

/** Somebody types in an empty row: it is of the table, and another one follows. */
export function installer(table, bloc) {
  if (!prefixeDe(bloc).startsWith(`${table.nom}-`)) {
    renommer(bloc, `${table.nom}-${rangees(table).length}`);
  }
  delete bloc.dataset.ligne;
  compter(table);
  return proposerUneVide(table);
}

/** As many rows as that, then an empty one. */
export function ajuster(table, combien) {
  for (const bloc of rangees(table).slice(combien)) bloc.remove();
  while (rangees(table).length < combien) {
    const vide = table.formulaire.querySelector(`[data-ligne="${table.nom}"]`);
    if (vide) installer(table, vide);
    else if (!ajouterUneVide(table)) break;
  }
  for (const bloc of rangees(table)) delete bloc.dataset.ligne;
  proposerUneVide(table);
  compter(table);
}

/** Fill the rows, {name: text or list}; what a new row does not show is kept hidden in it. */
export function remplirLaTable(table, valeurs) {
  const rangs = Object.keys(valeurs).map((nom) => parseInt(nom.slice(table.nom.length + 1), 10));
  const entiers = rangs.filter((rang) => !Number.isNaN(rang));
  ajuster(table, Math.max(-1, ...entiers) + 1);
  for (const [nom, valeur] of Object.entries(valeurs)) {
    if (nom.endsWith("_FORMS")) continue;
    if (!table.formulaire.elements[nom]) {
      const cache = document.createElement("input");
      cache.type = "hidden";
      cache.name = nom;
      const rang = parseInt(nom.slice(table.nom.length + 1), 10);
      rangees(table)[rang]?.append(cache);
    }
    remplir(table.formulaire, nom, [valeur].flat());
  }
}

// --- On every page of a signed-in person ------------------------------------------------------

export const PREFIXE = "saisie:"; // of the copies kept in the browser
const DEPART = "depart"; // what was begun without an account: `depart.js`

/** Nothing stays on a shared computer; the server asks the browser for the same (Clear-Site-Data). */
function effacerLesCopies() {
  try {
    for (const nom of Object.keys(localStorage)) {
      if (nom.startsWith(PREFIXE) || nom === DEPART) localStorage.removeItem(nom);
    }
  } catch {
    // Storage refused: nothing was kept.
  }
}

for (const sortie of document.querySelectorAll('form[action*="logout"]')) {
  sortie.addEventListener("submit", effacerLesCopies);
}

// --- A length is counted live; nothing is cut -------------------------------------------------

const A_DIRE = 0.9; // of the length, before it is said
const PAUSE_DU_COMPTE = 600; // ms: said after a pause, not at each key
const enAttente = new WeakMap(); // by field, the timer of its count

function grouper(nombre) {
  return String(nombre).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** « 8 602 sur 5 000 : retirez 3 602 caractères. », in characters, as the server counts. */
function compte(longueur, maximum) {
  const sur = `${grouper(longueur)} sur ${grouper(maximum)}`;
  const deTrop = longueur - maximum;
  if (deTrop <= 0) return `${sur} caractères.`;
  return `${sur}\u00a0: retirez ${grouper(deTrop)}\u00a0caractère${deTrop > 1 ? "s" : ""}.`;
}

function direLaLongueur(champ) {
  const longueur = [...champ.value].length;
  const maximum = Number(champ.dataset.max);
  let ligne = document.getElementById(`${champ.id}_compte`);
  if (ligne === null) {
    if (longueur < maximum * A_DIRE) return;
    ligne = document.createElement("p");
    ligne.id = `${champ.id}_compte`;
    ligne.setAttribute("role", "status");
    champ.after(ligne);
  }
  ligne.className = longueur > maximum ? "erreur" : "aide";
  ligne.textContent = longueur < maximum * A_DIRE ? "" : compte(longueur, maximum);
}

document.addEventListener("input", ({ target: champ }) => {
  if (!champ.dataset?.max) return;
  clearTimeout(enAttente.get(champ));
  enAttente.set(
    champ,
    setTimeout(() => direLaLongueur(champ), PAUSE_DU_COMPTE),
  );
});
for (const champ of document.querySelectorAll("textarea[data-max]")) direLaLongueur(champ);

// --- The session of the person whose page this is ------------------------------------------------

// docs/enregistrement.md §2 and §7. Asked when an answer says that a token is old or that nobody is
// signed in; `<body>` says whose page, and where to ask.

const VEILLE = 3000; // milliseconds between two looks at the session

const { qui, session, connexion } = document.body.dataset;
const etat = { veille: undefined }; // the timer that looks for a new session

/** A redirection leads to the page where one signs in; a 403 is an old token, or a right withdrawn. */
function demandeLaSession(reponse) {
  return reponse !== null && (reponse.estUneRedirection || reponse.statut === 403);
}

/** True when the same person is signed in: the forms of the page then carry a token that is good. */
export async function renouvelerLeJeton() {
  try {
    const reponse = await fetch(session, { headers: { Accept: "application/json" } });
    const lue = await reponse.json();
    if (lue.qui !== Number(qui)) return false;
    for (const champ of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) {
      champ.value = lue.jeton;
    }
    return true;
  } catch {
    return false;
  }
}

/** Once the same person is signed in again, in any tab. */
export function attendreLaSession(reprendre) {
  clearInterval(etat.veille);
  etat.veille = setInterval(async () => {
    if (!(await renouvelerLeJeton())) return;
    clearInterval(etat.veille);
    reprendre();
  }, VEILLE);
}

export function lienPourSeReconnecter() {
  const lien = document.createElement("a");
  lien.href = connexion;
  lien.target = "_blank";
  lien.rel = "noopener";
  lien.textContent = "Se reconnecter (nouvel onglet)";
  return lien;
}

/**
 * Post to an address of ours as a script does. The answer is null when none came whole; otherwise
 * `statut`, `estUneRedirection`, and `dit`, the JSON, empty when it is a page.
 */
export async function poster(adresse, corps) {
  try {
    const reponse = await fetch(adresse, {
      method: "POST",
      body: corps,
      redirect: "manual", // to the page where one signs in: the session is over
      headers: { Accept: "application/json" },
    });
    const estDuJson = (reponse.headers.get("Content-Type") || "").includes("json");
    return {
      statut: reponse.status,
      estUneRedirection: reponse.type === "opaqueredirect",
      dit: estDuJson ? await reponse.json() : {},
    };
  } catch {
    return null;
  }
}

/**
 * The same, sent again once with a new token where it is the token that is refused: `corps` makes
 * what is sent, read each time. `nom` says what the answer means: « sessionFinie », « sansDroit »,
 * or empty when the view itself answered.
 */
export async function posterOuRenouveler(adresse, corps) {
  const premiere = await poster(adresse, corps());
  if (!demandeLaSession(premiere)) return { reponse: premiere, nom: "" };
  if (!(await renouvelerLeJeton())) return { reponse: premiere, nom: "sessionFinie" };
  const seconde = await poster(adresse, corps());
  if (!demandeLaSession(seconde)) return { reponse: seconde, nom: "" };
  return { reponse: seconde, nom: seconde.estUneRedirection ? "sessionFinie" : "sansDroit" };
}

// --- What a script says ----------------------------------------------------------------------

// As the server writes it (quartiers/typographie.py, quartiers/francais.py): both are played on the
// same sentences, tests/navigateur/test_phrases_des_scripts.py.
const UNITES = "(?:h|min|s|€|%|Mo)(?![\\p{L}\\d])";
const A_LIER = new RegExp(
  ` +(?=[:;?!»])|(?<=«) +|(?<=\\d) +(?=\\d|${UNITES})|(?<=\\d[ \u00a0](?:h|min)) +(?=\\d)`,
  "gu",
);

/** What belongs together stays on one line: no sign is alone at the start of the next one. */
export function lier(phrase) {
  return phrase.replace(A_LIER, "\u00a0");
}

const MOIS = new Intl.DateTimeFormat("fr-FR", { month: "long" });

/** « le 1er mars à 14 h 05 », of an instant as `toISOString` writes it. */
export function moment(iso) {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return "plus tôt"; // kept by an older page
  const jour = instant.getDate() === 1 ? "1er" : instant.getDate();
  const minutes = String(instant.getMinutes()).padStart(2, "0");
  const heure = `${instant.getHours()} h ${minutes}`;
  return lier(`le ${jour}\u00a0${MOIS.format(instant)} à ${heure}`);
}

// When the page comes back with errors, their summary is read first.
document.querySelector('.avis.danger[role="alert"]')?.focus();
