// The session of the person whose page this is: docs/enregistrement.md §2 and §7. Asked when an answer
// says that a token is old or that nobody is signed in; `<body>` says whose page, and where to ask.

const VEILLE = 3000; // milliseconds between two looks at the session

const { qui, session, connexion } = document.body.dataset;
const etat = { veille: undefined }; // the timer that looks for a new session

/** A redirection leads to the page where one signs in; a 403 is an old token, or a right withdrawn. */
export function demandeLaSession(reponse) {
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
