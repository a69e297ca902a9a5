// Small parts that every view is made of.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { address, ROOT } from "./api.js";
import { capital, spoken } from "./words.js";

export const Badge = ({ status }) =>
  status && status !== "held" ? html` <span class="badge">${status}</span>` : null;

export const Wait = ({ what }) =>
  html`<div class="wait" role="status"><i></i><i></i><i></i><i></i><i></i><i></i><span class="note">Loading ${what}</span></div>`;

/** What the explorer's addresses call parameters of the API, and what is said of these. */
export const PAGE_NAMES = { date_from: "from", date_to: "to" };
const SPOKEN = { date_from: "the first day", date_to: "the last day", q: "the search" };

/** Whether a request was refused for what it asks: to ask the same again would not help. */
const isRefused = ({ status }) => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** What of an address is not understood, and the way on; `without` gives the address that lacks it. */
function Refusal({ error, what, without }) {
  const said = ({ parameter, value, message }) => {
    const about = message.replaceAll(/\bdate_(from|to)\b/g, (name) => SPOKEN[name]);
    return `${[capital(SPOKEN[parameter] ?? spoken(parameter)), value && `“${value}”`].filter(Boolean).join(", ")}${value ? "," : ""} ${about}`;
  };
  const sentences = error.errors.length ? error.errors.map(said) : [error.message];
  const wrong = error.errors.map(({ parameter }) => PAGE_NAMES[parameter] ?? parameter);
  const isDate = (name) => name === "from" || name === "to";
  // Of two days that do not go together, either may be the wrong one.
  const lacking = wrong.some(isDate) ? [...wrong, "from", "to"] : wrong;
  return html`<div class="problem" role="alert">
    <b>${error.errors.length ? "What this address asks for is not understood." : `${what} could not be loaded.`}</b>
    ${sentences.map((each) => html`<p class="note">${each.replace(/\.$/, "")}.</p>`)}
    ${without && wrong.length > 0 && html`<a class="btn" href=${without(Object.fromEntries(lacking.map((name) => [name, null])))}>${wrong.every(isDate) ? "Clear dates" : "Leave it out"}</a>`}
  </div>`;
}

/**
 * The error with what can be done; what was shown before stays, dimmed by its view. A view whose
 * address may ask for what is not understood gives `without`, which takes { name: null }.
 */
export function Problem({ answer, what, without }) {
  const { error } = answer;
  if (!error) return null;
  if (isRefused(error)) return html`<${Refusal} error=${error} what=${what} without=${without} />`;
  const status = error.status ? `The server answered ${error.status}. ` : "The server could not be reached. ";
  const details = [status, error.message, error.reference && `Reference ${error.reference}.`];
  const copy = () => navigator.clipboard?.writeText(details.filter(Boolean).join(" "));
  return html`<div class="problem" role="alert">
    <b>${what} could not be loaded.</b>
    <p class="note">${status}${error.status ? error.message : ""} ${error.reference && `Reference ${error.reference}.`}</p>
    <button class="btn" onClick=${answer.again}>Try again</button>
    <button class="btn" onClick=${copy}>Copy details</button>
  </div>`;
}

/** What the API says of values that find nothing; `instead` gives the address with what may be meant. */
export function Notices({ notices = [], instead }) {
  return notices.map((notice) => {
    // What may be meant follows as links.
    const [said] = notice.message.split("; did you mean");
    const last = notice.suggestions.length - 1;
    return html`<p class="note">“${notice.value}” ${said}.${last >= 0 && html` Did you mean ${notice.suggestions.map((each, i) => html`${i > 0 && (i === last ? " or " : ", ")}<a href=${instead(notice, each)}>${each}</a>`)}?`}</p>`;
  });
}

