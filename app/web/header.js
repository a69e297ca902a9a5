// The head of the page: the search box, which suggests as one types, and the theme.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { address, get } from "./api.js";
import { listOf } from "./lists.js";
import { to } from "./parts.js";
import { bare, number, when } from "./words.js";

export const KINDS = { trips: "Trip", meetings: "Meeting", participants: "Person", quotes: "Quote", agreements: "Agreement", organizations: "Organization", cities: "City", topics: "Topic", sources: "Source" };
export const kindName = (collection) => KINDS[collection] ?? collection;
const MAX_SUGGESTIONS = 8;
const MAX_LOOKED_AT = 40;
const EAST_ASIAN = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Where a hit is opened. */
export const opens = (hit) => hit.href ?? to(`/${hit.collection}/${hit.id}`);

/** A snippet holds escaped text and <mark>; it is taken apart, never put in as HTML. */
export function Snippet({ text }) {
  const plain = (part) => part.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&#39;", "'").replaceAll("&amp;", "&");
  return text.split(/(<mark>.*?<\/mark>)/s).map((part) =>
    part.startsWith("<mark>") ? html`<mark>${plain(part.slice(6, -7))}</mark>` : plain(part),
  );
}

/** A last word that may go on: the API wants two letters of it, or one of those that are words. */
const BEGUN = /([\p{L}\p{N}]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])$/u;
/** What is typed, as a search for words of which the last may go on. */
export const begun = (q) => (BEGUN.test(q) && (q.split('"').length - 1) % 2 === 0 ? `${q}*` : q);

/** 0 where a title begins with what is sought, 1 where a word of it does, else 2. */
const rankOf = (title, sought) => (bare(title).startsWith(sought) ? 0 : ` ${bare(title)}`.includes(` ${sought}`) ? 1 : 2);

/** The suggestions, with those first that are called what is typed. */
function ranked(items, q) {
  return items.map((hit, i) => [rankOf(hit.title, bare(q)), i, hit]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , hit]) => hit).slice(0, MAX_SUGGESTIONS);
}

/** A title in which the words that are typed stand out, where they begin a word of it. */
function Marked({ title, q }) {
  const words = q.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length) return title;
  const parts = title.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "iu"));
  return parts.map((part, i) => (i % 2 ? html`<mark>${part}</mark>` : part));
}

/** The suggestions with a list among them, below what is called just what is typed. */
function withList(items, list, q) {
  const called = items.filter((hit) => rankOf(hit.title, bare(q)) === 0);
  return [...called, list, ...items.slice(called.length)].slice(0, MAX_SUGGESTIONS);
}

/** What is found for what is typed; a whole word is found in other forms of it, a begun one is not. */
async function suggested(q, signal) {
  for (const asked of new Set([begun(q), q])) {
    const answer = await get(address("/search", { q: asked, limit: MAX_LOOKED_AT }), signal);
    if (answer.total || asked === q) return { asked, answer };
  }
}

export function Header({ go }) {
  const [text, setText] = useState(location.pathname.endsWith("/search") ? (new URLSearchParams(location.search).get("q") ?? "") : "");
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(-1);
  const composing = useRef(false);
  const abort = useRef(null);
  const timer = useRef(null);
  const input = useRef(null);
  useEffect(() => {
    const moved = () => setFound(null);
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  }, []);

  const look = (value) => {
    clearTimeout(timer.current);
    abort.current?.abort();
    const q = value.trim();
    if (q.length < (EAST_ASIAN.test(q) ? 1 : 2)) return setFound(null);
    timer.current = setTimeout(() => {
      const mine = (abort.current = new AbortController());
      suggested(q, mine.signal).then(
        ({ asked, answer }) => {
          if (mine.signal.aborted) return;
          const list = listOf(q);
          const items = ranked(answer.items, q);
          setFound({ q, asked, total: answer.total, items: list ? withList(items, { ...list, isList: true }, q) : items });
          setAt(-1);
        },
        (error) => {
          if (error.name !== "AbortError") setFound({ q, asked: q, items: [], total: null, error });
        },
      );
    }, 150);
  };
  const typed = (event) => {
    setText(event.target.value);
    if (!composing.current) look(event.target.value);
  };
  const open = (href) => {
    clearTimeout(timer.current);
    abort.current?.abort();
    setFound(null);
    input.current?.blur();
    go(href);
  };
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) open(to("/search", { q: text.trim() }));
  };
  const choices = found ? [...found.items, { all: true }] : [];
  const pressed = (event) => {
    if (composing.current || event.isComposing) return;
    if (event.key === "Escape" && found) {
      event.preventDefault();
      setFound(null);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && choices.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + choices.length + (at < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (event.key === "Enter" && at >= 0 && choices[at]) {
      event.preventDefault();
      open(choices[at].all ? to("/search", { q: found.asked }) : opens(choices[at]));
    }
  };
  const theme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem("readout-theme", root.dataset.theme);
    } catch {
      // Where storage is forbidden the choice lasts as long as the page.
    }
  };
  return html`<div class="wrap">
    <a class="brand" href=${to("/")}><b>Read</b>out</a>
    <form class="find" role="search" action=${to("/search")} method="get" onSubmit=${submit}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="6.5" cy="6.5" r="5" /><path d="M10.5 10.5 15 15" /></svg>
      <input
        ref=${input} id="q" name="q" type="search" autocomplete="off" spellcheck="false"
        placeholder=${innerWidth > 760 ? "Search people, places and words, such as Seoul" : "People, places, words"}
        aria-label="Search people, places and words" role="combobox" aria-autocomplete="list"
        aria-expanded=${found ? "true" : "false"} aria-controls="options" aria-activedescendant=${at >= 0 ? `option-${at}` : undefined}
        value=${text} onInput=${typed} onKeyDown=${pressed}
        onCompositionStart=${() => (composing.current = true)}
        onCompositionEnd=${(event) => { composing.current = false; setText(event.target.value); look(event.target.value); }}
        onBlur=${() => setTimeout(() => setFound(null), 150)}
      />
      <kbd aria-hidden="true">/</kbd>
      <ul class="options" id="options" role="listbox" aria-label="Suggestions" hidden=${!found}>
        ${choices.map((hit, i) =>
          hit.all
            ? html`<li class="all" role="option" id=${`option-${i}`} aria-selected=${at === i ? "true" : "false"} onMouseDown=${(event) => { event.preventDefault(); open(to("/search", { q: found.asked })); }}>
                <small></small><span>${found.error ? "Suggestions could not be loaded" : found.total === 0 ? `Nothing found for “${found.q}”` : found.total === 1 ? `The one result for “${found.q}”` : `All ${number(found.total)} results for “${found.q}”`}</span><small>Enter</small></li>`
            : html`<li role="option" id=${`option-${i}`} aria-selected=${at === i ? "true" : "false"} onMouseDown=${(event) => { event.preventDefault(); open(opens(hit)); }}>
                <small>${hit.isList ? "List" : kindName(hit.collection)}</small><span><${Marked} title=${hit.title} q=${found.q} />${!hit.isList && rankOf(hit.title, bare(found.q)) === 2 && html`<span class="found"><${Snippet} text=${hit.snippet} /></span>`}</span><small>${hit.date ? when(hit) : ""}</small></li>`,
        )}
      </ul>
    </form>
    <nav class="nav" aria-label="Site"><a href=${to("/docs")} data-api>API</a><button type="button" onClick=${theme}>Theme</button></nav>
  </div>`;
}
