// A part of the project saved by itself: nothing is said saved before the server has said so, and
// nothing typed is lost meanwhile. The requests, the answers, the states and their sentences are
// those of docs/enregistrement.md, followed on the other side by the views and actions of the
// parts. Without script, the buttons of the form save.

import {
  attendreLaSession,
  blocDuChoix,
  champDe,
  empreinte,
  installer,
  libelleDe,
  lienPourSeReconnecter,
  lier,
  moment,
  montre,
  PREFIXE,
  poserSous,
  poster,
  remplir,
  remplirLaTable,
  renouvelerLeJeton,
  tablesDe,
  texteACopier,
} from "./commun/champs.js";

// --- What is known ---------------------------------------------------------------------------

const HORS_SAISIE = new Set(["csrfmiddlewaretoken", "feuille", "version", "envoi", "chaine"]); // not typed by anybody
// Somebody presses a button for these: a row to take away, a number that cannot be taken back.
const AU_BOUTON = /-(DELETE|retirer)$|^siret$/;

// In milliseconds.
const PAUSE = 1200; // without a key, the text leaves
const PATIENCE = 2500; // somebody who never pauses is saved all the same
const APRES_REPRISE = 500;
const APRES_FRAPPE_EN_VOL = 800;
const PREMIER_ESSAI = 2000; // then twice as long each time…
const DERNIER_ESSAI = 30000; // … up to this

const ATTEND_LE_BOUTON =
  "le bouton « Enregistrer » est attendu, pour une ligne à retirer ou un numéro SIRET.";

const TABLEAU_ENTIER = "Tant qu’une ligne est illisible, son tableau entier attend.";

const partie = document.querySelector("form[data-saisie]");
const annonce = partie.querySelector("[data-etat]");
const calme = annonce.querySelector("[role=status]");
const alerte = annonce.querySelector("[role=alert]");
const tables = tablesDe(partie); // by the prefix of their names
const cle = PREFIXE + partie.dataset.saisie; // who, which dossier, which part
const annuler = partie.querySelector("[data-annuler]");

const etat = {
  confirme: "", // the print of what the server is known to hold
  base: {}, // what the server was last known to hold, as the page shows it
  ouverture: {}, // what the page showed when it was opened, with what others changed since
  remise: null, // what the person took back, that the same button gives again
  ecarte: "", // the print of what it read and could not take whole: it waits for a key
  versionDuChoix: 0, // what the choices that are waited for are written on
  enVol: false, // a request is out: the next one waits for its answer
  quitte: false, // a button was pressed: the page is leaving
  sansCopie: false, // the browser refused the last copy
  exclu: false, // the person is no longer of the organisation: nothing leaves any more
  jetonRefuse: false, // a 403 came, and a new token has not been accepted since
  debutDeFrappe: 0, // instant of the first key that is not sent yet
  delai: PREMIER_ESSAI, // before the next try after a failure
  attente: undefined, // timer of the next sending
};

// --- The fields ------------------------------------------------------------------------------

/** What a form holds, {name: list of texts}, in the order of the page. */
function lireLaPage(formulaire = partie) {
  const valeurs = {};
  for (const [nom, valeur] of new FormData(formulaire)) {
    if (HORS_SAISIE.has(nom) || typeof valeur !== "string") continue;
    valeurs[nom] ??= [];
    valeurs[nom].push(valeur.replaceAll("\r\n", "\n"));
  }
  return valeurs;
}

/** The print of what leaves by itself. */
function empreinteDe(valeurs) {
  return empreinte(Object.entries(valeurs).filter(([nom]) => !AU_BOUTON.test(nom)));
}

function remplirLeChamp(nom, valeurs) {
  if (nom.endsWith("_FORMS") || HORS_SAISIE.has(nom)) return; // the rows are those of this page
  remplir(partie, nom, valeurs);
}

