// The client as it is packaged, with a stand-in for the editor, against a real server. Skipped where there is no `ruleflow`.
"use strict";

const assert = require("node:assert");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");

const BUNDLE = path.join(__dirname, "..", "dist", "extension.js");
const command = process.env.RULEFLOW_COMMAND ?? "ruleflow";
const isInstalled = spawnSync(command, ["lsp", "--help"]).status === 0;

/** Anything that the client asks of the editor, and that does not matter here. */
function anything(own = {}) {
  const target = class {};
  return new Proxy(target, {
    get: (_, name) => {
      if (name === "then" || name === "prototype") return target[name];
      if (name === Symbol.iterator) return () => [][Symbol.iterator]();
      if (name === Symbol.toPrimitive) return () => "";
      return name in own ? own[name] : (own[name] = anything());
    },
    apply: () => anything(),
    construct: () => anything(),
  });
}

test("it starts the server and tells it the settings", { skip: !isInstalled || !fs.existsSync(BUNDLE) }, async () => {
  const settings = { command, proofs: false };
  const errors = [];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ruleflow-"));
  const vscode = anything({
    version: "1.100.0",
    env: anything({ appName: "editor", language: "en" }),
    commands: anything({ registerCommand: () => ({ dispose() {} }) }),
    window: anything({ showErrorMessage: async (message) => void errors.push(message) }),
    workspace: anything({
      workspaceFolders: [{ uri: { fsPath: folder }, name: "x", index: 0 }],
      textDocuments: [],
      notebookDocuments: [],
      getConfiguration: () => ({ get: (name) => settings[name] }),
      onDidChangeConfiguration: () => ({ dispose() {} }),
    }),
  });
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
  try {
    const { activate, deactivate } = require(BUNDLE);
    await activate({ subscriptions: [] });
    assert.deepStrictEqual(errors, []);
    await deactivate();
  } finally {
    Module._load = load;
  }
});
