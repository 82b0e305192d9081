/** Bundle the widget into build/prosa-chat.js: one classic script, its style sheet inside; fails when it is too heavy. */

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 40 * 1024;
const here = dirname(fileURLToPath(import.meta.url));
const outfile = join(here, "build/prosa-chat.js");

const minifyStyles = {
  name: "styles as text",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], minify: true, write: false, charset: "utf8" });
      return { contents: outputFiles[0].text, loader: "text" };
    });
  },
};

await build({
  entryPoints: [join(here, "src/index.js")],
  outfile,
  bundle: true,
  minify: true,
  charset: "utf8",
  lineLimit: 120,
  legalComments: "none",
  logLevel: "warning",
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  plugins: [minifyStyles],
});

const script = readFileSync(outfile);
const packed = gzipSync(script, { level: 9 }).length;
console.log(`prosa-chat.js: ${script.length} bytes, ${packed} gzipped (limit ${LIMIT})`);
if (packed > LIMIT) process.exit(1);
