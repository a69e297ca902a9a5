// A client as openapi-typescript and openapi-fetch make it: what is not typed does not compile.
import createClient from "openapi-fetch";
import type { components, paths } from "./readout.js";

type Schemas = components["schemas"];
declare const process: { argv: string[]; exitCode?: number };

const [url, step] = [process.argv[2]!, Number(process.argv[3])];
const client = createClient<paths>({ baseUrl: url });
const lists: Record<string, string[]> = {};

async function main() {
// each collection
  {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, error } = await client.GET("/trips", { params: { query: { limit: step, cursor } } });
      if (error) throw new Error(error.detail);
      const page = data as Schemas["TripPage"];
      for (const record of page.items) ids.push(record.id);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    lists["trips"] = ids;
  }
// end

  const { data: best } = await client.GET("/meetings", { params: { query: { q: ["japan"] } } });
  const whole = best as Schemas["MeetingPage"];
// Of a whole record all is there, so that nothing has to be asked before it is used.
  const titles: string[] = whole.items.map((meeting) => meeting.title.trim() + meeting.participants.length);

  const { data: hits } = await client.GET("/search", { params: { query: { q: ["climate"], limit: 100 } } });

  const { data: few } = await client.GET("/meetings", {
    params: { query: { fields: ["id"], city: ["Seoul"], limit: 3 } },
  });

  const { error } = await client.GET("/trips", { params: { query: { limit: 0 } } });
  const problem: Schemas["Problem"] = error!;

  console.log(
    JSON.stringify({
      lists,
      best: whole.items.slice(0, titles.length).map((meeting) => meeting.id),
      hits: hits!.items.map((hit) => hit.id),
      errors: problem.errors.map((each) => each.parameter),
      sparse: few!.items,
    })
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