/** Every value, the rows of the tables first made as many, where they are not. */
function remplirLaPage(valeurs) {
  for (const table of Object.values(tables)) {
    const voulues = valeursDe(table, valeurs);
    const presentes = valeursDe(table, lireLaPage());
    const memesNoms = empreinte(Object.keys(voulues)) === empreinte(Object.keys(presentes));
    if (!memesNoms) remplirLaTable(table, voulues);
  }
  for (const nom of new Set([...Object.keys(lireLaPage()), ...Object.keys(valeurs)])) {
    remplirLeChamp(nom, valeurs[nom] || []);
  }
  partie.dispatchEvent(new Event("recalculer")); // for `budget.js`
}

function valeursDe(table, valeurs) {
  const siennes = Object.entries(valeurs).filter(([nom]) => nom.startsWith(`${table.nom}-`));
  return Object.fromEntries(siennes);
}

/** A row about to be removed, a number just typed: only a button sends them. */
function leBoutonEstAttendu() {
  return Object.entries(lireLaPage()).some(
    ([nom, [valeur]]) => AU_BOUTON.test(nom) && valeur !== "",
  );
}

/** What may leave by itself: to remove a row, somebody presses a button. */
function corpsDeLEnvoi() {
  const corps = new FormData(partie);
  for (const nom of [...corps.keys()]) if (AU_BOUTON.test(nom)) corps.delete(nom);
  // Where the server does not keep what each version showed, the page says what it had read.
  if (partie.dataset.base !== undefined) corps.append("base", JSON.stringify(etat.base));
  return corps;
}

// --- What is said ----------------------------------------------------------------------------

/** Politely, or as an alert; the same thing is not said twice in a row. */
function dire(dite, estUneAlerte = false, ...suite) {
  const voix = estUneAlerte ? alerte : calme;
  const phrase = lier(dite);
  (estUneAlerte ? calme : alerte).replaceChildren();
  if (voix.textContent !== phrase || suite.length > 0) voix.replaceChildren(phrase, ...suite);
  annonce.classList.toggle("erreur", estUneAlerte);
  // A long sentence scrolls in its bar: by the keyboard too.
  annonce.tabIndex = annonce.scrollHeight > annonce.clientHeight ? 0 : -1;
}

/** Each error under its field, and tied to it. */
function marquerLesErreurs(erreurs) {
  for (const marque of partie.querySelectorAll("[data-erreur]")) {
    const champ = document.getElementById(marque.dataset.erreur);
    champ?.removeAttribute("aria-invalid");
    const autres = (champ?.getAttribute("aria-describedby") ?? "").split(" ");
    const reste = autres.filter((id) => id !== marque.id).join(" ");
    if (reste) champ?.setAttribute("aria-describedby", reste);
    else champ?.removeAttribute("aria-describedby");
    marque.remove();
  }
  for (const { ancre, phrase } of erreurs) {
    const champ = ancre && document.getElementById(ancre);
    if (!champ) continue;
    const marque = document.createElement("p");
    marque.className = "erreur";
    marque.id = `${ancre}_refus`;
    marque.dataset.erreur = ancre;
    marque.textContent = lier(phrase);
    champ.setAttribute("aria-invalid", "true");
    const autres = champ.getAttribute("aria-describedby");
    champ.setAttribute("aria-describedby", autres ? `${autres} ${marque.id}` : marque.id);
    poserSous(champ, marque);
  }
}

/** The rows of a table are saved together: one that cannot be read keeps the others. */
function estDansUnTableau({ ancre }) {
  const [prefixe] = (document.getElementById(ancre ?? "")?.name ?? "").split("-");
  return prefixe in tables;
}

function enPhrases(erreurs) {
  return erreurs.map((erreur) => erreur.phrase).join(" ");
}

// --- The copy kept in the browser ------------------------------------------------------------

/** Where the text is while the server does not hold it: never said kept by a device that refused. */
function ouEstLeTexte() {
  return etat.sansCopie
    ? "Cet appareil ne garde rien : laissez cette page ouverte"
    : "Votre texte est gardé sur cet appareil";
}

