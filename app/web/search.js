// All results of a search, best first, with what kind they are.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { address, get, ROOT } from "./api.js";
import { Chips, Facet, Filters, keepSpelling, readable, useExact } from "./facets.js";
import { go } from "./go.js";
import { Histogram, timed } from "./histogram.js";
import { begun, kindName, KINDS, opens, Snippet } from "./header.js";
import { isListed, listOf } from "./lists.js";
import { entitle, say } from "./live.js";
import { partiesOf } from "./meeting.js";
import { Notices, Problem, Strip, to, Wait } from "./parts.js";
import { useAnswer } from "./use.js";
import { bare, capital, count, days, list, quoted, when, where } from "./words.js";

const names = new Map(Object.entries(KINDS).map(([kind, name]) => [`collection ${kind}`, name]));
const isKind = (collection) => Object.hasOwn(KINDS, collection);
const LIMIT = 1000;
/** What can be looked through without a word, with what stands behind it in a sentence. */
const LISTS = [["meetings", ", "], ["quotes", " or "], ["agreements", "."]];
const UNDATED = ["organizations", "cities", "topics", "sources"];
/** What a snippet is from, where that does not go without saying. */
const FIELDS = { travellers: "Travellers", stops: "Stops", participants: "Who took part", topics: "Topics", quotes: "Said", agreements: "Agreed", place: "Where", city: "Where", country: "Country", other_names: "Also called", title: "Office", organization: "For", speaker: "Who", attribution: "Who", occasion: "To whom", translation: "Translation", kind: "Kind", parties: "Parties", publisher: "Publisher", citation: "Citation" };
const isTitle = (hit) => hit.field === "title" && hit.collection !== "participants";

/** A record of a list, as it stands among results: with what its title does not say. */
function hitOf(collection, record) {
  const about = { meetings: () => [list(record.participants.map((each) => each.name)), where(record)], quotes: () => [record.speaker?.name ?? record.attribution, where(record)], agreements: () => [partiesOf(record), where(record)] };
  const text = about[collection]().filter(Boolean).join(" · ").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return { ...record, collection, title: record.title ?? record.text, snippet: text, url: `/${collection}/${record.id}` };
}

/** A search with another word in the place of one, which the API gives without capitals and accents. */
function replaced(q, wrong, right) {
  const found = q.split(/([\p{L}\p{M}\p{N}]+)/u).map((part) => (bare(part) === wrong ? right : part)).join("");
  // What the API folds in another way, as an apostrophe within a word, is not found here.
  return found === q ? right : found;
}

/** The search for words that begin with what finds nothing, or null if that finds nothing either. */
async function longer(q, of, signal) {
  const asked = begun(q);
  if (asked === q) return null;
  const { total } = await get(address("/search", { ...of, q: asked, limit: 1 }), signal);
  return total > 0 ? asked : null;
}

