// Yellow means evidence: marks that are numbered through the page, and open where they stand.
import { html, useLayoutEffect, useRef, useState } from "./vendor/preact-htm.js";
import { capital, quoted } from "./words.js";

/** The passages of a page, numbered in the order in which they are first spoken of. */
export class Passages {
  constructor(sources) {
    this.sources = new Map(sources.map((source) => [source.id, source]));
    this.numbers = new Map();
    this.listed = [];
  }
  number(evidence) {
    const key = evidence.url + evidence.source + evidence.locator + evidence.text_start;
    if (!this.numbers.has(key)) {
      this.listed.push(evidence);
      this.numbers.set(key, this.listed.length);
    }
    return this.numbers.get(key);
  }
  publisher(evidence) {
    const source = this.sources.get(evidence.source);
    return source ? [source.title, source.publisher].filter(Boolean).join(", ") : evidence.source;
  }
}

/** The words of a passage, or the locator of an entry. */
export const Words = ({ evidence }) =>
  evidence.text_start
    ? html`<span class="passage">${evidence.text_start}</span>${evidence.text_end &&
        evidence.text_end !== evidence.text_start &&
        html` … <span class="passage">${evidence.text_end}</span>`}`
    : html`<span class="passage">${capital(evidence.locator ?? "The whole source")}</span>`;

const citation = (passages, evidence) => {
  const words = evidence.text_start
    ? quoted([evidence.text_start, evidence.text_end].filter(Boolean).join(" … "))
    : evidence.locator;
  return [passages.publisher(evidence), words, evidence.url].filter(Boolean).join(", ");
};

/** Marks for a list of evidence; each opens its passage below, in the flow. */
export function Marks({ evidence, passages, about }) {
  const [open, set] = useState(null);
  const buttons = useRef({});
  const close = () => {
    buttons.current[open]?.focus();
    set(null);
  };
  // With the passage, not after it: the key may come at once.
  useLayoutEffect(() => {
    if (open === null) return undefined;
    const escape = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      close();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, [open]);
  if (!evidence?.length) return null;
  const shown = open === null ? null : evidence.find((each) => passages.number(each) === open);
  return html`${evidence.map((each) => {
    const n = passages.number(each);
    return html`<button
      type="button"
      class="ev"
      ref=${(element) => (buttons.current[n] = element)}
      aria-expanded=${open === n ? "true" : "false"}
      aria-label=${`Evidence ${n}${about ? ` for ${about}` : ""}`}
      onClick=${() => set(open === n ? null : n)}
    >
      <span>${n}</span>
    </button>`;
  })}${shown && html`<${Source} evidence=${shown} passages=${passages} />`}`;
}

function Source({ evidence, passages }) {
  const [copied, set] = useState(false);
  const copy = () => navigator.clipboard?.writeText(citation(passages, evidence)).then(() => set(true));
  return html`<span class="source">
    <span class="who">${passages.publisher(evidence)}</span>
    <span><${Words} evidence=${evidence} /></span>
    ${!evidence.text_start &&
    html`<span class="who">The source has no address for single entries; this is where to look.</span>`}
    <span class="acts">
      ${evidence.url
        ? html`<a href=${evidence.url}>Open the source at this ${evidence.text_start ? "passage" : "page"} ↗</a>`
        : html`<span>The source is not on the web.</span>`}
      <button type="button" class="link" onClick=${copy}>${copied ? "Copied" : "Copy citation"}</button>
    </span>
  </span>`;
}

/** The list at the foot: every passage, under the number of its marks. */
export function PassageList({ passages }) {
  if (!passages.listed.length) return null;
  const names = [...new Set(passages.listed.map((each) => passages.publisher(each)))];
  return html`<section class="part strong" aria-labelledby="passages">
    <h2 id="passages">Passages</h2>
    ${names.length === 1 && html`<p class="note">All from ${names[0]}.</p>`}
    <ol class="passages">
      ${passages.listed.map(
        (each, i) => html`<li id=${`p${i + 1}`}>
          <span class="no"><span>${i + 1}</span></span>
          ${each.text_start
            ? `${quoted(`${each.text_start}${each.text_end && each.text_end !== each.text_start ? ` … ${each.text_end}` : ""}`)} `
            : `${capital(each.locator ?? "the whole source")} `}
          ${names.length > 1 && `${passages.publisher(each)} `}
          ${each.url && html`<a href=${each.url} aria-label=${`Open passage ${i + 1}`}>open ↗</a>`}
        </li>`,
      )}
    </ol>
  </section>`;
}
