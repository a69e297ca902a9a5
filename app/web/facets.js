// What there is to choose from: eight values each, the chosen ones on top, and beside it all.
import { html, useState } from "./vendor/preact-htm.js";
import { number } from "./words.js";

const MAX_VALUES = 8;

export function Facet({ title, name, values, total, chosen, names, onToggle }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const by = new Map(values.map((each) => [each.value, each]));
  const mine = chosen.map((value) => by.get(value) ?? { value, name: names.get(`${name} ${value}`) ?? value, count: values.length && !names.has(`${name} ${value}`) ? null : 0 });
  mine.forEach((each) => each.count !== null && names.set(`${name} ${each.value}`, each.name));
  const rest = values.filter((each) => !chosen.includes(each.value));
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
