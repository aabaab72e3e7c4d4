// Passkeys: the browser makes or shows one, the form carries it. Without script these forms stay
// hidden: the password and the codes of an application do everything.

// When the page comes back with errors, their summary is read first.
document.querySelector('.avis.danger[role="alert"]')?.focus();

const REFUSEE = "La clé n’a pas été donnée : recommencez, ou entrez autrement.";
const IMPOSSIBLE = "Ce navigateur, ou cette adresse, ne permet pas les clés d’accès.";

/** The bytes of a text in base64url, as the server writes them. */
function octets(texte) {
  const simple = texte.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(simple), (signe) => signe.charCodeAt(0));
}

/** The text in base64url of bytes; undefined when the browser gives none. */
function texte(donnees) {
  if (!donnees) return undefined;
  const brut = String.fromCharCode(...new Uint8Array(donnees));
  return btoa(brut).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function cles(liste = []) {
  return liste.map((cle) => ({ ...cle, id: octets(cle.id) }));
}

async function creer({ publicKey }) {
  const choix = { ...publicKey.authenticatorSelection };
  choix.residentKey = "required";
  choix.requireResidentKey = true;
  choix.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: octets(publicKey.challenge),
      user: { ...publicKey.user, id: octets(publicKey.user.id) },
      excludeCredentials: cles(publicKey.excludeCredentials),
      authenticatorSelection: choix,
    },
  });
}

async function montrer({ publicKey }) {
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: octets(publicKey.challenge),
      allowCredentials: cles(publicKey.allowCredentials),
    },
  });
}

/** What the server reads of a key, made or shown. */
function aEnvoyer(cle) {
  const { response } = cle;
  return {
    id: cle.id,
    rawId: texte(cle.rawId),
    type: cle.type,
    authenticatorAttachment: cle.authenticatorAttachment,
    clientExtensionResults: cle.getClientExtensionResults(),
    response: {
      clientDataJSON: texte(response.clientDataJSON),
      attestationObject: texte(response.attestationObject),
      authenticatorData: texte(response.authenticatorData),
      signature: texte(response.signature),
      userHandle: texte(response.userHandle),
      transports: response.getTransports?.(),
    },
  };
}

/** What the server asks for: written in the page, or asked for at its address. */
async function demande(forme) {
  const { options, adresse } = forme.dataset;
  if (options) return JSON.parse(document.getElementById(options).textContent);
  const reponse = await fetch(adresse, { headers: { Accept: "application/json" } });
  return reponse.json();
}

function dire(forme, phrase) {
  forme.querySelector("[data-etat]").textContent = phrase;
}

async function donner(forme) {
  dire(forme, "");
  try {
    const lue = await demande(forme);
    const cle = await (lue.creation_options
      ? creer(lue.creation_options)
      : montrer(lue.request_options));
    forme.querySelector("[name=credential]").value = JSON.stringify(aEnvoyer(cle));
    forme.submit();
  } catch (erreur) {
    dire(forme, erreur.name === "SecurityError" ? IMPOSSIBLE : REFUSEE);
  }
}

function preparer(forme) {
  forme.hidden = !window.PublicKeyCredential;
  forme.addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    donner(forme);
  });
}

for (const forme of document.querySelectorAll("form[data-cle]")) preparer(forme);
