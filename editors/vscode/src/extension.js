// The client of `ruleflow lsp`. The server is the command that users have installed, so that the editor says what it says.
"use strict";

const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

/** Start the server; called when a folder with a `ruleflow.yaml` is opened. */
async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("ruleflow.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("ruleflow") && restart()),
  );
  await start();
}

async function start() {
  const settings = vscode.workspace.getConfiguration("ruleflow");
  const server = { command: commandPath(settings.get("command")), args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("ruleflow", "ruleflow", server, {
    // Templates and tables belong to a project as well; the server leaves alone what belongs to none.
    documentSelector: ["yaml", "markdown", "plaintext", "html", "csv"].map((language) => ({ scheme: "file", language })),
    initializationOptions: { proofs: settings.get("proofs") },
  });
  try {
    await client.start();
  } catch (error) {
    const open = "Open settings";
    const chosen = await vscode.window.showErrorMessage(
      `\`${server.command} lsp\` does not start: ${error.message}. Install it with: pip install 'ruleflow[lsp]'`,
      open,
    );
    if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", "ruleflow.command");
  }
}

async function restart() {
  await deactivate();
  await start();
}

/** A name is looked up by the system; a relative path begins at the first folder that is open. */
function commandPath(command) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const isPath = /[\\/]/.test(command) && !path.isAbsolute(command);
  return isPath && folder ? path.join(folder, command) : command;
}

async function deactivate() {
  const last = client;
  client = undefined;
  if (last?.isRunning()) await last.stop();
}

module.exports = { activate, deactivate };