function effacerLaCopie() {
  try {
    localStorage.removeItem(cle);
  } catch {
    // Storage refused: there is none.
  }
}

/** Keep what the server does not hold yet; erase the copy when it holds everything. */
function garder() {
  const valeurs = lireLaPage();
  try {
    if (empreinteDe(valeurs) === etat.confirme && !leBoutonEstAttendu()) {
      effacerLaCopie();
      return;
    }
    const copie = {
      valeurs,
      version: partie.elements.version.value,
      envoi: partie.elements.envoi.value,
      chaine: partie.elements.chaine.value,
      base: partie.dataset.base === undefined ? undefined : etat.base,
      quand: new Date().toISOString(),
    };
    localStorage.setItem(cle, JSON.stringify(copie));
    etat.sansCopie = false;
  } catch {
    etat.sansCopie = true; // no room, or refused: saving to the server goes on without the copy
  }
}

/** The copy of this part; null when there is none, when storage is refused or what it holds is broken. */
function lireLaCopie() {
  try {
    return JSON.parse(localStorage.getItem(cle) || "null");
  } catch {
    return null;
  }
}

/** Put back what was typed here and that the server never confirmed. */
function reprendreLaCopie() {
  const copie = lireLaCopie();
  // Sent by a button, and the server says that it came.
  const estArrivee = copie?.envoi && partie.dataset.envois.split(" ").includes(copie.envoi);
  if (copie === null || estArrivee || empreinteDe(copie.valeurs) === etat.confirme) {
    effacerLaCopie();
    return;
  }
  remplirLaPage(copie.valeurs);
  // The version that was read then: the server puts together what others saved since.
  partie.elements.version.value = copie.version;
  etat.base = copie.base ?? etat.base;
  partie.elements.chaine.value = copie.chaine || partie.elements.chaine.value;
  const quand = moment(copie.quand);
  dire(`Retrouvé : ce que vous aviez écrit ${quand} sur cet appareil. Enregistrement…`);
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
  const rienDeNeuf = [etat.confirme, etat.ecarte].includes(empreinteDe(envoyees));
  if (!force && (rienDeNeuf || unChoixEstAttendu())) return;
  etat.enVol = true;
  dire("Enregistrement…");
  const reponse = await poster(partie.action, corpsDeLEnvoi());
  etat.enVol = false;
  await suivre(reponse, envoyees);
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
  sessionFinie: () => direLaSessionFinie(),
  interdit: () => changerDeJeton(),
  // These two wait for the person: sending the same thing again would change nothing.
  refus: (dit) => dire(dit.phrase, true),
  exclu: (dit) => montrerLeTexte(dit.phrase),
  illisible: (dit) => {
    marquerLesErreurs(dit.erreurs);
    dire(`Pas encore enregistré : ${enPhrases(dit.erreurs)}`, true);
  },
  conflit: (dit, envoyees) => {
    const lue = partie.elements.version.value;
    retenir(dit, envoyees);
    etat.confirme = ""; // until the choice is made and sent
    etat.versionDuChoix = dit.version;
    partie.elements.version.value = lue; // a page closed before the choice asks for it again
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
    `Pas encore enregistré : ${cause} ${ouEstLeTexte()} ; nouvel essai dans ${secondes} s.`,
    true,
  );
  sauverDans(etat.delai);
  etat.delai = Math.min(etat.delai * 2, DERNIER_ESSAI);
}

/** The server has written: take its version, and what the others brought. */
function retenir(dit, envoyees) {
  etat.delai = PREMIER_ESSAI;
  const estPris = recevoir(dit.recus, envoyees);
  // Typed meanwhile over what came: the page stays on what it had read, and the next saving asks.
  if (estPris) partie.elements.version.value = dit.version;
  const illisibles = dit.erreurs.length > 0;
  if (estPris && !illisibles) etat.base = envoyees;
  etat.confirme = illisibles ? "" : empreinteDe(envoyees);
  etat.ecarte = illisibles ? empreinteDe(envoyees) : "";
  marquerLesErreurs(dit.erreurs);
}

