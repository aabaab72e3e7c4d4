// A part of the project saved by itself: nothing is said saved before the server has said so, and
// nothing typed is lost meanwhile. The requests, the answers, the states and their sentences are
// those of docs/enregistrement.md, followed on the other side by the views and actions of the
// parts. Without script, the buttons of the form save.

import { PREFIXE } from "./commun/page.js";

// --- What is known ---------------------------------------------------------------------------

const HORS_SAISIE = new Set(["csrfmiddlewaretoken", "feuille", "version", "envoi"]); // not typed by anybody
const JSON_VOULU = { Accept: "application/json" };

// In milliseconds.
const PAUSE = 1200; // without a key, the text leaves
const PATIENCE = 2500; // somebody who never pauses is saved all the same
const APRES_REPRISE = 500;
const APRES_FRAPPE_EN_VOL = 800;
const PREMIER_ESSAI = 2000; // then twice as long each time…
const DERNIER_ESSAI = 30000; // … up to this
const VEILLE = 3000; // between two looks at the session

const partie = document.querySelector("form[data-saisie]");
const annonce = partie.querySelector("[data-etat]");
const cle = PREFIXE + partie.dataset.saisie; // who, which dossier, which part
const moi = Number(partie.dataset.saisie.split(":")[0]);

const etat = {
  confirme: "", // the print of what the server is known to hold
  enVol: false, // a request is out: the next one waits for its answer
  quitte: false, // a button was pressed: the page is leaving
  exclu: false, // the person is no longer of the organisation: nothing leaves any more
  jetonRefuse: false, // a 403 came, and a new token has not been accepted since
  debutDeFrappe: 0, // instant of the first key that is not sent yet
  delai: PREMIER_ESSAI, // before the next try after a failure
  attente: undefined, // timer of the next sending
  veille: undefined, // timer that looks for a new session
};

// --- The fields ------------------------------------------------------------------------------

/** What the page holds, {name: list of texts}, in the order of the page. */
function lireLaPage() {
  const valeurs = {};
  for (const [nom, valeur] of new FormData(partie)) {
    if (HORS_SAISIE.has(nom)) continue;
    valeurs[nom] ??= [];
    valeurs[nom].push(valeur);
  }
  return valeurs;
}

/** Two equal prints, the same values. */
function empreinte(valeurs) {
  return JSON.stringify(valeurs);
}

function remplir(nom, valeurs) {
  for (const champ of partie.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
    if (champ.type === "checkbox" || champ.type === "radio") {
      champ.checked = valeurs.includes(champ.value);
    } else if (champ.type !== "hidden" || nom.endsWith("-code")) {
      // The other hidden fields count the rows that this page has: they stay its own.
      champ.value = valeurs[0] || "";
    }
  }
  partie.dispatchEvent(new Event("recalculer")); // for `budget.js`
}

/** What may leave by itself: to add a row or to remove one, somebody presses a button. */
function corpsDeLEnvoi() {
  const corps = new FormData(partie);
  const auBouton = "[data-a-part] [name], [name$='-DELETE'], [name$='-retirer']";
  for (const champ of partie.querySelectorAll(auBouton)) corps.delete(champ.name);
  return corps;
}

// --- What is said ----------------------------------------------------------------------------

function dire(phrase, estUneAlerte = false) {
  annonce.replaceChildren(document.createTextNode(phrase));
  annonce.classList.toggle("erreur", estUneAlerte);
}

function enPhrases(erreurs) {
  return erreurs.map((erreur) => erreur.phrase).join(" ");
}

// --- The copy kept in the browser ------------------------------------------------------------

/** Keep what the server does not hold yet; erase the copy when it holds everything. */
function garder() {
  const valeurs = lireLaPage();
  try {
    if (empreinte(valeurs) === etat.confirme) {
      localStorage.removeItem(cle);
      return;
    }
    const copie = {
      valeurs,
      version: partie.elements.version.value,
      envoi: partie.elements.envoi.value,
      quand: new Date().toLocaleTimeString("fr-FR"),
    };
    localStorage.setItem(cle, JSON.stringify(copie));
  } catch {
    // No room, or refused: saving to the server goes on without the copy.
  }
}

/** Put back what was typed here and that the server never confirmed. */
function reprendreLaCopie() {
  const copie = JSON.parse(localStorage.getItem(cle) || "null");
  // Sent by a button, and the server says that it came.
  const estArrivee = copie?.envoi && partie.dataset.envois.split(" ").includes(copie.envoi);
  if (copie === null || estArrivee || empreinte(copie.valeurs) === etat.confirme) {
    localStorage.removeItem(cle);
    return;
  }
  // A box unticked is in the page and not in the copy.
  const noms = new Set([...Object.keys(lireLaPage()), ...Object.keys(copie.valeurs)]);
  for (const nom of noms) remplir(nom, copie.valeurs[nom] || []);
  // The version that was read then: the server puts together what others saved since.
  partie.elements.version.value = copie.version;
  dire(`Retrouvé : ce que vous aviez écrit à ${copie.quand} sur cet appareil. Enregistrement…`);
  sauverDans(APRES_REPRISE);
}

