"""The commands, one module each: `configure` adds its arguments to a parser, `run` does it."""
