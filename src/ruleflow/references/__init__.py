"""Who names what in a project: where a thing is defined, every place that names it, and edits that keep both in step."""
