// What was agreed with a country, and which words of which source say so? The types are generated:
//   npx openapi-typescript http://127.0.0.1:8000/openapi.json -o readout.d.ts
// Usage: node commitments.js http://127.0.0.1:8000 KR
import type { paths } from "./readout";

type Listed = paths["/agreements"]["get"];
type Query = NonNullable<Listed["parameters"]["query"]>;
type Page = Listed["responses"]["200"]["content"]["application/json"];
type Agreement = Page["items"][number];
type Problem = Listed["responses"]["422"]["content"]["application/problem+json"];

declare const process: { argv: string[] };

async function* agreements(server: string, query: Query): AsyncGenerator<Agreement> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) asked.append(name, String(each));
  }
  let path: string | null = `/agreements?${asked}`;
  while (path !== null) {
    const response: Response = await fetch(server + path, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(((await response.json()) as Problem).detail);
    const page = (await response.json()) as Page;
    yield* page.items;
    path = page.next;
  }
}

const [server = "", party = ""] = process.argv.slice(2);
for await (const agreement of agreements(server, { party: [party], sort: "date" })) {
  console.log(`${agreement.earliest_date} ${agreement.kind}: ${agreement.title}`);
  for (const passage of agreement.evidence) console.log(`  ${passage.url ?? passage.locator}`);
}
