// Amounts as the server reads and writes them (quartiers/francais.py). Cents in a BigInt: a total
// is exact whatever its size.

const BLANCS = /[\s\u00a0\u202f\u2009'’]/g;
const MONNAIE = /(€|euros?|eur)$/i;
const SIMPLE = /^(\d+)(?:[.,](\d{0,2}))?$/;
const MILLIERS_POINTES = /^(\d{1,3}(?:\.\d{3})+),(\d{1,2})$/;
const MILLIERS_VIRGULES = /^(\d{1,3}(?:,\d{3})+)\.(\d{1,2})$/;

/** The cents of « 1 234,50 € » ; 0 when nothing is typed, null when it cannot be read. */
export function centimes(texte) {
  const brut = texte.replace(BLANCS, "").replace(MONNAIE, "");
  if (brut === "") return 0n;
  const lu = SIMPLE.exec(brut) ?? MILLIERS_POINTES.exec(brut) ?? MILLIERS_VIRGULES.exec(brut);
  if (lu === null) return null;
  const [, entier, decimales = ""] = lu;
  return BigInt(entier.replace(/[.,]/g, "")) * 100n + BigInt(decimales.padEnd(2, "0"));
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
