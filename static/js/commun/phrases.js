// What a script says, as the server writes it (quartiers/typographie.py, quartiers/francais.py): both
// are played on the same sentences, tests/navigateur/test_phrases_des_scripts.py.

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
