"""Reports of earlier runs, for runs in which nothing has changed, and what unchanged files hold.

Both are kept in the user's own cache folder, not in the project: a checkout can bring any file, and
must not bring what netlint believes of it. The key of a report is everything but files that it
depends on (`identity`), and with it lie digests of the files that were read (`states`). Entries are
JSON with a checksum: whatever else is found there is ignored and replaced.
"""
