// The page of each command in a real headless Chromium: offline, by its content security policy, against the CSV files, by
// pointer and keyboard, without scripts, and by the rules of accessibility. Usage: node page.mjs SHIPBACK FOLDER
import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const [program, work] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));

/** Runs a command, which ends with exit code 0 or 1; the folder of its page. */
function made(name, command, ...args) {
  const out = join(work, name);
  const charts = command === "check" ? [] : ["--no-charts"];
  const ran = spawnSync(program, [command, ...args, "--quiet", ...charts, "--out", out], { stdio: ["ignore", "inherit", "pipe"] });
  assert.ok(ran.status <= 1, `${name}: exit code ${ran.status}: ${ran.stderr}`);
  assert.ok(statSync(join(out, "report.html")).size < 2 * 1024 * 1024, `${name}: the page is under 2 MiB`);
  return out;
}

/** The rows of a CSV file. */
function csv(path) {
  const rows = [];
  let row = [], field = "", quoted = false;
  const text = readFileSync(path, "utf8");
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[at + 1] === '"') { field += '"'; at++; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") { row.push(field); field = ""; }
    else if (c === "\n") { row.push(field); rows.push(row); row = []; field = ""; }
    else if (c !== "\r") field += c;
  }
  const [heads, ...rest] = rows;
  return rest.map((fields) => Object.fromEntries(heads.map((head, place) => [head, fields[place]])));
}

/** What a number is shown as, back as a number. */
function shown(text, value, what) {
  const number = Number(text.replace("−", "-").replace(/[,+ –]|%|points|d$|h$/g, "").replace(/^[<>]/, ""));
  if (/^[<>]/.test(text)) return;
  const decimals = (text.match(/\.(\d+)/)?.[1] ?? "").length;
  // The unit of a low end stands behind the high one; shares are shown in percent and differences of shares in points.
  const fits = (scale) => Math.abs(value * scale - number) <= 0.5 * 10 ** -decimals * 1.001;
  assert.ok(fits(/%|points/.test(text) ? 100 : 1) || (Math.abs(value) <= 1 && fits(100)), `${what}: ${text} shows ${value}`);
}

/** The row of a number, as its attribute names it: that row, or how many rows it counts. */
function rowOf(folder, files, { metric, by, row }) {
  const [file, number] = row.split(":");
  if (!files.has(file)) files.set(file, csv(join(folder, file)));
  const rows = files.get(file);
  if (number !== "*") return rows[number - 1];
  const counted = {
    changed: (one) => [one.variant, one.base_outcome, one.variant_outcome, one.base_parts_by, one.variant_parts_by].join("|") === by,
    verdicts: (one) => by === "" || one.verdict === by,
  }[metric];
  const count = String(rows.filter(counted).length);
  return { jobs: count, verdict: count };
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** A page that may ask nobody for anything and must not complain. */
async function open(folder, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(join(folder, "report.html")).href;
  page.on("console", (message) => assert.fail(`console: ${message.text()}`));
  page.on("pageerror", (error) => assert.fail(`error: ${error.message}`));
  page.on("request", (request) => assert.equal(request.url(), address, "no request but the page itself"));
  await page.goto(address);
  return page;
}

async function numbers(folder, least) {
  const page = await open(folder);
  const summary = existsSync(join(folder, "summary.csv")) ? csv(join(folder, "summary.csv")) : [];
  const rows = new Map(summary.map((row) => [row.metric + "|" + row.by, row]));
  const files = new Map();
  const found = await page.$$eval("[data-metric]", (all) => all.map((one) => ({ ...one.dataset, text: one.textContent })));
  let moves = null;
  if (found.some((one) => one.metric === "moves") && existsSync(join(folder, "events.csv"))) {
    const measured = new Set(csv(join(folder, "jobs.csv")).filter((job) => job.measured === "true").map((job) => job.job));
    moves = new Map();
    for (const event of csv(join(folder, "events.csv"))) {
      if (!measured.has(event.object) || event.from === event.to) continue;
      const name = event.from + ">" + event.to;
      moves.set(name, (moves.get(name) ?? 0) + 1);
    }
  }
  let held = 0;
  for (const { metric, by, row, column, value: field, text } of found) {
    const what = `${metric}[${by}].${column} ${row ?? ""}`;
    const value = field ?? text;
    if (row) {
      const named = rowOf(folder, files, { metric, by, row });
      assert.equal(value, named?.[column], what);
      const names = [named.metric, named.target, named.line && `${named.file}:${named.line}`].filter((name) => name);
      assert.ok(!metric || names.length === 0 || names.includes(metric), what);
      assert.ok(!named.metric || named.by === by, what);
      held++;
    } else if (metric === "moves") {
      if (moves) { assert.equal(Number(value), moves.get(by), what); held++; }
    } else {
      assert.equal(value, rows.get(metric + "|" + by)?.[column], what);
      held++;
    }
    // By month, the page tells how many replications miss the target.
    const told = metric.endsWith(".target_met.share") && by.includes("month=") ? 1 - Number(value) : Number(value);
    if (field !== undefined) shown(text, told, what);
  }
  assert.ok(held >= least, `${held} numbers were held against the CSV files`);
  await page.context().close();
  return held;
}

async function behaviour(folder) {
  const page = await open(folder);
  // Filter.
  const visible = () => page.locator("details.job:visible").count();
  const whole = await visible();
  assert.ok(whole > 20 && whole <= 100, `${whole} jobs`);
  await page.selectOption("#filter [name=outcome]", "closed");
  const closed = await visible();
  assert.ok(closed > 0 && closed < whole);
  assert.equal(await page.locator("details.job:visible:not([data-outcome=closed])").count(), 0);
  assert.match(await page.textContent("#count"), new RegExp(`^${closed} of ${whole} `));
  await page.click("#filter [type=reset]");
  await page.waitForFunction((whole) => document.getElementById("count").textContent.startsWith(`${whole} of`), whole);
  await page.selectOption("#filter [name=order]", "took");
  const took = await page.$$eval("details.job", (jobs) => jobs.map((job) => Number(job.dataset.took)));
  assert.deepEqual(took, [...took].sort((a, b) => b - a));
  // A life, by keyboard.
  const job = page.locator("details.job").first();
  await job.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await job.evaluate((one) => one.open));
  assert.ok(await job.locator(".life tbody tr").count() > 1);
  assert.match(await job.locator("p code").textContent(), /^shipback trace baseline /);
  // Hover, and the arrows on a chart with the focus.
  await job.locator("svg rect[data-tip]").first().hover();
  assert.match(await page.textContent("#tip"), /, by J1: Put Job creates a job/);
  await job.locator(".scroll").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.ok(await page.isVisible("#tip"));
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#tip"));
  // Zoom.
  const svg = page.locator("#flow svg");
  const before = (await svg.boundingBox()).width;
  await page.locator("#flow .tools button").first().click();
  assert.ok((await svg.boundingBox()).width > before * 1.4);
  await page.context().close();
}

