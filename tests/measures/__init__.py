"""The measures worked out a second time, from the exported events alone, to be compared with what the service says.

Nothing here knows the service's views or queries: only the published events, the ledger of refusals, and the
definitions of the measures.
"""