/** What the page holds of a field is now known there; a box that is not ticked holds nothing. */
function retenirLeChamp(nom, connues) {
  const presentes = lireLaPage()[nom];
  if (presentes) connues[nom] = presentes;
  else delete connues[nom];
}

function retenirLaTable(table, connues) {
  for (const nom of Object.keys(valeursDe(table, connues))) delete connues[nom];
  Object.assign(connues, valeursDe(table, lireLaPage()));
}

/** Put in the page what came, where nothing was typed since; false when something was. */
function recevoir(recus, envoyees) {
  const presentes = lireLaPage();
  const simples = { ...recus };
  let estPris = true;
  for (const table of Object.values(tables)) {
    const siennes = valeursDe(table, recus);
    for (const nom of Object.keys(siennes)) delete simples[nom];
    if (Object.keys(siennes).length === 0) continue;
    if (empreinte(valeursDe(table, presentes)) !== empreinte(valeursDe(table, envoyees))) {
      estPris = false;
      continue;
    }
    remplirLaTable(table, siennes);
    retenirLaTable(table, envoyees);
    retenirLaTable(table, etat.ouverture);
  }
  for (const [nom, valeur] of Object.entries(simples)) {
    if (empreinte(presentes[nom]) !== empreinte(envoyees[nom])) {
      estPris = false;
      continue;
    }
    remplirLeChamp(nom, [valeur].flat());
    retenirLeChamp(nom, envoyees);
    retenirLeChamp(nom, etat.ouverture);
  }
  partie.dispatchEvent(new Event("recalculer"));
  return estPris;
}

function confirmer(dit) {
  const phrases = dit.erreurs.map((erreur) => erreur.phrase);
  if (dit.erreurs.some(estDansUnTableau)) phrases.push(TABLEAU_ENTIER);
  if (leBoutonEstAttendu()) phrases.push(ATTEND_LE_BOUTON);
  if (phrases.length > 0) {
    dire(`Enregistré à ${dit.le}, sauf : ${phrases.join(" ")}`, true);
  } else {
    const rienDesAutres = Object.keys(dit.recus).length === 0;
    const apport = rienDesAutres ? "" : ` Ce que ${dit.auteur} a changé est arrivé aussi.`;
    dire(`Enregistré à ${dit.le}.${apport}`);
  }
  const present = empreinteDe(lireLaPage());
  if (![etat.confirme, etat.ecarte].includes(present)) sauverDans(APRES_FRAPPE_EN_VOL);
}

// --- The same answer changed by two people ---------------------------------------------------

function unChoixEstAttendu() {
  return partie.querySelector("[data-choix]") !== null;
}

function montrerLesConflits(dit) {
  const auteur = dit.auteur || "Une autre personne";
  dire(`${auteur} a changé la même réponse que vous. Rien n’est écrasé : choisissez.`, true);
  const blocs = dit.conflits.map(poserLeConflit);
  blocs[0]?.focus();
}

/** Whatever is chosen, going back gives what the other had saved. */
function revenirA(autre) {
  const listes = Object.entries(autre).map(([nom, valeur]) => [nom, [valeur].flat()]);
  Object.assign(etat.ouverture, Object.fromEntries(listes));
}

/** In the flow, under its field; for the rows of a table, after them. */
function poserLeConflit({ cle: nom, libelle, autre, texte }) {
  const table = tables[nom.slice(0, -1)];
  const champ = champDe(partie, nom);
  revenirA(table ? autre : { [nom]: autre });
  const phrase = `${libelle}, texte enregistré : ${texte || "(vide)"}`;
  const bloc = blocDuChoix(champ, libelle, phrase, (leMien) => {
    if (!leMien && table) remplirLaTable(table, autre);
    else if (!leMien) remplirLeChamp(nom, [autre].flat());
    partie.dispatchEvent(new Event("recalculer"));
    if (unChoixEstAttendu()) return;
    partie.elements.version.value = etat.versionDuChoix;
    dire("");
    sauver({ force: true });
  });
  if (table) table.fin.before(bloc);
  else poserSous(champ, bloc);
  return bloc;
}

