/** Bundle the inbox into frontend/build: one script, one style sheet, and the sentences to translate. */

import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = join(dirname(fileURLToPath(import.meta.url)), "frontend");
const options = { bundle: true, minify: true, charset: "utf8", lineLimit: 120, legalComments: "none", logLevel: "warning", target: ["chrome120", "firefox125", "safari17"] };

await build({ ...options, entryPoints: [join(here, "src/index.js")], outfile: join(here, "build/inbox.js"), format: "esm" });
await build({ ...options, entryPoints: [join(here, "src/inbox.css")], outfile: join(here, "build/inbox.css") });

const sentences = new Set();
for (const file of readdirSync(join(here, "src")).filter((name) => name.endsWith(".js"))) {
  for (const [, sentence] of readFileSync(join(here, "src", file), "utf8").matchAll(/\bt\("((?:[^"\\]|\\.)*)"/gu)) sentences.add(sentence);
}
writeFileSync(join(here, "build/sentences.json"), `${JSON.stringify([...sentences].sort(), null, 1)}\n`);
