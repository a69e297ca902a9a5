// Who met whom: those who travelled on the left, those they met on the right. No floating layout.
import { html, useState } from "./vendor/preact-htm.js";
import { AsTable, to } from "./parts.js";
import { textWidth, useWidth, wrapped } from "./use.js";
import { count, list } from "./words.js";

const MAX_LINKS = 40;
const LINE = 24;

export function Network({ trip, meetings }) {
  const [ref, width] = useWidth(760);
  const [chosen, choose] = useState(null);
  const held = meetings.filter((m) => m.status !== "cancelled");
  const travellers = new Map(trip.travellers.map((each) => [each.id, { ...each, met: 0 }]));
  const others = new Map();
  const links = new Map();
  const between = new Map();
  for (const meeting of held) {
    const us = meeting.participants.filter((each) => travellers.has(each.id));
    const them = meeting.participants.filter((each) => !travellers.has(each.id));
    for (const a of us) {
      travellers.get(a.id).met += 1;
      for (const b of us) if (a.id < b.id) between.set(`${a.id} ${b.id}`, (between.get(`${a.id} ${b.id}`) ?? 0) + 1);
    }
    for (const b of them) {
      if (!us.length) continue;
      const seen = others.get(b.id) ?? { ...b, places: new Set(), met: 0 };
      seen.places.add(meeting.format === "virtual" ? `${meeting.city ? `from ${meeting.city.name}, ` : ""}online` : meeting.city ? `in ${meeting.city.name}` : "");
      seen.met += 1;
      others.set(b.id, seen);
      for (const a of us) {
        const key = `${a.id} ${b.id}`;
        links.set(key, { a: a.id, b: b.id, weight: (links.get(key)?.weight ?? 0) + 1 });
      }
    }
  }
  const total = links.size;
  if (!total) return null;
  const strongest = [...links.values()].sort((x, y) => y.weight - x.weight).slice(0, MAX_LINKS);
  const drawn = new Set(strongest.map((link) => link.b));
  const groups = new Map();
  for (const other of others.values()) {
    if (!drawn.has(other.id)) continue;
    const place = other.places.values().next().value;
    const head = other.country?.name ?? other.organization?.name ?? (other.kind === "group" ? `Groups met ${place}`.trim() : "Country not stated");
    if (!groups.has(head)) groups.set(head, []);
    groups.get(head).push(other);
  }
  const narrow = width < 560;
  // On a phone names wrap, each beside its mark: no name lies on a line, and none is cut.
  const going = [...travellers.values()].filter((t) => t.met).map((t) => ({ ...t, lines: narrow ? wrapped(t.name, width * 0.26, 13, true) : [t.name] }));
  const about = (t) => (narrow ? count(t.met, "meeting") : met(t));
  const left = Math.min(240, Math.max(...going.flatMap((t) => [...t.lines.map((each) => textWidth(each, 13, true)), textWidth(about(t), 12)])) + 20);
  const right = narrow ? left + Math.max(56, Math.round(width * 0.16)) : Math.round(width * 0.54);
  const room = width - right - 14;
  const rows = [];
  let y = 14;
  for (const [head, people] of groups) {
    const heads = narrow ? wrapped(head, room + 14, 12) : [head];
    heads.forEach((each, i) => rows.push({ head: each, y: y + i * 15 }));
    y += 22 + (heads.length - 1) * 15;
    for (const person of people) {
      const lines = narrow ? wrapped(person.name, room, 13) : [person.name];
      const titles = narrow && person.title ? wrapped(person.title, room, 12) : [];
      rows.push({ person, y, lines, titles });
      y += LINE + (lines.length + titles.length - 1) * 15;
    }
    y += 8;
  }
  const height = Math.max(y, travellers.size * (narrow ? 92 : 64) + 24);
  const atRight = new Map(rows.filter((row) => row.person).map((row) => [row.person.id, row.y - 4]));
  const atLeft = new Map(going.map((t, i) => [t.id, (height / (going.length + 1)) * (i + 1)]));
  const related = (link) => !chosen || link.a === chosen || link.b === chosen;
  const near = (id) => !chosen || id === chosen || strongest.some((l) => related(l) && (l.a === id || l.b === id));
  const pick = (id, name) => ({
    role: "button",
    tabindex: 0,
    class: `pick ${near(id) ? "" : "faint"}`,
    "aria-pressed": chosen === id ? "true" : "false",
    "aria-label": name,
    onClick: () => choose(chosen === id ? null : id),
    onKeyDown: (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(chosen === id ? null : id);
      }
    },
  });
  const pairs = [...between].map(([key, weight]) => [...key.split(" "), weight]).filter(([a, b]) => atLeft.has(a) && atLeft.has(b));
  return html`<section class="part" aria-labelledby="network">
    <h2 id="network">Who met whom</h2>
    <p class="note">A thicker line is more meetings. Select a name to see only theirs. A circle is a named person, a square a group.
      ${total > MAX_LINKS && ` The ${MAX_LINKS} strongest of ${total} links are drawn; the table has all.`}</p>
    <div ref=${ref} class="mt">
      <svg class="net" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${`${list(going.map((t) => t.name))} met ${count(others.size, "participant")}.`}>
        ${pairs.map(([a, b, weight]) => html`<line class="tie" x1=${left} x2=${left} y1=${atLeft.get(a)} y2=${atLeft.get(b)} stroke-width=${1.4 * weight} />`)}
        ${strongest.map(({ a, b, weight }) => {
          const [y0, y1] = [atLeft.get(a), atRight.get(b)];
          const m = (left + right) / 2;
          return html`<path class=${`tie ${related({ a, b }) ? "" : "faint"}`} stroke-width=${Math.min(8, 1.4 * weight)} d=${`M${left},${y0}C${m},${y0} ${m},${y1} ${right - 8},${y1}`} />`;
        })}
        ${going.map((t) => {
          const at = atLeft.get(t.id);
          return html`<g ...${pick(t.id, `${t.name}, ${count(t.met, "meeting")}`)}>
            <circle class="node" cx=${left} cy=${at} r="6" />
            ${t.lines.map((each, i) => html`<text class="strong halo" x=${left - 14} y=${at - 2 - (t.lines.length - 1 - i) * 16} text-anchor="end">${each}</text>`)}
            <text class="soft halo" x=${left - 14} y=${at + 14} text-anchor="end">${about(t)}</text>
          </g>`;
        })}
        ${rows.map(({ head, person, y: at, lines, titles }) =>
          head
            ? html`<text class="soft" x=${right - 6} y=${at}>${head}</text>`
            : html`<g ...${pick(person.id, `${person.name}, ${count(person.met, "meeting")}`)}>
                ${person.kind === "group" ? html`<rect class="node group" x=${right - 6} y=${at - 9} width="9" height="9" />` : html`<circle class="node" cx=${right - 2} cy=${at - 4} r="4" />`}
                ${lines.map((each, i) => html`<text x=${right + 12} y=${at + i * 15}>${each}${!narrow && person.title && html`<tspan class="soft" dx="8">${person.title}</tspan>`}</text>`)}
                ${titles.map((each, i) => html`<text class="soft" x=${right + 12} y=${at + (lines.length + i) * 15}>${each}</text>`)}
              </g>`,
        )}
      </svg>
    </div>
    ${chosen && html`<p class="note"><a href=${to(`/participants/${chosen}`)}>Open ${(travellers.get(chosen) ?? others.get(chosen)).name}</a> <button class="link" onClick=${() => choose(null)}>Show everyone</button></p>`}
    <${AsTable} caption="Who met whom" columns=${["Traveller", "Met", "Meetings"]}
      rows=${[...links.values()].sort((x, z) => z.weight - x.weight).map((l) => [travellers.get(l.a).name, others.get(l.b).name, l.weight])} />
  </section>`;
}
const met = (traveller) => [traveller.title, count(traveller.met, "meeting")].filter(Boolean).join(", ");
