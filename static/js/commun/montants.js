// Amounts and numbers as the server reads and writes them (quartiers/frappe.py, quartiers/nombres.py):
// one table of cases, tests/donnees/montants.json and decimaux.json, is played on both sides. Cents in a BigInt: a total is exact
// whatever its size.

const LONGUEUR_MAX = 200;
const INVISIBLES = /\p{Cf}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|[\ufe00-\ufe0f]/gu;
const BLANCS = /[\t\n\v\f\r\p{Z}]+/gu;
const TIRETS = /[\p{Pd}\u2212]/gu;
const APOSTROPHES = /[’‘ʼ′`´]/g;
const PLEINE_CHASSE = /[\uff01-\uff5e]/g; // « １２ », as an Asian keyboard types them
const CHIFFRES_MATHEMATIQUES = /[\u{1d7ce}-\u{1d7ff}]/gu;
const FORMULE_DE_TABLEUR = /^=? ?"([^"]*)"$/; // ="0123", so that a sheet keeps the zero

const MONNAIE = "(?:€|euros?|eur)";
const EN_EUROS = new RegExp(`^(?:${MONNAIE} ?)?(.*?)(?: ?${MONNAIE}(?: ?ttc)?)?$`, "i");
const SANS_CENTIMES = new RegExp(`(\\d)[.,]-(?= ?(?:${MONNAIE})?$)`, "i"); // « 12 500,- € »
const POINT_FINAL = /([\p{L}€-])[.,;]+$| ?;+$/u; // « 3 000 euros. »
const EUROS_AU_MILIEU = new RegExp(`^(\\d[\\d ]*) ?${MONNAIE} ?(\\d{2})$`, "i");
const DEUX_LECTURES = /^[1-9]\d{0,2}[.,]\d{3}$/; // « 1.234 »: dot or thousands
const FORMES = [
  /^(\d+)(?:[.,](\d*))?$/,
  /^()[.,](\d+)$/,
  /^(\d{1,3}(?: \d{3})+)(?:[.,](\d*))?$/,
  /^(\d{1,3}(?:'\d{3})+)(?:[.,](\d*))?$/,
  /^(\d{1,3}(?:\.\d{3})+),(\d+)$/,
  /^(\d{1,3}(?:,\d{3})+)\.(\d+)$/,
  /^(\d{1,3}(?:\.\d{3}){2,})()$/,
  /^(\d{1,3}(?:,\d{3}){2,})()$/,
];
const CENTIMES_MAX = 10n ** 13n;
const UNITE = /^(.*\d) ?(pour ?cent|\p{L}+|[%°€])\.?$/iu;
// What may be named after a number, « 30 heures »: the MESURES of the server.
const MESURES = new Set(
  `personne habitant jeune enfant femme homme fille garcon participant beneficiaire
  adherent benevole volontaire salarie emploi organisme lettre decision jour caractere
  point menage logement quartier hectare ha etp etpt seance atelier heure h voix avis
  projet dossier pers hab adulte famille parent eleve usager senior aine collegien
  lyceen etudiant place visite an foyer mineur repas sortie rencontre entretien inscrit
  spectateur spectatrice stagiaire apprenant licencie mois membre locataire retraite
  mere pere agent association groupe semaine journee animation action partenaire
  pourcent euro eur`.split(/\s+/),
);

function nettoyer(texte) {
  const propre = texte
    .replace(INVISIBLES, "")
    .replace(BLANCS, " ")
    .replace(TIRETS, "-")
    .replace(APOSTROPHES, "'")
    .replace(PLEINE_CHASSE, (lettre) => String.fromCharCode(lettre.charCodeAt(0) - 0xfee0))
    .replace(CHIFFRES_MATHEMATIQUES, (lettre) => String((lettre.codePointAt(0) - 0x1d7ce) % 10))
    .trim();
  const enveloppe = FORMULE_DE_TABLEUR.exec(propre);
  return (enveloppe ? enveloppe[1] : propre).trim().replace(/^'+/, "").trim();
}

function preparer(texte) {
  return nettoyer(texte)
    .replace(/ ?([.,]) ?/g, "$1")
    .replace(/^\+ ?/, "");
}

/** [whole part, decimals] of what is written in digits; undefined when it is not. */
function separer(brut) {
  const lu = FORMES.map((forme) => forme.exec(brut)).find((trouve) => trouve !== null);
  return lu && [lu[1].replace(/[ .,']/g, "") || "0", lu[2] ?? ""];
}

/** « 30 » of « 30 h ». */
function sansUnite(brut) {
  const [, chiffres, mot] = UNITE.exec(brut) ?? [];
  if (mot === undefined || /^[%°€]$/.test(mot)) return chiffres ?? brut;
  const nu = mot
    .normalize("NFKD")
    .replace(/[\p{M} ]/gu, "")
    .toLowerCase();
  const estNommee = [/$/, /s$/, /es?$/].some((fin) => MESURES.has(nu.replace(fin, "")));
  return estNommee ? chiffres : brut;
}

/** The hundredths of « 12,5 h »; 0 when nothing is typed, null when it cannot be read. */
export function centiemes(texte) {
  if (texte.length > LONGUEUR_MAX) return null;
  const prepare = preparer(texte);
  if (prepare === "") return 0n;
  const brut = sansUnite(prepare);
  const lu = DEUX_LECTURES.test(brut) ? undefined : separer(brut);
  if (lu === undefined) return null;
  const decimales = lu[1].replace(/0+$/, "");
  return decimales.length > 2 ? null : BigInt(lu[0]) * 100n + BigInt(decimales.padEnd(2, "0"));
}

/** The cents of « 1 234,50 € » ; 0 when nothing is typed, null when it cannot be read. */
export function centimes(texte) {
  if (texte.length > LONGUEUR_MAX) return null;
  let brut = preparer(texte);
  if (brut === "") return 0n;
  brut = brut.replace(POINT_FINAL, "$1").replace(SANS_CENTIMES, "$1");
  const auMilieu = EUROS_AU_MILIEU.exec(brut);
  brut = auMilieu ? `${auMilieu[1].trim()},${auMilieu[2]}` : EN_EUROS.exec(brut)[1];
  if (DEUX_LECTURES.test(brut)) return null;
  const lu = separer(brut);
  if (lu === undefined) return null;
  const [entier, decimales] = lu;
  if (decimales.length > 2) return null;
  const montant = BigInt(entier) * 100n + BigInt(decimales.padEnd(2, "0"));
  return montant < CENTIMES_MAX ? montant : null;
}

/** « 1 234,50 € », « − 12 € » : cents only when there are some. */
export function euros(montant) {
  const absolu = montant < 0n ? -montant : montant;
  const entier = String(absolu / 100n).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  const reste = absolu % 100n;
  const decimales = reste === 0n ? "" : `,${String(reste).padStart(2, "0")}`;
  const signe = montant < 0n ? "−\u00a0" : "";
  return `${signe}${entier}${decimales}\u00a0€`;
}
