"""What workloads are wired to talk to: Services that their settings name, and who calls them."""
