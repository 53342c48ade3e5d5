"""The admission webhook: judges NetworkPolicies as they are applied, with the rules of the linter.

`review.review` is pure: a request, a view of the cluster and the settings give a verdict. The
rest brings requests to it: `protocol` reads and answers them, `service` and `server` speak HTTP.
"""
