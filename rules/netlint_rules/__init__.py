"""The rules of netlint, shared by the command line and the admission webhook."""
