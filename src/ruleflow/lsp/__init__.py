"""The editor's side of ruleflow: a language server."""
