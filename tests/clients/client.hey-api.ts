// A client as hey-api makes it: what is not typed does not compile.
import { client } from "./hey/client.gen";
import * as readout from "./hey/sdk.gen";
import type { MeetingPage, Problem } from "./hey/types.gen";
import type * as types from "./hey/types.gen";

declare const process: { argv: string[]; exitCode?: number };

const [url, step] = [process.argv[2]!, Number(process.argv[3])];
client.setConfig({ baseUrl: url as "/" });
const lists: Record<string, string[]> = {};

async function main() {
// each collection
  {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, error } = await readout.listTrips({ query: { limit: step, cursor } });
      if (error) throw new Error(error.detail);
      const page = data as types.TripPage;
      for (const record of page.items) ids.push(record.id);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    lists["trips"] = ids;
  }
// end

  const { data: best } = await readout.listMeetings({ query: { q: ["japan"] } });
  const whole = best as MeetingPage;
  const titles: string[] = whole.items.map((meeting) => meeting.title.trim() + meeting.participants.length);

  const { data: hits } = await readout.search({ query: { q: ["climate"], limit: 100 } });

  const { data: few } = await readout.listMeetings({ query: { fields: ["id"], city: ["Seoul"], limit: 3 } });

  const { error } = await readout.listTrips({ query: { limit: 0 } });
  const problem: Problem = error!;

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