export function Search({ parameters }) {
  const q = (parameters.get("q") ?? "").trim();
  const kinds = parameters.getAll("collection");
  const asked = { from: parameters.get("from"), to: parameters.get("to"), collection: kinds.filter(isKind), official: parameters.getAll("official") };
  const unknown = kinds.filter((each) => !isKind(each));
  const given = { q, collection: asked.collection, official: asked.official, date_from: asked.from, date_to: asked.to };
  // Of one kind there are tables and calendars, and no word is needed to have them all.
  const [kind] = asked.collection.length === 1 ? asked.collection.filter(isListed) : [];
  const listed = kind && address(`/${kind}`, { ...given, collection: null, limit: 25, sort: q ? null : "-date" });
  const isList = !q && kind !== undefined;
  const path = isList ? listed : address("/search", { ...given, limit: 25 });
  const answer = useAnswer(path, async (signal) => {
    if (!q && !kind) return { hits: { items: [], total: 0, next: null }, facets: null };
    const of = (more) => get(isList ? address(`/${kind}/facets`, { ...given, collection: null, ...more, limit: LIMIT }) : address("/search/facets", { ...given, ...more, limit: LIMIT }), signal);
    const [hits, facets] = await Promise.all([get(path, signal).then((found) => (isList ? { ...found, items: found.items.map((each) => hitOf(kind, each)) } : found)), of({ facet: isList ? "official,year" : "collection,official,year" })]);
    const others = hits.total || isList ? null : await longer(q, given, signal);
    return { hits, facets, others, ...(await timed(facets, of, { monthsOver: 1, yearsOver: 3 })) };
  });
  const one = isList ? kind.slice(0, -1) : "result";
  const suggested = q ? listOf(q) : null;
  const [more, setMore] = useState([]);
  useEffect(() => setMore([]), [path]);
  const { value } = answer;
  useEffect(() => {
    entitle(q ? `“${q}”` : isList ? capital(kind) : "Search");
    if (value) say(count(value.hits.total, one));
  }, [value]);
  const items = value ? [...value.hits.items, ...more.flatMap((page) => page.items)] : [];
  const next = more.length ? more.at(-1).next : value?.hits.next;
  const change = (more, replace = false) => go(to("/search", { q, ...asked, ...more }), { replace });
  // A notice is of the words, or of a value that is chosen.
  const instead = ({ parameter, value: wrong }, right) => to("/search", { ...asked, q, ...(parameter === "q" ? { q: replaced(q, wrong, right) } : { [parameter]: asked[parameter].map((each) => (each === wrong ? right : each)) }) });
  const toggle = (name, one) => change({ [name]: asked[name].includes(one) ? asked[name].filter((each) => each !== one) : [...asked[name], one] });
  const kindsFound = (value && isList ? [{ value: kind, count: value.hits.total }] : (value?.facets?.facets.collection ?? [])).map((each) => ({ ...each, name: kindName(each.value) }));
  const whoFound = value?.facets?.facets.official ?? [];
  for (const each of whoFound) names.set(`official ${each.value}`, each.name);
  keepSpelling(names, value?.hits.notices);
  const chosen = asked.from || asked.to ? [asked.from ?? value?.values?.[0]?.value ?? "0001", asked.to ?? value?.values?.at(-1)?.value ?? "9999"] : null;
  const undated = kindsFound.filter((each) => UNDATED.includes(each.value) && (!asked.collection.length || asked.collection.includes(each.value))).reduce((sum, each) => sum + each.count, 0);
  useExact(value?.facets && answer.key === path ? value.facets.facets : null, ["official"], asked, (exact) => change(exact, true));
  const chips = [
    ...(chosen ? [["Dates", `${asked.from ?? "…"} to ${asked.to ?? "…"}`, () => change({ from: null, to: null })]] : []),
    ...["collection", "official"].flatMap((name) => asked[name].map((each) => [name === "official" ? "Who" : "What", name === "official" ? (names.get(`official ${each}`) ?? readable(name, each)) : kindName(each), () => toggle(name, each)])),
  ];
  const stale = answer.error || (answer.waiting && answer.key !== path) ? "stale" : "";
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / Search</p>
    <h1 tabindex="-1">${isList ? (value ? count(value.hits.total, one) : capital(kind)) : !q ? "Search" : value ? `${count(value.hits.total, "result")} for “${q}”` : `Results for “${q}”`}</h1>
    <${Problem} answer=${answer} what="The results" without=${(some) => to("/search", { q, ...asked, ...some })} />
    ${!value && !answer.error && html`<${Wait} what="results" />`}
    ${!q && !isList && html`<p class="dek">Search for words, a name, a city or an office, or look through ${LISTS.map(([name, behind]) => html`<a href=${to("/search", { collection: name })}>all ${name}</a>${behind}`)}</p>`}
    ${unknown.length > 0 && html`<p class="note" role="status">Not understood and left out: ${list(unknown)}.</p>`}
    ${suggested && html`<p class="dek"><a href=${suggested.href}>${suggested.title}</a></p>`}
    ${value && q && value.hits.total === 0 && html`<div class="mt"><p>Nothing is found with all of these words${chips.length ? ", of what is chosen" : ""}.</p>
      <${Notices} notices=${value.hits.notices} instead=${instead} />
      ${value.others && html`<p><a href=${to("/search", { ...asked, q: value.others })}>Words that begin with “${q.split(/\s/).at(-1)}”</a></p>`}
      <p class="mt"><a class="btn" href=${to("/")}>All trips</a></p></div>`}
    <${Chips} chosen=${chips} clear=${() => change({ from: null, to: null, collection: [], official: [] })} />
    <div class=${`${kindsFound.length ? "results" : "mt"} ${stale}`}>
      ${kindsFound.length > 0 ? html`<${Filters} shows=${count(value.hits.total, one)}>
        <${Facet} title="What" name="collection" values=${kindsFound} total=${kindsFound.length} chosen=${asked.collection} names=${names} onToggle=${toggle} />
        <${Facet} title="Who" name="official" values=${whoFound} total=${value.facets?.values_total?.official ?? whoFound.length} chosen=${asked.official} names=${names} onToggle=${toggle} />
      </${Filters}>` : html`<div></div>`}
      <div>${value?.values?.length > 0 && html`<section aria-labelledby="when"><h2 id="when" class="hidden">${capital(`${one}s`)} by ${value.unit}</h2>
        <${Histogram} values=${value.values} chosen=${chosen} total=${answer.key === path ? value.hits.total : null} one=${one} onChoose=${(next, replace) => change({ from: next?.[0] ?? null, to: next?.[1] ?? null }, replace)} />
        <p class="note">${[`${capital(`${one}s`)} by ${value.unit}; drag across the bars to choose.`, `What spans more than one ${value.unit} counts in each.`, undated > 0 && `${count(undated, "result has", "results have")} no date.`].filter(Boolean).join(" ")}</p></section>`}
      <ul class="hits">
        ${items.map((hit) => html`<li class="hit" key=${hit.url} data-record><small>${kindName(hit.collection)}</small><div><h2><a data-open href=${opens(hit)}>${hit.collection === "quotes" ? quoted(hit.title) : hit.title}</a></h2>
          ${hit.earliest_date && html`<small>${hit.collection === "trips" ? days(hit.earliest_date, hit.latest_date) : capital(when(hit))}</small>`}${hit.snippet.replaceAll(/<.?mark>/g, "") !== hit.title && html`<p>${FIELDS[hit.field] && !isTitle(hit) && html`<span class="note">${FIELDS[hit.field]}: </span>`}<${Snippet} text=${hit.snippet} /></p>`}</div></li>`)}
      </ul>
      ${next && html`<button type="button" class="link" onClick=${() => get(next.slice(ROOT.length)).then((page) => setMore([...more, isList ? { ...page, items: page.items.map((each) => hitOf(kind, each)) } : page]))}>Show more of ${count(value.hits.total, one)}</button>`}</div>
    </div>
    ${(q || isList) && html`<${Strip} path=${listed ?? path} />`}`;
}
