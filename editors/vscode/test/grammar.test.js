// The colours of expressions, by the engine that VS Code uses, inside the YAML grammar that it uses.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const EXAMPLES = path.join(__dirname, "..", "..", "..", "rules-examples");
const own = (name) => path.join(__dirname, "..", "syntaxes", name);
const yaml = require.resolve("tm-grammars/grammars/yaml.json");
const FILES = {
  "source.ruleflow.injection": own("injection.json"),
  "source.ruleflow.expression": own("expression.json"),
};

let grammar;

before(async () => {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const file = FILES[scope] ?? (scope.startsWith("source.yaml") ? yaml : undefined);
      return file && textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
    },
    getInjections: (scope) => (scope === "source.yaml" ? ["source.ruleflow.injection"] : undefined),
  });
  grammar = await registry.loadGrammar("source.yaml");
});

/** Every piece of a text with the innermost of its scopes. */
function pieces(text) {
  let state = textmate.INITIAL;
  return text.split("\n").flatMap((line) => {
    const found = grammar.tokenizeLine(line, state);
    state = found.ruleStack;
    return found.tokens.map((token) => [line.slice(token.startIndex, token.endIndex).trim(), token.scopes]);
  });
}

/** The innermost scope of a word, at its n-th place. */
function scope(text, word, nth = 0) {
  const found = pieces(text).filter(([piece]) => piece === word)[nth];
  return found?.[1].at(-1);
}

/** Whether the last piece of a text is taken for a part of an expression. */
function ends(text) {
  return pieces(text).at(-1)[1].some((one) => one.includes("ruleflow"));
}

const WHEN = "rules:\n  - id: a\n    title: contact is here\n    ";

test("an expression on the line of its key", () => {
  const text = `${WHEN}when: contact.segments has vip and ticket.age > 4h # why is it\n    then: []`;
  assert.match(scope(text, "contact.segments"), /^variable\.other\.field/);
  assert.match(scope(text, "has"), /^keyword\.operator\.word/);
  assert.match(scope(text, "vip"), /^variable\.other\.enummember/);
  assert.match(scope(text, "and"), /^keyword\.operator\.logical/);
  assert.match(scope(text, "4h"), /^constant\.numeric\.duration/);
  assert.match(scope(text, "when"), /^entity\.name\.tag/);
});

test("what is no expression stays as it is", () => {
  const text = `${WHEN}when: a.b is c # d is e\n    then: []`;
  assert.doesNotMatch(scope(text, "contact is here") ?? "", /ruleflow/);
  const comment = pieces(text).filter(([piece]) => piece.includes("d is e"));
  assert.ok(comment.every(([, scopes]) => scopes.some((one) => one.startsWith("comment"))));
});

test("an expression of several lines ends where the next key stands", () => {
  const text = `${WHEN}when: >\n      contact.segments has vip\n      or now outside office\n    note: it is so`;
  assert.match(scope(text, "outside"), /^keyword\.operator\.word/);
  assert.match(scope(text, "or"), /^keyword\.operator\.logical/);
  assert.ok(!pieces(text).some(([piece, scopes]) => piece === "is" && scopes.at(-1).includes("ruleflow")));
});

test("the items of `all`", () => {
  const text = `${WHEN}when:\n      all:\n        - ticket.status is open\n        - any (contact.tickets where it.a is b)\n    note: so`;
  assert.match(scope(text, "ticket.status"), /^variable\.other\.field/);
  assert.match(scope(text, "any"), /^support\.function/);
  assert.match(scope(text, "where"), /^keyword\.control/);
});

test("an expression in quotes", () => {
  const text = `${WHEN}when: 'ticket.subject contains "re"'\n    note: so`;
  assert.match(scope(text, "contains"), /^keyword\.operator\.word/);
  assert.ok(!ends(text));
});

test("every example is read to its end", () => {
  const files = fs.readdirSync(EXAMPLES, { recursive: true }).filter((name) => name.endsWith(".yaml"));
  assert.ok(files.length > 10);
  for (const name of files) {
    const text = fs.readFileSync(path.join(EXAMPLES, name), "utf8");
    assert.ok(!ends(`${text}\nlast: end`), name);
  }
});
