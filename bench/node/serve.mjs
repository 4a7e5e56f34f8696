// One engine of Node in a process of its own; it speaks as bench/child.py does.
//
//   node --expose-gc serve.mjs BUILDER WORK FOLDER
//
// WORK is JSON: {rules, tickets, expected, package}, the rules a text that the builder reads. FOLDER has node_modules.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve, join } from "node:path";
import { createInterface } from "node:readline";

const CHECK_S = 20;
const LEAST_CHECKED = 5;

const [builder, place, folder] = process.argv.slice(2);
const load = createRequire(join(resolve(folder), "package.json"));

/** Each builder gives {form, match, first}: a ticket made ready outside the clock, the ids, and the first id or null. */
const BUILDERS = {
  jsonLogic() {
    const logic = load("json-logic-js");
    return async (text) => {
      const rules = JSON.parse(text);
      return {
        form: (ticket) => ticket,
        match: (ticket) => rules.filter(([, rule]) => logic.apply(rule, ticket)).map(([id]) => id),
        first: (ticket) => rules.find(([, rule]) => logic.apply(rule, ticket))[0],
      };
    };
  },

  jsonRules() {
    const { Engine } = load("json-rules-engine");
    return async (text) => {
      const engine = new Engine(JSON.parse(text), { allowUndefinedFacts: true });
      const isText = (value) => typeof value === "string";
      engine.addOperator("includesText", (text, part) => text.includes(part), isText);
      engine.addOperator("startsWith", (text, part) => text.startsWith(part), isText);
      engine.addOperator("endsWith", (text, part) => text.endsWith(part), isText);
      return {
        form: flat,
        match: async (facts) => {
          const { events } = await engine.run(facts);
          return events.map((event) => event.type).sort((one, other) => one.slice(1) - other.slice(1));
        },
        first: null,
      };
    };
  },

  zen() {
    const { ZenEngine, ZenDecisionContent } = load("@gorules/zen-engine");
    const ready = async (text) => {
      const content = new ZenDecisionContent(Buffer.from(text));
      const engine = new ZenEngine({ loader: async () => content });
      await engine.getDecision("rules");
      return engine;
    };
    return async (text) => {
      const all = await ready(text);
      let one = null;
      return {
        form: (ticket) => ticket,
        match: async (ticket) => (await all.evaluate("rules", ticket)).result.map((row) => row.rule),
        first: async (ticket) => {
          one ??= await ready(text.replace('"hitPolicy": "collect"', '"hitPolicy": "first"'));
          return (await one.evaluate("rules", ticket)).result.rule;
        },
      };
    };
  },
};

/** {ticket: {channel: …}} as {ticket_channel: …}. */
function flat(ticket) {
  const groups = Object.entries(ticket);
  return Object.fromEntries(
    groups.flatMap(([group, values]) => Object.entries(values).map(([name, value]) => [`${group}_${name}`, value])),
  );
}

/** CPU seconds of this process with all its threads. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function residentMb() {
  globalThis.gc();
  return process.memoryUsage().rss / 1e6;
}

function say(answer) {
  process.stdout.write(JSON.stringify(answer) + "\n");
}

async function compare(built, forms, all) {
  let checked = 0;
  let match = 0;
  let first = 0;
  for (const [number, form] of forms.entries()) {
    const begin = cpu();
    const found = await built.match(form);
    const between = cpu();
    const one = built.first ? await built.first(form) : all[number][0];
    match += between - begin;
    first += cpu() - between;
    if (JSON.stringify(found) !== JSON.stringify(all[number]) || one !== all[number][0]) {
      return { checked, wrong: { expected: all[number], found, first: one ?? null } };
    }
    checked += 1;
    if (checked >= LEAST_CHECKED && match + first > CHECK_S) break;
  }
  return { checked, wrong: null, match_s: match / checked, first_s: built.first ? first / checked : null };
}

async function timed(call, forms, count) {
  globalThis.gc();
  const begin = cpu();
  for (let number = 0; number < count; number += 1) {
    await call(forms[number % forms.length]);
  }
  return cpu() - begin;
}

const work = JSON.parse(readFileSync(place, "utf8"));
const build = BUILDERS[builder]();
const before = residentMb();
const begin = cpu();
const built = await build(work.rules);
await built.match(built.form(work.tickets[0]));
const took = cpu() - begin;
const version = JSON.parse(readFileSync(join(folder, "node_modules", work.package, "package.json"), "utf8")).version;
say({ built_s: took, built_mb: residentMb() - before, version });
const forms = work.tickets.map(built.form);
say(await compare(built, forms, work.expected));
for await (const line of createInterface({ input: process.stdin })) {
  const [what, count] = line.split(" ");
  say({ cpu_s: await timed(built[what], forms, Number(count)) });
}
