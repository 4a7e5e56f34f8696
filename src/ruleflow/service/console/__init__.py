"""The console: pages for admins, made on the server, that work without scripts."""
