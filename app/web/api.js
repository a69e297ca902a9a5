// The public API, and nothing else: every number on the page comes through here.

const html = document.documentElement;
/** The path under which a proxy serves Readout, "" for none. */
export const ROOT = html.dataset.root ?? "";

const known = new Map();
export const revision = { seen: null, stale: false };

/** Return the JSON at a path; the same answer for the same path while the page is open. */
export async function get(path, signal) {
  if (known.has(path)) return known.get(path);
  const response = await fetch(ROOT + path, { headers: { Accept: "application/json" }, signal });
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    const error = new Error(body?.detail ?? `The server answered ${response.status}.`);
    error.status = response.status;
    error.errors = body?.errors ?? [];
    error.reference = response.headers.get("X-Request-ID");
    throw error;
  }
  // The ETag begins with the revision of the data.
  const now = (response.headers.get("ETag") ?? "").replace(/^W\//, "").slice(1).split("-")[0];
  if (now && revision.seen && now !== revision.seen && !revision.stale) {
    revision.stale = true;
    dispatchEvent(new Event("stale"));
  }
  revision.seen ??= now;
  known.set(path, body);
  if (known.size > 200) known.delete(known.keys().next().value);
  return body;
}

/** Return the records of a whole list in one answer, a line each, as `.ndjson` gives them. */
export async function lines(path, signal) {
  const response = await fetch(ROOT + path, { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** Return all records of a list, however many pages it has, up to `most`. */
export async function all(path, most = 1000) {
  const items = [];
  let next = path;
  while (next && items.length < most) {
    const page = await get(next);
    items.push(...page.items);
    next = page.next && page.next.slice(ROOT.length);
  }
  return items;
}

/** Return a path with these parameters: sorted, a list as one each, what is empty left out. */
export function address(path, parameters) {
  const query = new URLSearchParams();
  for (const name of Object.keys(parameters).sort()) {
    for (const value of [parameters[name]].flat()) {
      if (value !== undefined && value !== null && value !== "") query.append(name, value);
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
