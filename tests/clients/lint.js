// Prints what Redocly's and Spectral's recommended rules find in a description, warnings included.
import { readFileSync } from "node:fs";
import redocly from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";

async function byRedocly(path) {
  const config = await redocly.createConfig({ extends: ["recommended"] });
  const problems = await redocly.lint({ ref: path, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`);
}

async function bySpectral(path) {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rulesets.oas] });
  const document = new spectral.Document(readFileSync(path, "utf8"), parsers.Json, path);
  const results = await linter.run(document);
  return results.map(({ code, message, path: at }) => `${code}: ${message} at ${at.join("/")}`);
}

const [name, path] = process.argv.slice(2);
const found = await { redocly: byRedocly, spectral: bySpectral }[name](path);
console.log(JSON.stringify(found));
