// Documents sent one by one: an error on one does not stop the others. Without script, the form
// sends a single file and the page comes back.

import { lienPourSeReconnecter, lier, posterOuRenouveler } from "./commun/champs.js";

const JOINTS = "joints"; // what was joined before the page was read again
// Neither joined nor judged: the same file waits, to be sent again.
const PANNES = {
  sansReponse: "le réseau n’a pas répondu.",
  sessionFinie: "votre session est finie. Reconnectez-vous, puis réessayez ici :",
  sansDroit: "votre compte ne peut plus joindre de document à ce dossier.",
  tropDeDemandes: "beaucoup de demandes en peu de temps. Attendez un peu, puis réessayez.",
  imprevu: "le serveur n’a pas bien répondu.",
};
const TROP_LOURD = "ce fichier est plus lourd que ce que le serveur accepte.";
const DISPARU = "ce document n’est plus demandé ici, ou ce dossier ne vous est plus ouvert.";

/** What one document's form holds: a page has several of them. */
function etatDe(formulaire) {
  return {
    formulaire,
    champ: formulaire.querySelector('input[type="file"]'),
    suivi: formulaire.querySelector("[data-suivi]"), // one line a file
    tailleMax: Number(formulaire.dataset.envoi), // bytes
  };
}

/** Which failure it is, of `PANNES`; empty when the file was joined, or judged. */
function panneDe({ reponse, nom }) {
  if (nom) return nom;
  if (reponse === null) return "sansReponse";
  if (reponse.statut === 429) return "tropDeDemandes";
  const { dit } = reponse;
  const estDite = dit.erreur || dit.phrase || dit.nom;
  return estDite || [404, 413].includes(reponse.statut) ? "" : "imprevu";
}

/**
 * Send it. What comes back: `erreur`, the sentence, empty when it is joined; `seRenvoie`, whether
 * the same file may be sent again; `panne`, of `PANNES`. A file that was judged is judged the same way
 * twice.
 */
async function envoyerLeFichier(etat, fichier, ligne) {
  const corps = () => {
    const donnees = new FormData();
    donnees.append("fichier", fichier);
    donnees.append("csrfmiddlewaretoken", etat.formulaire.elements.csrfmiddlewaretoken.value);
    return donnees;
  };
  const recue = await posterOuRenouveler(etat.formulaire.action, corps);
  const panne = panneDe(recue);
  if (panne) return { erreur: PANNES[panne], seRenvoie: true, panne };
  const { statut, dit } = recue.reponse;
  if (statut === 200) {
    ligne.textContent = lier(`${dit.nom} : joint.`);
    return { erreur: "", seRenvoie: false, panne };
  }
  const defaut = statut === 413 ? TROP_LOURD : DISPARU;
  const erreur = dit.erreur || dit.phrase || defaut;
  return { erreur, seRenvoie: dit.se_renvoie ?? statut >= 500, panne };
}

function proposer(ligne, libelle, agir) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton second petit";
  bouton.textContent = lier(libelle);
  bouton.addEventListener("click", agir);
  ligne.append(bouton);
}

function proposerDeReessayer(etat, fichier, ligne) {
  proposer(ligne, `Réessayer ${fichier.name}`, async () => {
    if (await envoyer(etat, fichier, ligne)) relireLaPage(etat);
  });
}

function proposerUnAutre(etat, ligne) {
  proposer(ligne, "Choisir un autre fichier", () => etat.champ.click());
}

/** True when the file is joined; otherwise its line says why, and how to go on. */
async function envoyer(etat, fichier, ligne) {
  if (fichier.size > etat.tailleMax) {
    const tropGros = "ce fichier dépasse la taille acceptée, il n’est pas envoyé.";
    ligne.textContent = lier(`${fichier.name} : ${tropGros} `);
    proposerUnAutre(etat, ligne);
    return false;
  }
  ligne.textContent = lier(`${fichier.name} : envoi en cours…`);
  const { erreur, seRenvoie, panne } = await envoyerLeFichier(etat, fichier, ligne);
  if (erreur === "") return true;
  ligne.textContent = lier(`${fichier.name} : ${erreur} `);
  if (panne === "sessionFinie") ligne.append(lienPourSeReconnecter(), " ");
  if (seRenvoie) proposerDeReessayer(etat, fichier, ligne);
  else proposerUnAutre(etat, ligne);
  return false;
}

/** All the files chosen, in turn; the page is read again only when none needs an answer. */
async function envoyerTout(etat) {
  etat.suivi.replaceChildren();
  let tousJoints = true;
  for (const fichier of etat.champ.files) {
    const ligne = document.createElement("li");
    etat.suivi.append(ligne);
    const joint = await envoyer(etat, fichier, ligne);
    tousJoints &&= joint;
  }
  etat.champ.value = "";
  if (tousJoints) relireLaPage(etat);
}

/** The page is read again, and comes back where one works, with what was done. */
function relireLaPage(etat) {
  const phrases = [...etat.suivi.children].map((ligne) => ligne.textContent);
  const ou = etat.formulaire.closest("section").id;
  try {
    sessionStorage.setItem(JOINTS, JSON.stringify({ ou, phrase: phrases.join(" ") }));
  } catch {
    // Refused by the browser: the page comes back at its top.
  }
  location.reload();
}

function direCeQuiEstJoint() {
  const joints = JSON.parse(sessionStorage.getItem(JOINTS) ?? "null");
  sessionStorage.removeItem(JOINTS);
  const section = joints && document.getElementById(joints.ou);
  if (!section) return;
  const titre = section.querySelector("h2");
  titre.tabIndex = -1;
  titre.focus();
  const ligne = document.createElement("li");
  ligne.textContent = joints.phrase;
  section.querySelector("[data-suivi]").append(ligne);
}

function brancher(formulaire) {
  const etat = etatDe(formulaire);
  etat.champ.multiple = true;
  formulaire.addEventListener("submit", (evenement) => {
    if (etat.champ.files.length === 0) return; // the server says that a file is missing
    evenement.preventDefault();
    envoyerTout(etat);
  });
}

for (const formulaire of document.querySelectorAll("form[data-envoi]")) brancher(formulaire);
try {
  direCeQuiEstJoint();
} catch {
  // Storage refused.
}