// --- The session and the right to write ------------------------------------------------------

function direLaSessionFinie() {
  dire(
    `Pas encore enregistré : votre session est finie. ${ouEstLeTexte()}. `,
    true,
    lienPourSeReconnecter(),
    lier(" : la suite s’enregistre ici toute seule."),
  );
  attendreLaSession(sauver);
}

/** A 403 is an old token, a session taken by somebody else, or a right that was withdrawn. */
async function changerDeJeton() {
  if (etat.jetonRefuse) {
    const quoi = partie.dataset.quoi; // « ce dossier », « cette fiche »
    dire(`Pas enregistré : votre compte ne peut plus modifier ${quoi}. ${ouEstLeTexte()}.`, true);
    return;
  }
  etat.jetonRefuse = true;
  if (await renouvelerLeJeton()) await sauver({ force: true });
  else direLaSessionFinie();
}

/** The rights are gone, for good: what was typed here is shown, to be copied. */
function montrerLeTexte(phrase) {
  etat.exclu = true;
  dire(phrase, true);
  annonce.after(texteACopier(texteEcrit()));
}

/** Every answer that holds words, under its label. */
function texteEcrit() {
  const reponses = [];
  for (const champ of partie.querySelectorAll("textarea[name], input[name]:not([type=hidden])")) {
    const estUneCase = champ.type === "checkbox" || champ.type === "radio";
    if (estUneCase || champ.value.trim() === "") continue;
    reponses.push(`${libelleDe(champ)}\n${champ.value}`);
  }
  return reponses.join("\n\n");
}

// --- Back to what the page showed ------------------------------------------------------------

/** There once something was typed; once pressed, it gives back what it took. */
function proposerDAnnuler() {
  if (!annuler) return;
  const intacte = empreinte(lireLaPage()) === empreinte(etat.ouverture);
  annuler.hidden = intacte && etat.remise === null;
  annuler.textContent = etat.remise ? "Remettre mes changements" : "Annuler mes changements";
}

function annulerOuRemettre() {
  const presentes = lireLaPage();
  remplirLaPage(etat.remise ?? etat.ouverture);
  etat.remise = etat.remise ? null : presentes;
  garder();
  proposerDAnnuler();
  sauver();
}

// --- On the page -----------------------------------------------------------------------------

function surUneFrappe(evenement) {
  const bloc = evenement.target.closest?.("[data-ligne]");
  if (bloc && installer(tables[bloc.dataset.ligne], bloc)) dire("Une ligne vide suit celle-ci.");
  etat.remise = null;
  proposerDAnnuler();
  garder();
  etat.debutDeFrappe ||= Date.now();
  const reste = etat.debutDeFrappe + PATIENCE - Date.now();
  sauverDans(Math.max(0, Math.min(PAUSE, reste)));
}

function nouvelleMarque() {
  return `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

/** The copy stays until a page says that this sending came (`data-envois`). */
function surUnBouton() {
  etat.quitte = true;
  partie.elements.envoi.value = nouvelleMarque();
  garder();
}

function surUnDepart(evenement) {
  const toutEstLa = empreinteDe(lireLaPage()) === etat.confirme && !leBoutonEstAttendu();
  if (etat.quitte || toutEstLa) return;
  garder();
  evenement.preventDefault(); // the browser asks whether to leave
}

etat.base = lireLaPage(montre(partie));
etat.ouverture = { ...etat.base };
etat.confirme = empreinteDe(etat.base);
partie.elements.chaine.value = nouvelleMarque();
partie.addEventListener("input", surUneFrappe);
partie.addEventListener("change", garder);
partie.addEventListener("submit", surUnBouton);
addEventListener("online", () => sauver());
addEventListener("beforeunload", surUnDepart);
annuler?.addEventListener("click", annulerOuRemettre);
reprendreLaCopie();
proposerDAnnuler();
