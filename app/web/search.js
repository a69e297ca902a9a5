// All results of a search, best first, with what kind they are.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { address, get, ROOT } from "./api.js";
import { Facet } from "./facets.js";
import { go } from "./go.js";
import { kindName, opens, Snippet } from "./header.js";
import { entitle, say } from "./live.js";
import { Problem, Strip, to, Wait } from "./parts.js";
import { useAnswer } from "./use.js";
import { capital, count, days, quoted, when } from "./words.js";

const names = new Map();
/** What a snippet is from, where that does not go without saying. */
const FIELDS = { travellers: "Travellers", stops: "Stops", participants: "Who took part", topics: "Topics", quotes: "Said", agreements: "Agreed", place: "Where", city: "Where", country: "Country", other_names: "Also called", title: "Office", organization: "For", speaker: "Who", attribution: "Who", occasion: "To whom", translation: "Translation", kind: "Kind", parties: "Parties", publisher: "Publisher", citation: "Citation" };
const isTitle = (hit) => hit.field === "title" && hit.collection !== "participants";

export function Search({ parameters }) {
  const q = (parameters.get("q") ?? "").trim();
  const kinds = parameters.getAll("collection");
  const path = address("/search", { q, collection: kinds, limit: 25 });
  const answer = useAnswer(path, async (signal) => {
    if (!q) return { hits: { items: [], total: 0, next: null }, facets: null };
    const [hits, facets] = await Promise.all([get(path, signal), get(address("/search/facets", { q, collection: kinds }), signal)]);
    return { hits, facets };
  });
  const [more, setMore] = useState([]);
  useEffect(() => setMore([]), [path]);
  const { value } = answer;
  useEffect(() => {
    entitle(q ? `“${q}”` : "Search");
    if (value) say(count(value.hits.total, "result"));
  }, [value]);
  const items = value ? [...value.hits.items, ...more.flatMap((page) => page.items)] : [];
  const next = more.length ? more.at(-1).next : value?.hits.next;
  const toggle = (_, kind) => go(to("/search", { q, collection: kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind] }));
  const kindsFound = (value?.facets?.facets.collection ?? []).map((each) => ({ ...each, name: kindName(each.value) }));
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / Search</p>
    <h1 tabindex="-1">${!q ? "Search" : value ? `${count(value.hits.total, "result")} for “${q}”` : `Results for “${q}”`}</h1>
    <${Problem} answer=${answer} what="The results" />
    ${!value && !answer.error && html`<${Wait} what="results" />`}
    ${value && q && value.hits.total === 0 && html`<div class="mt"><p>Nothing is found with all of these words.</p>
      ${(value.hits.notices ?? []).map((notice) => html`<p class="note">“${notice.value}” is found nowhere.${notice.suggestions.length > 0 && html` Did you mean ${notice.suggestions.map((each) => html`<a href=${to("/search", { q: q.replace(notice.value, each) })}>${each}</a> `)}?`}</p>`)}
      ${/[\p{L}\p{N}]$/u.test(q) && html`<p><a href=${to("/search", { q: `${q}*` })}>Words that begin with “${q.split(/\s/).at(-1)}”</a></p>`}
      <p class="mt"><a class="btn" href=${to("/")}>All trips</a></p></div>`}
    <div class=${kindsFound.length ? "results" : "mt"}>
      <div>${kindsFound.length > 0 && html`<${Facet} title="What" name="collection" values=${kindsFound} total=${kindsFound.length} chosen=${kinds} names=${names} onToggle=${toggle} />`}</div>
      <div><ul class=${`hits ${answer.error ? "stale" : ""}`}>
        ${items.map((hit) => html`<li class="hit" key=${hit.url} data-record><small>${kindName(hit.collection)}</small><div><h2><a data-open href=${opens(hit)}>${hit.collection === "quotes" ? quoted(hit.title) : hit.title}</a></h2>
          ${hit.earliest_date && html`<small>${hit.collection === "trips" ? days(hit.earliest_date, hit.latest_date) : capital(when(hit))}</small>`}${hit.snippet.replaceAll(/<.?mark>/g, "") !== hit.title && html`<p>${FIELDS[hit.field] && !isTitle(hit) && html`<span class="note">${FIELDS[hit.field]}: </span>`}<${Snippet} text=${hit.snippet} /></p>`}</div></li>`)}
      </ul>
      ${next && html`<button type="button" class="link" onClick=${() => get(next.slice(ROOT.length)).then((page) => setMore([...more, page]))}>Show more of ${count(value.hits.total, "result")}</button>`}</div>
    </div>
    <${Strip} path=${path} />`;
}