/** Without scripts, these are there to be read; the answer on the first screen. */
async function readable(folder, ...parts) {
  const page = await open(folder, { javaScriptEnabled: false });
  for (const what of [".answer", "#again code", ...parts]) {
    assert.ok(await page.locator(what).first().isVisible(), `${folder}: ${what} is readable without scripts`);
  }
  const box = await page.locator(".answer").first().boundingBox();
  assert.ok(box.y + box.height < 900, `${folder}: the answer is on the first screen`);
  const policy = await page.getAttribute("meta[http-equiv]", "content");
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
  assert.doesNotMatch(policy, /unsafe/);
  await page.context().close();
}

async function withoutScripts(folder) {
  await readable(folder, "#answer table", "#answer svg", "#flow svg", "#rules table", "#jobs summary");
  const page = await open(folder, { javaScriptEnabled: false });
  assert.ok(await page.isHidden("#filter"));
  await page.locator("details.job summary").first().click();
  assert.ok(await page.locator("details.job .life").first().isVisible());
  await page.context().close();
}

async function accessibility(folder) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(folder, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      await page.$$eval("details", (all) => all.slice(0, 3).forEach((one) => { one.open = true; }));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${folder}: the page is ${wide} px wide in ${width}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const bad = violations.filter((one) => ["moderate", "serious", "critical"].includes(one.impact));
      assert.deepEqual(bad.map((one) => [one.id, one.nodes.slice(0, 5).map((node) => node.html.slice(0, 160))]), [], `${folder}: ${width} px, ${colorScheme}`);
      await page.context().close();
    }
  }
}

/** What a file or a command says is text, whatever its letters. */
async function text(folder) {
  const page = await open(folder);
  assert.equal(await page.title().then((title) => title.includes("pwned")), false);
  assert.equal(await page.locator("img").count(), 0, `${folder}: no image`);
  assert.equal(await page.locator("script").count(), 1, `${folder}: the script of the page alone`);
  assert.ok((await page.textContent("#again code")).includes("<img src=x>.toml"), `${folder}: the file as it is called`);
  await page.context().close();
}

