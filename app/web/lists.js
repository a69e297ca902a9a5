// Words that name a kind of record: "agreements" asks for the list of them, not for that word.
import { to } from "./parts.js";

/** The kinds that are listed without words to search for, and what readers call them. */
const NAMES = {
  meetings: ["meeting", "meetings", "meet", "met"],
  quotes: ["quote", "quotes", "quotation", "quotations", "say", "said", "statements"],
  agreements: ["agreement", "agreements", "agreed", "deals", "commitments", "pledges"],
};
/** Words of a question that no record is found by. */
const FILLING = new Set("a about all and at by did do for from get he her him his how i in of on or she the their they to was were what when where which who whom with".split(" "));

export const isListed = (collection) => Object.hasOwn(NAMES, collection);

/** The list that a search names: { collection, title, href }, or null where it names none. */
export function listOf(q) {
  const words = q.replaceAll("*", "").split(/\s+/).map((word) => word.replace(/[?.,!]+$/, "")).filter(Boolean);
  const [collection] = Object.entries(NAMES).find(([, names]) => words.some((word) => names.includes(word.toLowerCase()))) ?? [];
  if (!collection) return null;
  const rest = words.filter((word) => !NAMES[collection].includes(word.toLowerCase()) && !FILLING.has(word.toLowerCase())).join(" ");
  return { collection, title: rest ? `All ${collection} with “${rest}”` : `All ${collection}`, href: to("/search", { q: rest, collection }) };
}