/** A picture's numbers as a table, closed until asked for, here or by `view=table` in the address. */
export function AsTable({ caption, columns, rows }) {
  const [open, set] = useState(() => new URLSearchParams(location.search).get("view") === "table");
  return html`<div>
    <button type="button" class="link" aria-expanded=${open ? "true" : "false"} onClick=${() => set(!open)}>
      ${open ? "Hide table" : "Show as table"}<span class="hidden">: ${caption}</span>
    </button>
    ${open &&
    html`<div class="table" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <caption class="hidden">${caption}</caption>
        <thead><tr>${columns.map((c) => html`<th scope="col">${c}</th>`)}</tr></thead>
        <tbody>
          ${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class=${typeof cell === "number" && i ? "num" : ""}>${cell}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`}
  </div>`;
}

/** The formats that the server offers, of `trips` and, of one, `trips/`: [[suffix, name], …]. */
const FORMATS = JSON.parse(document.documentElement.dataset.formats ?? "{}");

/** The request behind a view, to be taken along. */
export function Strip({ path }) {
  const [copied, set] = useState("");
  useEffect(() => set(""), [path]);
  const whole = location.origin + ROOT + path;
  const copy = (what, text) => () => navigator.clipboard?.writeText(text).then(() => set(what));
  const [base, query] = path.split("?");
  const [, collection, id] = base.split("/");
  // A file is all that is found: how many records a view shows at a time is its own affair.
  const rest = new URLSearchParams(query);
  rest.delete("limit");
  const as = (suffix) => `${ROOT}${base}.${suffix}${suffix === "json" ? (query ? `?${query}` : "") : rest.size ? `?${rest}` : ""}`;
  // Quotation marks of a shell hold all but themselves.
  const curl = `curl '${whole.replaceAll("'", "%27")}'`;
  const share = () => navigator.share({ title: document.title, url: location.href }).catch(() => {});
  return html`<footer class="strip" aria-label="This view as data">
    <span>This view as data</span><code>GET ${ROOT + path}</code>
    <button class="btn" onClick=${copy("link", location.href)}>${copied === "link" ? "Copied" : "Copy link"}</button>
    <button class="btn" onClick=${copy("curl", curl)}>${copied === "curl" ? "Copied" : "Copy as curl"}</button>
    ${(FORMATS[id ? `${collection}/` : collection] ?? []).map(([suffix, name]) => html`<a class="btn" href=${as(suffix)} data-api>${name}</a>`)}
    ${navigator.share && html`<button class="btn" onClick=${share}>Share</button>`}
    <button class="btn" onClick=${() => print()}>Print</button>
    <span class="hidden" role="status">${copied && "Copied"}</span>
  </footer>`;
}

const TABLES = ["csv", "xlsx", "ics"];

/** A list that is part of a view, to be taken along by itself: as a table, or into a calendar. */
export function Files({ path, what }) {
  const [base, query] = path.split("?");
  return html`<span class="files">${(FORMATS[base.slice(1)] ?? []).filter(([suffix]) => TABLES.includes(suffix)).map(([suffix, name]) => html` <a href=${`${ROOT}${base}.${suffix}?${query}`} data-api>${name}<span class="hidden"> of ${what}</span></a>`)}</span>`;
}

export const to = (path, parameters = {}) => ROOT + address(path, parameters);
export const office = (person) =>
  [person.title, person.organization?.name ?? person.country?.name].filter(Boolean).join(", ") ||
  (person.kind === "group" ? "Group" : "");

export const People = ({ people }) =>
  html`<ul class="people">
    ${people.map(
      (each) => html`<li><a href=${to(`/participants/${each.id}`)}>${each.name}</a>
        <small>${each.kind === "group" ? [each.country?.name, each.country ? "group" : "Group"].filter(Boolean).join(", ") : office(each)}</small></li>`,
    )}
  </ul>`;

const WORDS = { "in-person": "", virtual: "Online", telephone: "By telephone", hybrid: "In person and online" };
export const formatOf = (meeting) => (meeting.format ? WORDS[meeting.format] : "");
export const kindOf = (meeting) => (meeting.kind && meeting.kind !== "meeting" ? spoken(meeting.kind) : "");
