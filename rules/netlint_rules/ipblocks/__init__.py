"""What ipBlocks on the cluster's own addresses do: verdicts, their words and their repair."""
