// Documents sent one by one: an error on one does not stop the others. Without script, the form
// sends a single file and the page comes back.

const JOINTS = "joints"; // what was joined before the page was read again
const RESEAU_MUET = "Le réseau n’a pas répondu.";

/** What one document's form holds: a page has several of them. */
function etatDe(formulaire) {
  return {
    formulaire,
    champ: formulaire.querySelector('input[type="file"]'),
    suivi: formulaire.querySelector("[data-suivi]"), // one line a file
    tailleMax: Number(formulaire.dataset.envoi), // bytes
  };
}

/**
 * Send it. What comes back: `erreur`, the sentence, empty when it is joined; `seRenvoie`, whether
 * the same file may be sent again: the network was cut, the portal was busy. A file that was judged
 * is judged the same way twice.
 */
async function poster(etat, fichier, ligne) {
  const corps = new FormData();
  corps.append("fichier", fichier);
  corps.append("csrfmiddlewaretoken", etat.formulaire.elements.csrfmiddlewaretoken.value);
  try {
    const reponse = await fetch(etat.formulaire.action, {
      method: "POST",
      body: corps,
      headers: { Accept: "application/json" },
    });
    const recu = await reponse.json();
    if (!reponse.ok) {
      const erreur = recu.erreur || recu.phrase || RESEAU_MUET;
      return { erreur, seRenvoie: recu.se_renvoie ?? reponse.status >= 500 };
    }
    ligne.textContent = `${recu.nom} : joint.`;
    return { erreur: "", seRenvoie: false };
  } catch {
    return { erreur: RESEAU_MUET, seRenvoie: true }; // cut, or an answer that is not ours
  }
}

function proposer(ligne, libelle, agir) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton second petit";
  bouton.textContent = libelle;
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
    ligne.textContent = `${fichier.name} : ce fichier dépasse la taille acceptée, il n’est pas envoyé. `;
    proposerUnAutre(etat, ligne);
    return false;
  }
  ligne.textContent = `${fichier.name} : envoi en cours…`;
  const { erreur, seRenvoie } = await poster(etat, fichier, ligne);
  if (erreur === "") return true;
  ligne.textContent = `${fichier.name} : ${erreur} `;
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