/** Words at the pointer and at shapes reached by the keyboard. */
async function hover(folder, shape) {
  const page = await open(folder);
  await page.locator(shape).first().hover();
  assert.ok(await page.isVisible("#tip"), `${folder}: words at ${shape}`);
  await page.locator(".scroll:has([data-tip])").first().focus();
  await page.keyboard.press("ArrowRight");
  assert.ok((await page.textContent("#tip")).length > 5);
  await page.context().close();
}

async function markup(folder) {
  const page = await open(folder);
  assert.match(await page.textContent("h1"), /<script>document\.title='pwned'<\/script> & "quoted" 'text'/);
  assert.ok((await page.textContent("#again pre")).includes("</pre></details><script>alert(1)</script>"));
  assert.ok((await page.textContent("#again code")).endsWith("--until 50d"));
  await page.context().close();
}

/** The pages of the experiments and of check: how each is made, what can be read of it, what can be pointed at. */
const small = "scenarios/small-site.toml";
const bays = (values) => ["--vary", "site.bays.servers=" + values];
const pages = [
  ["compare", 150, ["#answer table", "#answer svg", "#curves svg", "#jobs summary", "#numbers table"], "#answer circle[data-tip]",
    "baseline", "scenarios/response-window-20.toml", "--variant", "site.bays.servers=110", "--replications", "3"],
  ["compare", 100, ["#answer table", "#answer svg"], "#curves circle[data-tip]", small, "--variant", "site.bays.servers=28", "--replications", "4"],
  ["size", 60, ["#answer table", "#answer svg", "#search table"], "#answer circle[data-tip]", small, ...bays("24..48:4"), "--most", "40"],
  ["size", 60, ["#answer table", "#answer svg", "#frontier table"], "#answer circle[data-tip]",
    small, ...bays("28..36:4"), "--vary", "site.dock.servers=3..4", "--target", "sla.copied.attainment >= 95 %", "--only-targets", "--most", "20"],
  ["size", 30, ["#answer table", "#answer svg"], "#answer circle[data-tip]", small, ...bays("20..36:4"), "--by", "month", "--most", "10"],
  ["sweep", 120, ["#answer svg", "#points table"], "#answer rect[data-tip]", small],
  ["sweep", 40, ["#answer svg", "#points table"], "#answer circle[data-tip]", small, ...bays("28..36:2"), "--replications", "3"],
  ["sensitivity", 90, ["#answer", "#metric-1 svg", "#metric-1 table"], "#metric-1 rect[data-tip]",
    small, ...bays("28..44:4"), "--vary", "site.dock.servers=3..6", "--trajectories", "2", "--replications", "3"],
  ["check", 300, ["#answer table", "#failures article", "#rest summary"], null, "scenarios/policy", "--set", "policy.shipping_deadline=15d"],
];

/** Each of them, with the hostile file in its place. */
const hostile = (file) => [
  ["run"], ["compare", "--variant", "site.dock.servers=2", "--replications", "2"], ["size", "--vary", "site.dock.servers=1..2", "--most", "4", "--replications", "2"],
  ["sweep", "--vary", "site.dock.servers=1..2", "--replications", "2"], ["sensitivity", "--vary", "site.dock.servers=1..2", "--trajectories", "2", "--replications", "2"],
  ["check"],
].map(([command, ...args]) => [command, file, ...args]);

try {
  const baseline = made("baseline", "run", "--log", "events");
  console.log(`run: ${await numbers(baseline, 250)} numbers equal the CSV files`);
  await behaviour(baseline);
  await withoutScripts(baseline);
  await accessibility(baseline);
  const evil = ["--set", "customer.reached=0.5", "--until", "50d"];
  await markup(made("evil", "run", join(here, "evil.toml"), ...evil));
  const many = made("many", "run", "scenarios/tiny.toml", "--replications", "4", "--log", "events");
  console.log(`run: ${await numbers(many, 100)} numbers of replications equal the CSV files`);
  const bands = made("bands", "run", small, "--bands", "5");
  console.log(`run: ${await numbers(bands, 150)} numbers with bands equal the CSV files`);
  for (const [place, [command, least, parts, shape, ...args]] of pages.entries()) {
    const folder = made(`${command}-${place}`, command, ...args);
    console.log(`${command}: ${await numbers(folder, least)} numbers equal the CSV files`);
    await readable(folder, ...parts);
    if (shape) await hover(folder, shape);
    await accessibility(folder);
  }
  mkdirSync(work, { recursive: true });
  const file = join(work, "<img src=x>.toml");
  copyFileSync(join(here, "evil.toml"), file);
  for (const [command, ...args] of hostile(file)) await text(made(`hostile-${command}`, command, ...args));
  console.log("the pages work in Chromium");
} finally {
  await browser.close();
}
