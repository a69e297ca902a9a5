// Generates the client of hey-api. Its command needs a newer Node than the library does.
import { createClient } from "@hey-api/openapi-ts";

const [input, output] = process.argv.slice(2);
await createClient({ input, output, logs: { file: false }, plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"] });
