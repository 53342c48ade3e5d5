"""The examples of rules whose own file they would fill."""
