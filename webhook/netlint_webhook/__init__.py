"""The admission webhook: judges NetworkPolicies as they are applied, with the rules of the linter.

This release reserves the package. The linter does not need it.
"""
