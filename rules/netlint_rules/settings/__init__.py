"""Configurations as users write them: what may stand in one, what is wrong with it, what it means.

Text in, values or mistakes with their places out. Each front end has keys of its own; those that
both have are described, explained and understood here.
"""
