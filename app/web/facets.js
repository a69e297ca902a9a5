// What there is to choose from: eight values each, the chosen ones on top, and beside it all.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { bare, capital, number, ranked, spoken } from "./words.js";

const MAX_VALUES = 8;
/** How many values the API gives at most: of a longer list, one that is not among them may have records. */
const MAX_GIVEN = 1000;

/** What a value is called of which the answer says nothing, as it has no record. */
export function readable(name, value) {
  if (name === "country" && /^[A-Z]{2}$/.test(value)) return new Intl.DisplayNames(["en"], { type: "region" }).of(value);
  return /^[a-z0-9-]+$/.test(value) ? capital(spoken(value)) : value;
}

/** Have `names` call as it was written what names nothing, by the notices of an answer. */
export function keepSpelling(names, notices = []) {
  for (const { parameter, value, message } of notices) {
    if (message.startsWith("names nothing")) names.set(`${parameter} ${value}`, value);
  }
}

export function Facet({ title, name, values, total, chosen, names, onToggle }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const by = new Map(values.map((each) => [each.value, each]));
  const mine = chosen.map((value) => by.get(value) ?? { value, name: names.get(`${name} ${value}`) ?? readable(name, value), count: values.length < MAX_GIVEN ? 0 : null });
  mine.forEach((each) => each.count !== null && names.set(`${name} ${each.value}`, each.name));
  const rest = ranked(values.filter((each) => !chosen.includes(each.value)));
  const sought = text.trim().toLowerCase();
  const shown = open ? [...mine, ...rest.filter((each) => each.name.toLowerCase().includes(sought))] : [...mine, ...rest.slice(0, Math.max(0, MAX_VALUES - mine.length))];
  if (!shown.length && !open) return null;
  const most = Math.max(1, ...values.map((each) => each.count));
  return html`<fieldset class="facet">
    <legend>${title}<span>${number(Math.max(total ?? values.length, mine.length))}</span></legend>
    ${open && html`<input class="search" type="search" aria-label=${`Find in ${title}`} placeholder="Find" value=${text} onInput=${(event) => setText(event.target.value)} />`}
    <div class=${open ? "long" : ""}>
      ${shown.map((each) => html`<label key=${each.value}>
        <input type="checkbox" checked=${chosen.includes(each.value)} onChange=${() => onToggle(name, each.value)} />
        <span>${each.name}</span><span>${each.count === null ? "" : number(each.count)}</span><i style=${{ width: `${(100 * (each.count ?? 0)) / most}%` }}></i>
      </label>`)}
    </div>
    ${values.length > MAX_VALUES && html`<button type="button" class="link" aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>${open ? "Fewer" : `All ${number(total ?? values.length)}`}<span class="hidden"> in ${title}</span></button>`}
  </fieldset>`;
}

/** Facets beside what they choose; on a phone a sheet over it, with the way back: "Show 112 trips". */
export function Filters({ shows, children }) {
  const [up, set] = useState(false);
  const sheet = useRef(null);
  const opener = useRef(null);
  useEffect(() => {
    if (!up) return undefined;
    const escape = (event) => event.key === "Escape" && set(false);
    addEventListener("keydown", escape);
    sheet.current?.querySelector("input, button")?.focus();
    return () => {
      removeEventListener("keydown", escape);
      opener.current?.focus();
    };
  }, [up]);
  return html`<p class="onphone"><button type="button" class="btn" ref=${opener} aria-expanded=${up ? "true" : "false"} onClick=${() => set(true)}>Filters</button></p>
    <div class=${`facets sheet ${up ? "up" : ""}`} ref=${sheet} role=${up ? "dialog" : undefined} aria-label=${up ? "Filters" : undefined} aria-modal=${up ? "true" : undefined}>
      ${children}
      <button type="button" class="btn done" onClick=${() => set(false)}>Show ${shows}</button>
    </div>`;
}

/** What is chosen, each to be taken back. `chosen` are [title, value, take back]. */
export function Chips({ chosen, clear }) {
  if (!chosen.length) return null;
  return html`<div class="chips" aria-label="Chosen" role="group">
    ${chosen.map(([title, value, remove]) => html`<button type="button" class="chip" onClick=${remove}>${title} <b>${value}</b> ✕<span class="hidden"> remove</span></button>`)}
    <button type="button" class="link" onClick=${clear}>Clear all</button>
  </div>`;
}

/** The values that a name stands for, as the API finds it: the value, a name, or a family name. */
function meant(values, name) {
  if (values.some((each) => each.value === name)) return [name];
  const sought = bare(name);
  const alike = values.filter((each) => {
    const known = bare(each.name);
    return known === sought || each.value.toLowerCase() === sought || known.endsWith(` ${sought}`);
  });
  return alike.length ? alike.map((each) => each.value) : [name];
}

/** Have each name in an address become the value of the facet that it stands for. */
export function useExact(facets, which, asked, change) {
  useEffect(() => {
    if (!facets) return;
    const exact = {};
    for (const name of which) {
      const found = [...new Set(asked[name].flatMap((each) => meant(facets[name] ?? [], each)))];
      if (found.join() !== asked[name].join()) exact[name] = found;
    }
    if (Object.keys(exact).length) change(exact);
  }, [facets]);
}
