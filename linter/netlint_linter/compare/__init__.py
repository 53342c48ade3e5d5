"""Two states of the same manifests: where they are, and what differs in who reaches whom."""
