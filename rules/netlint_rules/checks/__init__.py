"""The rules, one file each. They never import each other."""