// --- Sending ---------------------------------------------------------------------------------

function sauverDans(duree) {
  clearTimeout(etat.attente);
  etat.attente = setTimeout(sauver, duree);
}

/** Send the part if something is new; `force` sends it after a choice or a new token. */
async function sauver({ force = false } = {}) {
  clearTimeout(etat.attente);
  etat.debutDeFrappe = 0;
  const envoyees = lireLaPage();
  if (etat.enVol || etat.quitte || etat.exclu) return;
  const rienDeNeuf = empreinte(envoyees) === etat.confirme;
  if (!force && (rienDeNeuf || unChoixEstAttendu())) return;
  etat.enVol = true;
  dire("Enregistrement…");
  const reponse = await envoyer();
  etat.enVol = false;
  await suivre(reponse, envoyees);
}

/** The answer of the server, or null when none came whole. */
async function envoyer() {
  try {
    const reponse = await fetch(partie.action, {
      method: "POST",
      body: corpsDeLEnvoi(),
      redirect: "manual", // to the page where one signs in: the session is over
      headers: JSON_VOULU,
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

// --- The answers -----------------------------------------------------------------------------

/** The name of an answer in docs/enregistrement.md. */
function nommer(reponse) {
  if (reponse === null) return "sansReponse";
  if (reponse.estUneRedirection) return "sessionFinie";
  if (reponse.statut === 403) return "interdit";
  if (reponse.statut === 400 || reponse.statut === 413) return "tropLong";
  if (reponse.statut === 429) return "tropDeDemandes";
  const { dit } = reponse;
  if (reponse.statut === 404 && dit.phrase) return "exclu";
  if (dit.version !== undefined) return dit.conflits ? "conflit" : "enregistre";
  if (dit.phrase) return "refus";
  if (dit.erreurs) return "illisible";
  return "imprevu";
}

const SUITES = {
  sansReponse: () => reessayer("le réseau ne répond pas."),
  tropLong: () => reessayer("le texte est trop long pour le serveur."),
  tropDeDemandes: () => reessayer("beaucoup de demandes en peu de temps."),
  imprevu: () => reessayer("le serveur ne répond pas bien."),
  sessionFinie: () => attendreLaSession(),
  interdit: () => changerDeJeton(),
  // These two wait for the person: sending the same thing again would change nothing.
  refus: (dit) => dire(dit.phrase, true),
  exclu: (dit) => montrerLeTexte(dit.phrase),
  illisible: (dit) => dire(`Pas encore enregistré : ${enPhrases(dit.erreurs)}`, true),
  conflit: (dit, envoyees) => {
    retenir(dit, envoyees);
    etat.confirme = ""; // until the choice is made and sent
    garder();
    montrerLesConflits(dit);
  },
  enregistre: (dit, envoyees) => {
    retenir(dit, envoyees);
    garder();
    confirmer(dit);
  },
};

function suivre(reponse, envoyees) {
  const nom = nommer(reponse);
  // Any other answer was given to somebody who may write: the next 403 tries a new token again.
  if (!["sansReponse", "sessionFinie", "interdit"].includes(nom)) etat.jetonRefuse = false;
  if (nom !== "conflit" && nom !== "enregistre") garder();
  return SUITES[nom](reponse?.dit, envoyees);
}

function reessayer(cause) {
  const secondes = Math.round(etat.delai / 1000);
  dire(
    `Pas encore enregistré : ${cause} Votre texte est gardé sur cet appareil ; nouvel essai dans ${secondes} s.`,
    true,
  );
  sauverDans(etat.delai);
  etat.delai = Math.min(etat.delai * 2, DERNIER_ESSAI);
}

/** The server has written: take its version, and what the others brought. */
function retenir(dit, envoyees) {
  etat.delai = PREMIER_ESSAI;
  partie.elements.version.value = dit.version;
  const presentes = lireLaPage();
  for (const [nom, valeur] of Object.entries(dit.recus)) {
    // Typed while the answer was on its way: what the person writes stays (§8).
    if (empreinte(presentes[nom]) !== empreinte(envoyees[nom])) continue;
    remplir(nom, [valeur].flat());
    const remplies = lireLaPage()[nom];
    if (remplies) envoyees[nom] = remplies;
    else delete envoyees[nom];
  }
  etat.confirme = empreinte(envoyees);
}

function confirmer(dit) {
  if (dit.erreurs.length > 0) {
    dire(`Enregistré à ${dit.le}, sauf : ${enPhrases(dit.erreurs)}`, true);
  } else {
    const rienDesAutres = Object.keys(dit.recus).length === 0;
    const apport = rienDesAutres ? "" : ` Ce que ${dit.auteur} a changé est arrivé aussi.`;
    dire(`Enregistré à ${dit.le}.${apport}`);
  }
  if (empreinte(lireLaPage()) !== etat.confirme) sauverDans(APRES_FRAPPE_EN_VOL);
}

// --- The same answer changed by two people ---------------------------------------------------

function unChoixEstAttendu() {
  return annonce.querySelector(".autre-texte") !== null;
}

function montrerLesConflits(dit) {
  const auteur = dit.auteur || "Une autre personne";
  dire(`${auteur} a changé la même réponse que vous. Rien n’est écrasé : choisissez.`, true);
  for (const conflit of dit.conflits) annonce.append(blocDuConflit(conflit));
}

function blocDuConflit(conflit) {
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  const titre = document.createElement("p");
  bloc.append(titre);
  if (conflit.autre === null) {
    // Rows of a table: only the page shows both.
    titre.textContent = `${conflit.libelle} : rechargez la page pour voir les deux.`;
    return bloc;
  }
  titre.textContent = `${conflit.libelle}, texte enregistré : ${conflit.texte || "(vide)"}`;
  ajouterUnChoix(bloc, `Garder le mien : ${conflit.libelle}`, () => {});
  ajouterUnChoix(bloc, `Prendre l’autre : ${conflit.libelle}`, () => {
    remplir(conflit.cle, [conflit.autre].flat());
  });
  return bloc;
}

function ajouterUnChoix(bloc, intitule, appliquer) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton second petit";
  bouton.textContent = intitule;
  bouton.addEventListener("click", () => {
    appliquer();
    bloc.remove();
    if (unChoixEstAttendu()) return;
    dire("");
    sauver({ force: true });
  });
  bloc.append(bouton, " ");
}

// --- The session and the right to write ------------------------------------------------------

/** True when the same person is signed in: the forms of the page then carry a token that is good. */
async function renouvelerLeJeton() {
  try {
    const reponse = await fetch(partie.dataset.session, { headers: JSON_VOULU });
    const { qui, jeton } = await reponse.json();
    if (qui !== moi) return false;
    for (const champ of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) {
      champ.value = jeton;
    }
    return true;
  } catch {
    return false;
  }
}

function attendreLaSession() {
  dire(
    "Pas encore enregistré : votre session est finie. Votre texte est gardé sur cet appareil. ",
    true,
  );
  const lien = document.createElement("a");
  lien.href = partie.dataset.connexion;
  lien.target = "_blank";
  lien.rel = "noopener";
  lien.textContent = "Se reconnecter (nouvel onglet)";
  annonce.append(lien, " : la suite s’enregistre ici toute seule.");
  clearInterval(etat.veille);
  etat.veille = setInterval(async () => {
    if (!(await renouvelerLeJeton())) return;
    clearInterval(etat.veille);
    sauver();
  }, VEILLE);
}

/** A 403 is an old token, a session taken by somebody else, or a right that was withdrawn. */
async function changerDeJeton() {
  if (etat.jetonRefuse) {
    dire(
      "Pas enregistré : votre compte ne peut plus modifier ce dossier. Votre texte est gardé sur cet appareil.",
      true,
    );
    return;
  }
  etat.jetonRefuse = true;
  if (await renouvelerLeJeton()) await sauver({ force: true });
  else attendreLaSession();
}

/** The rights are gone, for good: what was typed here is shown, to be copied. */
function montrerLeTexte(phrase) {
  etat.exclu = true;
  dire(phrase, true);
  const titre = document.createElement("label");
  titre.textContent = "Votre texte, à copier";
  titre.htmlFor = "texte-a-copier";
  const texte = document.createElement("textarea");
  texte.id = "texte-a-copier";
  texte.readOnly = true;
  texte.rows = 12;
  texte.value = texteEcrit();
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  bloc.append(titre, texte);
  annonce.after(bloc);
}

/** Every answer that holds words, under its label. */
function texteEcrit() {
  const reponses = [];
  for (const champ of partie.querySelectorAll("textarea[name], input[name]:not([type=hidden])")) {
    const estUneCase = champ.type === "checkbox" || champ.type === "radio";
    if (estUneCase || champ.value.trim() === "") continue;
    const nom = champ.labels[0]?.textContent.trim() || champ.name;
    reponses.push(`${nom}\n${champ.value}`);
  }
  return reponses.join("\n\n");
}

// --- On the page -----------------------------------------------------------------------------

function surUneFrappe() {
  garder();
  etat.debutDeFrappe ||= Date.now();
  const reste = etat.debutDeFrappe + PATIENCE - Date.now();
  sauverDans(Math.max(0, Math.min(PAUSE, reste)));
}

/** The copy stays until a page says that this sending came (`data-envois`). */
function surUnBouton() {
  etat.quitte = true;
  partie.elements.envoi.value = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  garder();
}

function surUnDepart(evenement) {
  if (etat.quitte || empreinte(lireLaPage()) === etat.confirme) return;
  garder();
  evenement.preventDefault(); // the browser asks whether to leave
}

etat.confirme = empreinte(lireLaPage());
partie.addEventListener("input", surUneFrappe);
partie.addEventListener("change", garder);
partie.addEventListener("submit", surUnBouton);
addEventListener("online", () => sauver());
addEventListener("beforeunload", surUnDepart);
reprendreLaCopie();
